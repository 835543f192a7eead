/// A read-only view of up to a few hundred rows, features contiguous: one lane per row.
public struct Block: ~Escapable {
  /// Number of rows in the block.
  public let rows: Int
  /// Number of columns (features).
  public let columns: Int
  @usableFromInline
  let firstRow: Int
  /// The rows' positions where they don't follow each other, else empty.
  @usableFromInline
  let positions: Span<Int>
  @usableFromInline
  let storage: Span<Double>
  @usableFromInline
  let stride: Int

  @_lifetime(copy storage, copy positions)
  init(
    _ storage: Span<Double>, rows: Int, columns: Int, stride: Int, firstRow: Int,
    positions: Span<Int>
  ) {
    self.storage = storage
    self.rows = rows
    self.columns = columns
    self.stride = stride
    self.firstRow = firstRow
    self.positions = positions
  }

  /// Column `j` of the block, one value a row.
  @inlinable
  @_lifetime(copy self)
  public func column(_ j: Int) -> Span<Double> {
    storage.extracting(j * stride..<j * stride + rows)
  }

  /// The position of the block's row `i` in the data, whatever order blocks are cut in.
  ///
  /// Random numbers and labels key on it.
  @inlinable
  public func rowID(_ i: Int) -> Int { positions.isEmpty ? firstRow + i : positions[i] }

  /// Calls `body` with a block over lanes that are someone else's, column j `stride`·j numbers on.
  package static func withBlock<R>(
    of lanes: UnsafePointer<Double>, rows: Int, columns: Int, stride: Int,
    _ body: (borrowing Block) throws -> R
  ) rethrows -> R {
    let positions: [Int] = []
    let storage = unsafe Span(_unsafeStart: lanes, count: max(0, (columns - 1) * stride + rows))
    return try body(
      Block(
        storage, rows: rows, columns: columns, stride: stride, firstRow: 0,
        positions: positions.span))
  }

  /// Calls `body` with the lanes of all columns and how far apart they begin.
  package func withStorage<R>(_ body: (UnsafePointer<Double>?, _ stride: Int) throws -> R) rethrows
    -> R
  { try storage.withUnsafeBufferPointer { try body($0.baseAddress, stride) } }
}

/// What a data source fills: the lanes of one block and the weights of its rows.
public struct BlockBuffer: ~Copyable {
  var lanes: LaneMatrix
  var weightLanes: LaneMatrix
  /// Number of columns.
  public let columns: Int
  /// The most rows that fit.
  public let capacity: Int
  private(set) var rows = 0
  private(set) var firstRow = 0
  private var positions: [Int] = []
  /// Whether rows have weights.
  public private(set) var hasWeights = false

  /// Makes room for `capacity` rows of `columns` features.
  public init(columns: Int, capacity: Int) {
    self.columns = columns
    self.capacity = capacity
    lanes = LaneMatrix(rows: columns, lanes: capacity)
    weightLanes = LaneMatrix(rows: 1, lanes: capacity)
  }

  /// Starts a new block that holds rows `range` of the data.
  public mutating func begin(_ range: Range<Int>) {
    precondition(range.count <= capacity, "block too large")
    rows = range.count
    firstRow = range.lowerBound
    positions.removeAll(keepingCapacity: true)
    hasWeights = false
    lanes.clearPadding(from: rows)
  }

  /// Counts the block's rows from `row` on.
  package mutating func renumber(from row: Int) {
    firstRow = row
    positions.removeAll(keepingCapacity: true)
  }

  /// Gives the block's rows these positions.
  package mutating func renumber(as positions: Span<Int>) {
    self.positions.removeAll(keepingCapacity: true)
    positions.withUnsafeBufferPointer { self.positions.append(contentsOf: $0) }
  }

  /// The weight of row `i` of the block, where weights were set.
  package func weight(ofRow i: Int) -> Double? { hasWeights ? weightLanes.lanes(0, rows)[i] : nil }

  /// Whether a row is the first of its group, whose rows lie side by side; every row is where there is no column of
  /// groups.
  func beginsGroup(_ i: Int, _ column: Int?) -> Bool {
    guard let column, i > 0 else { return true }
    let groups = block.column(column)
    return groups[i] != groups[i - 1]
  }

  /// Starts a new block that holds the data's rows at `positions`, in this order.
  public mutating func begin(_ positions: Span<Int>) {
    begin(0..<positions.count)
    positions.withUnsafeBufferPointer { self.positions.append(contentsOf: $0) }
  }

  /// Column `j`, to be filled with one value a row.
  public mutating func withColumn(_ j: Int, _ body: (inout MutableSpan<Double>) -> Void) {
    let count = rows
    var column = lanes[row: j]
    var used = column._mutatingExtracting(0..<count)
    body(&used)
  }

  /// Sets the weights of the block's rows: `body` writes one a row.
  mutating func withWeights(_ body: (inout MutableSpan<Double>) -> Void) {
    hasWeights = true
    let count = rows
    var row = weightLanes[row: 0]
    var used = row._mutatingExtracting(0..<count)
    body(&used)
  }

  /// Sets the weights of the block's rows.
  public mutating func setWeights(_ weights: Span<Double>) {
    precondition(weights.count == rows, "one weight a row")
    hasWeights = true
    var row = weightLanes[row: 0]
    for i in weights.indices { row[i] = weights[i] }
  }

  /// Overwrites rows of weight 0 by one that counts, so that nothing in them can reach a sum, not
  /// even as 0·∞; false where no row counts.
  mutating func coverWeightlessRows() -> Bool {
    guard hasWeights else { return true }
    let weights = weightLanes.base
    guard let model = (0..<rows).first(where: { weights[$0] > 0 }) else { return false }
    for i in 0..<rows where !(weights[i] > 0) {
      for j in 0..<columns {
        let column = lanes.base + j * lanes.stride
        column[i] = column[model]
      }
    }
    return true
  }

  /// The filled block.
  public var block: Block {
    @_lifetime(borrow self)
    borrowing get {
      let span = unsafe Span(
        _unsafeStart: UnsafePointer(lanes.base), count: max(1, columns) * lanes.stride)
      let storage = unsafe _overrideLifetime(span, borrowing: self)
      return unsafe _overrideLifetime(
        Block(
          storage, rows: rows, columns: columns, stride: lanes.stride, firstRow: firstRow,
          positions: positions.span),
        borrowing: self)
    }
  }

  /// The weights of the block's rows; ones where none were set.
  @_lifetime(borrow self)
  func weights() -> Span<Double> { weightLanes.lanes(0, rows) }
}
