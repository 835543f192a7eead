import CVectorMath

/// A data source that reads any rows in any order at about the cost of a run of rows.
///
/// The driver sorts rows of such sources so that those of one component lie in one block, and leaves
/// out the components that are too far from a block to matter.
public protocol RandomAccessSource: DataSource {
  /// Fills `buffer` with the rows at `positions`, in this order: calls `begin`, writes every column,
  /// sets weights if any.
  func read(_ positions: Span<Int>, into buffer: inout BlockBuffer) throws
}

extension MatrixSource: RandomAccessSource {
  /// Gathers the rows into the buffer's lanes.
  public func read(_ positions: Span<Int>, into buffer: inout BlockBuffer) {
    buffer.begin(positions)
    buffer.lanes.gather(matrix, positions)
    if let weights { buffer.setWeights(of: positions, among: weights) }
  }
}

extension BlockBuffer {
  /// Sets the weights of the block's rows, which stand at `positions` of `weights`.
  public mutating func setWeights(of positions: Span<Int>, among weights: [Double]) {
    withWeights { lanes in
      for i in positions.indices { lanes[i] = weights[positions[i]] }
    }
  }
}

extension LaneMatrix {
  /// Writes rows of a matrix as lanes.
  mutating func gather(_ matrix: Matrix, _ positions: Span<Int>) {
    precondition(matrix.columns <= rows && positions.count <= stride)
    for i in positions.indices { precondition(positions[i] >= 0 && positions[i] < matrix.rows) }
    let (base, stride, columns) = (base, stride, matrix.columns)
    positions.withUnsafeBufferPointer { positions in
      matrix.values.withUnsafeBufferPointer { values in
        guard let start = values.baseAddress, let first = positions.baseAddress else { return }
        vm_gather(start, first, positions.count, columns, base, stride)
      }
    }
  }
}
