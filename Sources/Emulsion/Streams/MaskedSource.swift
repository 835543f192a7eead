/// Data of which some rows count: the rest weighs nothing.
struct MaskedSource: DataSource {
  let base: any DataSource
  /// Whether each row counts.
  let keeps: [Bool]
  let recordCount: Int

  init(_ base: any DataSource, keeps: [Bool], recordCount: Int? = nil) {
    (self.base, self.keeps) = (base, keeps)
    self.recordCount = recordCount ?? keeps.count { $0 }
  }

  var rows: Int { base.rows }
  var missing: MissingCells? { base.missing }
  var errors: MeasurementErrors? { base.errors }
  var rowsPerBlock: Int { base.rowsPerBlock }
  var columnNames: [String] { base.columnNames }
  var columnLevels: ColumnLevels { base.columnLevels }

  func location(ofRow row: Int) -> String { base.location(ofRow: row) }

  func read(_ range: Range<Int>, into buffer: inout BlockBuffer) throws {
    try base.read(range, into: &buffer)
    let hadWeights = buffer.hasWeights
    buffer.withWeights { weights in
      for i in weights.indices {
        weights[i] = keeps[range.lowerBound + i] ? (hadWeights ? weights[i] : 1) : 0
      }
    }
  }
}
