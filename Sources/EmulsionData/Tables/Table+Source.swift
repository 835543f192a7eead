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
  ///   - columns: Which columns, in order; if `nil`, all but those of weights and of `excluded`.
  ///   - weights: How much each row counts; 1 if `nil`.
  ///   - excluded: Columns that have another part than data, such as known labels.
  ///   - groups: Columns that say which rows belong together: texts will do.
  /// - Throws: `invalid-data` where a column holds text (naming it, and the line where the others are
  ///   numbers) or there are no rows; `invalid-option` for an unknown column; `io` where a file was changed.
  public func source(
    columns: [String]? = nil, weights: RowWeights? = nil, excluding excluded: [String] = [],
    groups: [String] = []
  ) throws -> TableSource {
    if !groups.isEmpty {
      return try numbering(groups).source(columns: columns, weights: weights, excluding: excluded)
    }
    var numbers: [Double]?
    var others = Set(excluded)
    switch weights {
    case .column(let name):
      _ = try numericPositions([name])
      numbers = try column(named: name).numbers
      others.insert(name)
    case .values(let values):
      guard values.count == rows else {
        throw EmulsionError(
          .invalidData, "weights: \(values.count) values for \(rows) rows; give one a row")
      }
      numbers = values
    case nil: break
    }
    guard rows > 0 else {
      throw EmulsionError(
        .invalidData, "\(origin.map { "\($0.name): " } ?? "")no data rows to fit")
    }
    let kept = others.isEmpty ? columns : columns ?? names.filter { !others.contains($0) }
    let table = try kept.map(select) ?? self
    guard table.columns > 0 else {
      throw EmulsionError(.invalidOption, "columns: none are left to fit")
    }
    let wereNamed = columns != nil
    return try TableSource(table, wereNamed ? table.names : nil, weights: numbers)
  }

  /// The table with the texts of some columns as numbers, the same for the same text, from 1 in the order in
  /// which they come.
  private func numbering(_ names: [String]) throws -> Table {
    var storage = storage
    for position in try positions(of: names) {
      guard case .held(.text(let cells)) = storage[position] else { continue }
      var known: [[UInt8]: Double] = [:]
      storage[position] = .held(
        .numbers(
          cells.map { cell in
            guard let cell else { return .nan }
            // By bytes: to Swift some different texts are equal.
            let key = Array(cell.utf8)
            let number = known[key] ?? Double(known.count + 1)
            known[key] = number
            return number
          }))
    }
    return Table(names: self.names, storage: storage, rows: rows, origin: origin)
  }
}
