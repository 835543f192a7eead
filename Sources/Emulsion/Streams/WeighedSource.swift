/// Data whose rows count by other weights.
package struct WeighedSource: DataSource {
  let base: any DataSource
  private let weights: [Double]

  /// - Throws: `invalid-data` for weights of other rows, and for what is no weight.
  package init(_ base: any DataSource, weights: [Double]) throws {
    guard weights.count == base.rows else {
      throw EmulsionError(
        .invalidData,
        "weights: \(weights.count.counted("value")) for \(base.rows.counted("row")); give one a row"
      )
    }
    if let row = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
      throw base.unusableWeight(weights[row], row: row)
    }
    guard weights.isEmpty || weights.contains(where: { $0 > 0 }) else {
      throw EmulsionError(.invalidData, "all row weights are 0")
    }
    (self.base, self.weights) = (base, weights)
  }

  package var rows: Int { base.rows }
  package var recordCount: Int { base.recordCount }
  package var missing: MissingCells? { base.missing }
  package var errors: MeasurementErrors? { base.errors }
  package var rowsPerBlock: Int { base.rowsPerBlock }
  package var columnNames: [String] { base.columnNames }
  package var columnLevels: ColumnLevels { base.columnLevels }

  package func location(ofRow row: Int) -> String { base.location(ofRow: row) }

  package func read(_ range: Range<Int>, into buffer: inout BlockBuffer) throws {
    try base.read(range, into: &buffer)
    buffer.setWeights(weights.span.extracting(range))
  }
}

extension DataSource {
  /// Whether the rows are those of other data, number by number, whatever they weigh. O(nd).
  ///
  /// - Throws: What reading them throws.
  package func hasRows(of other: any DataSource) throws -> Bool {
    guard rows == other.rows, columnNames == other.columnNames else { return false }
    let size = Chunks.rowsPerBlock(of: rows)
    var own = BlockBuffer(columns: columns, capacity: size)
    var others = BlockBuffer(columns: columns, capacity: size)
    for first in stride(from: 0, to: rows, by: size) {
      let range = first..<min(rows, first + size)
      try read(range, into: &own)
      try other.read(range, into: &others)
      let block = own.block
      let other = others.block
      for j in 0..<columns {
        let a = block.column(j)
        let b = other.column(j)
        // Missing cells are alike.
        for i in a.indices where !(a[i] == b[i] || (a[i].isNaN && b[i].isNaN)) { return false }
      }
    }
    return true
  }
}
