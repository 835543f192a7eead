/// A block's joint log-densities ln πₖ + ln p(x|k), later its responsibilities: one row of lanes for
/// each component that matters in the block.
public struct Joint: ~Copyable {
  /// The number of components K of the mixture.
  let total: Int
  /// Which component each row belongs to, ascending; all K unless the driver left some out.
  public private(set) var active: [Int]
  /// Changes whenever `active` does, so that what depends on it is worked out once.
  private(set) var selection = 0

  private var storage: LaneMatrix
  /// Numbers that the rows begin with and that are not in their lanes yet: whoever writes the lanes
  /// first takes them along.
  private var initial: [Double] = []
  private var initialRows = 0
  /// Eight numbers a row that add up to the row's sum, while these are known.
  private var partialSums: LaneMatrix
  private var sumsAreKnown = false

  /// Makes K rows of lanes of zero.
  public init(components: Int, lanes count: Int) {
    total = components
    active = Array(0..<components)
    storage = LaneMatrix(rows: components, lanes: count)
    partialSums = LaneMatrix(rows: components, lanes: 8)
  }

  /// All rows.
  var lanes: LaneMatrix {
    _read { yield storage }
    _modify {
      settle()
      sumsAreKnown = false
      yield &storage
    }
  }

  /// Number of rows: of components that matter in the block.
  public var components: Int { active.count }

  /// Whether every component has a row, so that row k is component k's.
  var isComplete: Bool { active.count == total }

  /// Leaves out all components but `chosen`, ascending.
  mutating func activate(_ chosen: Span<Int32>) {
    if chosen.count == active.count {
      var isSame = true
      for r in chosen.indices where Int(chosen[r]) != active[r] { isSame = false }
      if isSame { return }
    }
    active.removeAll(keepingCapacity: true)
    for r in chosen.indices { active.append(Int(chosen[r])) }
    use(rows: chosen.count)
    selection += 1
  }

  /// Gives every component its row.
  mutating func activateAll() {
    guard !isComplete else { return }
    active = Array(0..<total)
    use(rows: total)
    selection += 1
  }

  /// The lanes of row `k`, writable.
  @inlinable
  public subscript(component k: Int) -> MutableSpan<Double> {
    @_lifetime(&self)
    mutating get { lanesRow(k) }
  }

  @usableFromInline
  @_lifetime(&self)
  mutating func lanesRow(_ k: Int) -> MutableSpan<Double> {
    settle()
    sumsAreKnown = false
    return storage[row: k]
  }

  /// The first `count` lanes of row `k`, read only.
  @_lifetime(borrow self)
  public func lanes(_ k: Int, _ count: Int) -> Span<Double> { storage.lanes(k, count) }

  /// Begins a block whose row of component k is `values[k]` throughout.
  mutating func begin(_ values: [Double], rows: Int) {
    precondition(values.count == total && rows <= storage.stride)
    forget()
    if isComplete {
      initial.append(contentsOf: values)
    } else {
      for k in active { initial.append(values[k]) }
    }
    initialRows = rows
  }

  /// Calls `body` with the lanes, whether they are new, and `offsets` (one a row) that are to be added
  /// to them: those of new lanes include what the rows begin with.
  mutating func begin(
    adding offsets: [Double], _ body: (inout LaneMatrix, _ isNew: Bool, [Double]) -> Void
  ) {
    guard !initial.isEmpty else { return body(&lanes, false, offsets) }
    for row in initial.indices { initial[row] += offsets[row] }
    body(&storage, true, initial)
    forget()
  }

  /// Writes what the rows begin with, where no one did.
  mutating func settle() {
    guard !initial.isEmpty else { return }
    storage.fill(initial, count: initialRows)
    initial.removeAll(keepingCapacity: true)
  }

  private mutating func use(rows count: Int) {
    storage.use(rows: count)
    partialSums.use(rows: count)
    forget()
  }

  private mutating func forget() {
    initial.removeAll(keepingCapacity: true)
    sumsAreKnown = false
  }

  /// Turns joint log-densities into responsibilities, and writes each row's log-density.
  mutating func normalise(rows: Int, logDensity: inout MutableSpan<Double>) {
    settle()
    storage.normalise(count: rows, logDensity: &logDensity, sums: &partialSums)
    sumsAreKnown = true
  }

  /// Sets the padding beyond `rows` lanes to zero.
  mutating func clearPadding(from rows: Int) {
    // Where sums are known, it is.
    if !sumsAreKnown { lanes.clearPadding(from: rows) }
  }

  /// Adds the sum of component k's first `rows` lanes to `sums[k]`; the padding must be zero.
  func addRowSums(rows: Int, to sums: inout [Double]) {
    precondition(sums.count == total)
    guard !isComplete else { return addSums(rows: rows, to: &sums) }
    var chosen = [Double].zeros(active.count)
    addSums(rows: rows, to: &chosen)
    for (row, k) in active.enumerated() { sums[k] += chosen[row] }
  }

  private func addSums(rows: Int, to sums: inout [Double]) {
    if sumsAreKnown {
      partialSums.addRowSums(count: 8, to: &sums)
    } else {
      storage.addRowSums(count: rows, to: &sums)
    }
  }
}
