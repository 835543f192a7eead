/// A block's joint log-densities ln πₖ + ln p(x|k), later its responsibilities: one row of lanes for
/// each component that matters in the block.
public struct Joint: ~Copyable {
  var lanes: LaneMatrix
  /// The number of components K of the mixture.
  let total: Int
  /// Which component each row belongs to, ascending; all K unless the driver left some out.
  public private(set) var active: [Int]
  /// Changes whenever `active` does, so that what depends on it is worked out once.
  private(set) var selection = 0

  /// Makes K rows of lanes of zero.
  public init(components: Int, lanes count: Int) {
    total = components
    active = Array(0..<components)
    lanes = LaneMatrix(rows: components, lanes: count)
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
    lanes.use(rows: chosen.count)
    selection += 1
  }

  /// Gives every component its row.
  mutating func activateAll() {
    guard !isComplete else { return }
    active = Array(0..<total)
    lanes.use(rows: total)
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
  mutating func lanesRow(_ k: Int) -> MutableSpan<Double> { lanes[row: k] }

  /// The first `count` lanes of row `k`, read only.
  @_lifetime(borrow self)
  public func lanes(_ k: Int, _ count: Int) -> Span<Double> { lanes.lanes(k, count) }
}
