import Emulsion

// What families make of the columns of data: shared by tables and by files.
extension [any FamilyDefinition] {
  /// The columns that they read among some, in the order of these; all where `nil`.
  func columns(readAmong names: [String]) -> [String]? {
    requiredColumns.map { required in
      let (wanted, known) = (Set(required), Set(names))
      return names.filter(wanted.contains) + required.filter { !known.contains($0) }
    }
  }

  /// Columns without those of texts that no family asks for: they are left aside, as numbers are.
  func columns(
    _ names: [String]?, groups: [String], isNumeric: (String) throws -> Bool
  ) rethrows -> [String]? {
    guard let names, requiredColumns != nil else { return names }
    return try names.filter {
      try isNumeric($0) || groups.contains($0) || reading(ofTextColumn: $0) != nil
    }
  }

  /// Checks that a column that tells two texts apart has two.
  ///
  /// - Throws: `invalid-data` where it has not.
  func requireTwo(_ levels: [String], in column: String) throws {
    guard levels.count != 2, !levels.isEmpty else { return }
    let family = first { $0.reading(ofTextColumn: column) == .binary }
    let many = "\(levels.count) different texts (\(ColumnLevels.listing(levels)))"
    throw EmulsionError(
      .invalidData,
      "column \(quoted(column)) holds "
        + (levels.count == 1 ? "one text alone (\(ColumnLevels.listing(levels)))" : many)
        + "; the family \(quoted(family?.name ?? "")) takes two there, of which the second in order "
        + "counts as 1")
  }
}

extension ColumnLevels {
  /// Says that there are numbers where a model was fitted to texts.
  static func numbersError(_ column: String, _ levels: [String]) -> EmulsionError {
    EmulsionError(
      .invalidData,
      "column \(quoted(column)) holds numbers, but the model was fitted to texts there "
        + "(\(listing(levels))); read it as text: types = { [\(quoted(column))] = \"text\" }, or --text"
    )
  }
}
