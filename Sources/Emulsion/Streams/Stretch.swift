/// Neighbouring rows of a data source.
private struct Stretch: DataSource {
  let base: any DataSource
  let range: Range<Int>

  var rows: Int { range.count }
  var columnNames: [String] { base.columnNames }
  var columnLevels: ColumnLevels { base.columnLevels }
  var rowsPerBlock: Int { base.rowsPerBlock }

  func read(_ some: Range<Int>, into buffer: inout BlockBuffer) throws {
    let first = range.lowerBound
    try base.read(some.lowerBound + first..<some.upperBound + first, into: &buffer)
    buffer.renumber(from: some.lowerBound)
  }

  func location(ofRow row: Int) -> String { base.location(ofRow: row + range.lowerBound) }
}

extension DataSource {
  /// Whether rows can be had in stretches: what is known of a row by its place among all, such as errors, parts of it
  /// would not know.
  package var comesInStretches: Bool { rowsPerBlock == 1 && missing == nil && errors == nil }

  /// Rows `range` alone, where ``comesInStretches``; error texts tell where they stand among all.
  package func stretch(_ range: Range<Int>) -> any DataSource {
    range == 0..<rows ? self : Stretch(base: self, range: range)
  }
}
