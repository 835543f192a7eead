import Emulsion

extension Table {
  /// A source of some of the columns with what they were measured with.
  ///
  /// - Parameters:
  ///   - source: All rows of the table.
  ///   - errors: The column of standard deviations of each column; others are exact.
  /// - Throws: `invalid-option` for a column that is not there, `invalid-data` for what is no standard deviation.
  public func measured(_ source: any DataSource, errors: [String: String]) throws
    -> any DataSource
  {
    let used = source.columnNames
    for column in errors.keys.sorted() where !used.contains(column) {
      throw EmulsionError(
        .invalidOption,
        "errors: \"\(column)\" is no column that is fitted"
          + (spellingHint(for: column, among: used) ?? ""))
    }
    for name in Set(errors.values).sorted() where !names.contains(name) {
      throw EmulsionError(
        .invalidOption,
        "errors: the data have no column \"\(name)\""
          + (spellingHint(for: name, among: names) ?? ""))
    }
    var deviations = Matrix(rows: source.rows, columns: used.count)
    for (j, column) in used.enumerated() {
      guard let name = errors[column] else { continue }
      let values = try matrix([name])
      for i in 0..<source.rows { deviations[i, j] = values[i, 0] }
    }
    return try MeasuredSource(source, deviations: deviations.ignoringMissing(of: source))
  }
}

extension Matrix {
  /// Standard deviations of errors, with 0 for what is not a number beside cells without a value.
  public func ignoringMissing(of source: any DataSource) throws -> Matrix {
    guard values.contains(where: \.isNaN), rows == source.rows, columns == source.columns else {
      return self
    }
    let cells = try Matrix(reading: source)
    var result = self
    for i in values.indices where values[i].isNaN && cells.values[i].isNaN { result.values[i] = 0 }
    return result
  }
}
