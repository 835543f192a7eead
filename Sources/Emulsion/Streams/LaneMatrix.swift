/// An owned matrix of lanes: each row is contiguous, 64-byte aligned and padded to a multiple of 8.
///
/// Rows are an odd number of cache lines apart: the same lanes of many rows, which the products read
/// together, would else share a few sets of the cache and displace each other. Lanes beyond the rows
/// in use belong to the padding that vector kernels read and write.
public struct LaneMatrix: ~Copyable {
  @usableFromInline
  let base: UnsafeMutablePointer<Double>
  /// Number of rows in use.
  public private(set) var rows: Int
  private let capacity: Int
  /// Distance between rows in doubles, an odd multiple of 8.
  public let stride: Int
  /// Whether the memory is its own.
  private let isOwner: Bool

  /// Makes a matrix of `rows` rows of at least `lanes` lanes, all zero.
  public init(rows: Int, lanes: Int) {
    self.rows = rows
    capacity = rows
    stride = ((max(1, lanes) + 7) / 8 | 1) * 8
    let count = max(1, rows) * stride
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: count * MemoryLayout<Double>.stride, alignment: 64)
    base = memory.initializeMemory(as: Double.self, repeating: 0, count: count)
    isOwner = true
  }

  /// Lanes that another one allocated, and that outlive this matrix.
  private init(_ base: UnsafeMutablePointer<Double>, rows: Int, stride: Int) {
    (self.base, self.rows, capacity, self.stride) = (base, rows, rows, stride)
    isOwner = false
  }

  /// Calls `body` with lanes that a matrix elsewhere allocated, such as one on the other side of a C interface.
  package static func withLanes<R>(
    at base: UnsafeMutablePointer<Double>, rows: Int, stride: Int,
    _ body: (inout LaneMatrix) throws -> R
  ) rethrows -> R {
    var lanes = LaneMatrix(base, rows: rows, stride: stride)
    return try body(&lanes)
  }

  deinit { if isOwner { base.deallocate() } }

  /// Row `i`, writable, with its padding.
  @inlinable
  public subscript(row i: Int) -> MutableSpan<Double> {
    @_lifetime(&self)
    mutating get {
      precondition(i >= 0 && i < rows, "row out of range")
      let span = unsafe MutableSpan(_unsafeStart: base + i * stride, count: stride)
      return unsafe _overrideLifetime(span, mutating: &self)
    }
  }

  /// The first `count` lanes of row `i`, read only.
  @inlinable
  @_lifetime(borrow self)
  public func lanes(_ i: Int, _ count: Int) -> Span<Double> {
    precondition(i >= 0 && i < rows && count >= 0 && count <= stride, "lanes out of range")
    let span = unsafe Span(_unsafeStart: UnsafePointer(base + i * stride), count: count)
    return unsafe _overrideLifetime(span, borrowing: self)
  }

  /// Calls `body` with where the first row begins; the others follow, ``stride`` apart.
  package mutating func withRows<R>(_ body: (UnsafeMutablePointer<Double>) throws -> R) rethrows
    -> R
  { try body(base) }

  /// Uses the first `count` rows only.
  mutating func use(rows count: Int) {
    precondition(count >= 0 && count <= capacity, "too many rows")
    rows = count
  }

  /// Sets the padding of every row beyond `count` lanes to zero.
  mutating func clearPadding(from count: Int) {
    let end = min(stride, (count + 7) & ~7)
    guard count < end else { return }
    for row in 0..<rows {
      for lane in count..<end { base[row * stride + lane] = 0 }
    }
  }
}
