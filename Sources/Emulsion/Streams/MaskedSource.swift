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

extension DataSource {
  /// The weight of every row.
  func rowWeights() throws -> [Double] {
    var weights: [Double] = []
    weights.reserveCapacity(rows)
    let size = PassShape().holding(self).rowsPerBlock
    var buffer = BlockBuffer(columns: columns, capacity: size)
    for first in stride(from: 0, to: rows, by: size) {
      try read(first..<min(rows, first + size), into: &buffer)
      for i in 0..<buffer.rows { weights.append(buffer.hasWeights ? buffer.weights()[i] : 1) }
    }
    return weights
  }
}
