/// A data source that reads any rows in any order at about the cost of a run of rows.
///
/// The driver sorts rows of such sources so that those of one component lie in one block, and leaves
/// out the components that are too far from a block to matter.
public protocol RandomAccessSource: DataSource {
  /// Bytes that may be kept to remember where rows lie: no limit where the rows themselves are in memory.
  var bookkeeping: Int { get }
  /// Fills `buffer` with the rows at the first `count` of `positions`, in this order: calls `begin`,
  /// writes every column, sets weights if any.
  ///
  /// The rows at the other positions are read next.
  func read(_ count: Int, of positions: Span<Int>, into buffer: inout BlockBuffer) throws
}

extension RandomAccessSource {
  /// No limit.
  public var bookkeeping: Int { .max }
}

extension ArraySource: RandomAccessSource {
  /// Gathers the rows into the buffer's lanes, and fetches the next ones from memory.
  public func read(_ count: Int, of positions: Span<Int>, into buffer: inout BlockBuffer) {
    buffer.begin(positions.extracting(first: count))
    Element.fill(
      &buffer, columns: 0, with: self.positions, ofRows: values.span, width: width, at: positions)
    if let weights { buffer.setWeights(of: positions, among: weights) }
  }
}

extension BlockBuffer {
  /// Sets the weights of the block's rows, which stand at the first of `positions` in `weights`.
  public mutating func setWeights(of positions: Span<Int>, among weights: [Double]) {
    withWeights { lanes in
      for i in lanes.indices { lanes[i] = weights[positions[i]] }
    }
  }
}
