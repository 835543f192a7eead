import Emulsion

// Where columns of texts take part in fits.
extension FileSource {
  /// The rows as data to fit families to; what they take as categories may be text.
  ///
  /// The levels of a column are all texts in it, in the order of ``ColumnLevels``.
  ///
  /// - Parameters:
  ///   - families: All that are to be fitted.
  ///   - columns: Which columns, in order; if `nil`, those that the families read.
  ///   - weights: The column that says how much each row counts; 1 if `nil`.
  ///   - excluded: A column that has another part than data, such as known labels.
  /// - Throws: `invalid-data` where a family needs numbers in a column of text, or finds not two texts where it
  ///   tells two apart, and as ``selecting(_:weights:)``.
  public func source(
    for families: [any FamilyDefinition], columns: [String]? = nil, weights: String? = nil,
    excluding excluded: String? = nil
  ) throws -> FileSource {
    let groups = families.compactMap(\.groupColumn)
    let wanted = families.columns(
      columns ?? families.columns(readAmong: names), groups: groups
    ) { levels[$0] == nil }
    var source = try selecting(
      wanted ?? columnNames.filter { $0 != weights && $0 != excluded }, weights: weights)
    var read: [String: [String]] = [:]
    for name in source.columnNames where !groups.contains(name) {
      guard let levels = levels[name] else { continue }
      switch families.reading(ofTextColumn: name) {
      case .refused, nil: throw refusal(of: name, levels, wereNamed: columns != nil)
      case .binary: try families.requireTwo(levels, in: name)
      default: break
      }
      read[name] = levels
    }
    source.columnLevels = try ColumnLevels(read)
    return source
  }

  private func refusal(of name: String, _ levels: [String], wereNamed: Bool) -> EmulsionError {
    let numbers = names.filter { self.levels[$0] == nil }
    let advice =
      wereNamed || numbers.isEmpty
      ? ""
      : "; name the columns to use, such as \(numbers.prefix(3).map { quoted($0) }.joined(separator: ", "))"
    return EmulsionError(
      .invalidData,
      "column \(quoted(name)) holds text (\(ColumnLevels.listing(levels)))\(advice)")
  }

  /// The rows for a model, texts being coded as those that it was fitted to.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - own: What the files call its columns; the same by default.
  /// - Throws: `invalid-data` for a text that is none of the model's, and for a column of numbers in the place of
  ///   one of texts or the reverse; `invalid-option` for unknown columns.
  public func source(for model: Model, named own: [String]? = nil) throws -> FileSource {
    let own = own ?? model.columnNames
    var source = try selecting(own)
    var lists: [String: [String]] = [:]
    for (name, column) in zip(own, model.columnNames) where column != model.groupColumn {
      switch (levels[name], model.levels[column]) {
      case (nil, nil): continue
      case (let texts?, nil): throw refusal(of: name, texts, wereNamed: true)
      case (nil, let known?): throw ColumnLevels.numbersError(name, known)
      case (let texts?, let known?):
        let missing = texts.filter { text in !known.contains { $0.utf8.elementsEqual(text.utf8) } }
        guard missing.isEmpty else {
          throw EmulsionError(
            .invalidData,
            "column \(quoted(name)): \(quoted(missing[0])) is none of the levels "
              + "\(ColumnLevels.listing(known)) that the model was fitted to")
        }
        lists[name] = known
      }
    }
    source.columnLevels = try ColumnLevels(lists)
    source.code(by: source.columnLevels.merging(levels))
    return source
  }
}
