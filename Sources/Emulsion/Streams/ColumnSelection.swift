/// Some of the columns of a data source.
struct ColumnSelection: DataSource {
  let base: any DataSource
  let positions: [Int]
  let columnNames: [String]

  var rows: Int { base.rows }
  var recordCount: Int { base.missing == nil ? base.rows : base.recordCount }
  var missing: MissingCells? { base.missing?.selecting(positions) }
  var errors: MeasurementErrors? { base.errors?.selecting(positions) }
  var columnLevels: ColumnLevels { base.columnLevels.selecting(columnNames) }

  func location(ofRow row: Int) -> String { base.location(ofRow: row) }

  func read(_ range: Range<Int>, into buffer: inout BlockBuffer) throws {
    var whole = BlockBuffer(columns: base.columns, capacity: range.count)
    try base.read(range, into: &whole)
    let block = whole.block
    if base.missing == nil {
      buffer.begin(range)
    } else {
      // What is missing in a row is known by its record.
      let records = (0..<block.rows).map { block.rowID($0) }
      buffer.begin(records.span)
    }
    for (j, position) in positions.enumerated() {
      let values = block.column(position)
      buffer.withColumn(j) { lanes in
        for i in values.indices { lanes[i] = values[i] }
      }
    }
    if whole.hasWeights { buffer.setWeights(whole.weights()) }
  }
}

extension DataSource {
  /// The columns of these names, in the order of the data, or the data as they are for `nil`.
  ///
  /// - Throws: `invalid-data` naming the first column that is not there.
  func selecting(_ names: [String]?) throws -> any DataSource {
    guard let names else { return self }
    let positions = try columnNames.positions(of: names).sorted()
    guard positions.count < columns else { return self }
    return ColumnSelection(
      base: self, positions: positions, columnNames: positions.map { columnNames[$0] })
  }
}
