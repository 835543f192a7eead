/// The K rows of a block's joint log-densities ln πₖ + ln p(x|k), later its responsibilities.
public struct Joint: ~Copyable {
  var lanes: LaneMatrix
  /// Number of components K.
  public let components: Int

  init(components: Int, lanes count: Int) {
    self.components = components
    lanes = LaneMatrix(rows: components, lanes: count)
  }

  /// The lanes of component `k`, writable.
  @inlinable
  public subscript(component k: Int) -> MutableSpan<Double> {
    @_lifetime(&self)
    mutating get { lanesRow(k) }
  }

  @usableFromInline
  @_lifetime(&self)
  mutating func lanesRow(_ k: Int) -> MutableSpan<Double> { lanes[row: k] }

  /// The first `count` lanes of component `k`, read only.
  @_lifetime(borrow self)
  public func lanes(_ k: Int, _ count: Int) -> Span<Double> { lanes.lanes(k, count) }
}
