import Emulsion

/// How much each row of a table counts in a fit.
public enum RowWeights: Sendable {
  /// The numbers of a column, which is then no part of the data.
  case column(String)
  /// One number a row.
  case values([Double])
}

extension Table {
  /// The table as data to fit, with names and with lines of the file for error texts.
  ///
  /// The numbers are not copied: columns are read where they are, in memory or in a file.
  ///
  /// - Parameters:
  ///   - columns: Which columns, in order; if `nil`, all but those of weights, of `excluded` and of the
  ///     rows' names.
  ///   - weights: How much each row counts; 1 if `nil`.
  ///   - excluded: Columns that have another part than data, such as known labels.
  ///   - groups: Columns that say which rows belong together: texts will do.
  /// - Throws: `invalid-data` where a column holds text (naming it, and the line where the others are
  ///   numbers) or there are no rows; `invalid-option` for an unknown column; `io` where a file was changed.
  public func source(
    columns: [String]? = nil, weights: RowWeights? = nil, excluding excluded: [String] = [],
    groups: [String] = []
  ) throws -> TableSource {
    try source(
      columns: columns, weights: weights, excluding: excluded, groups: groups, levels: .none)
  }

  /// The same, where some columns are codes of texts.
  func source(
    columns: [String]?, weights: RowWeights? = nil, excluding excluded: [String] = [],
    groups: [String], levels: ColumnLevels
  ) throws -> TableSource {
    if !groups.isEmpty {
      return try numbering(groups).source(
        columns: columns, weights: weights, excluding: excluded, groups: [], levels: levels)
    }
    var numbers: [Double]?
    var others = Set(excluded)
    switch weights {
    case .column(let name):
      try checkWeights(name)
      _ = try numericPositions([name])
      numbers = try column(named: name).numbers
      others.insert(name)
    case .values(let values):
      guard values.count == rows else {
        throw EmulsionError(
          .invalidData,
          "weights: \(values.count.counted("value")) for \(rows.counted("row")); give one a row")
      }
      numbers = values
    case nil: break
    }
    guard rows > 0 else {
      throw EmulsionError(
        .invalidData, "\(origin.map { "\($0.name): " } ?? "")no data rows to fit")
    }
    if let rowNames = origin?.rowNames { others.insert(rowNames) }
    let kept = others.isEmpty ? columns : columns ?? names.filter { !others.contains($0) }
    let table = try kept.map(select) ?? self
    guard table.columns > 0 else {
      throw EmulsionError(.invalidOption, "columns: none are left to fit")
    }
    let wereNamed = columns != nil
    return try TableSource(
      table, wereNamed ? table.names : nil, weights: numbers, levels: levels)
  }

  /// Whether each row has a cell in all columns that a fit would read, and a weight.
  ///
  /// - Throws: `invalid-option` for an unknown column, `io` where a file was changed.
  public func completeRows(
    columns: [String]? = nil, weights: RowWeights? = nil, excluding excluded: [String] = []
  ) throws -> [Bool] {
    var others = Set(excluded + [origin?.rowNames].compactMap { $0 })
    var kept = [Bool](repeating: true, count: rows)
    switch weights {
    case .column(let name):
      try checkWeights(name)
      others.remove(name)
    case .values(let values):
      for row in kept.indices where values.count == rows && values[row].isNaN { kept[row] = false }
    case nil: break
    }
    var names = columns ?? self.names.filter { !others.contains($0) }
    if case .column(let name)? = weights, !names.contains(name) { names.append(name) }
    for name in names {
      let missing = try column(named: name).missingRows
      for row in kept.indices where missing[row] { kept[row] = false }
    }
    return kept
  }

  /// Says of a column of weights that is not there whose name it is.
  private func checkWeights(_ name: String) throws {
    do { _ = try position(of: name) } catch let error as EmulsionError {
      throw EmulsionError(error.code, "weights: \(error.message)")
    }
  }

  /// The table with the texts of some columns as numbers, the same for the same text, from 1 in the order in
  /// which they come.
  private func numbering(_ names: [String]) throws -> Table {
    var storage = storage
    for position in try positions(of: names) {
      guard case .held(.text(let cells)) = storage[position] else { continue }
      var known: [ExactText: Double] = [:]
      storage[position] = .held(
        .numbers(
          cells.map { cell in
            guard let cell else { return .nan }
            let key = ExactText(text: cell)
            let number = known[key] ?? Double(known.count + 1)
            known[key] = number
            return number
          }))
    }
    return Table(names: self.names, storage: storage, rows: rows, origin: origin)
  }
}
