import Emulsion

extension Table {
  /// The numbers of some columns as a matrix, row-major, `NaN` where missing.
  ///
  /// - Parameter names: Which columns, in order; all if `nil`.
  /// - Throws: `invalid-data` naming the column that holds text (and the line of the cell, where
  ///   the others are numbers); `invalid-option` for an unknown column; `io` where a file was changed.
  public func matrix(_ names: [String]? = nil) throws -> Matrix {
    try Matrix(reading: TableSource(self, names))
  }

  /// The positions of columns of numbers.
  ///
  /// - Throws: As ``matrix(_:)``.
  func numericPositions(_ names: [String]?) throws -> [Int] {
    let positions = try names.map(positions(of:)) ?? Array(storage.indices)
    if let text = positions.first(where: { !storage[$0].isNumeric }) {
      throw try textError(at: text, wereNamed: names != nil)
    }
    return positions
  }

  /// The names of the columns of numbers.
  public var numericNames: [String] {
    storage.indices.filter { storage[$0].isNumeric }.map { names[$0] }
  }

  /// Says that numbers were wanted where there is text: one odd cell is named with its line, a
  /// column of words with the way to leave it out.
  private func textError(at position: Int, wereNamed: Bool) throws -> EmulsionError {
    let cells = try storage[position].column().text ?? []
    let present = cells.indices.filter { cells[$0] != nil }
    let odd = present.filter { number(cells[$0] ?? "") == nil }
    let name = names[position]
    if let row = odd.first, odd.count < present.count {
      let cell = quoted(cells[row] ?? "")
      let isException = odd.count * 2 <= present.count
      return EmulsionError(
        .invalidData,
        "\(location(ofRow: row)), column \(quoted(name)): \(cell) is not a number"
          + (isException
            ? "; correct it, or read it as missing with the option missing"
            : textAdvice(wereNamed: wereNamed)))
    }
    let example = present.first.map {
      " (\(quoted(cells[$0] ?? "")), \(location(ofRow: $0)))"
    }
    let advice = textAdvice(wereNamed: wereNamed)
    return EmulsionError(
      .invalidData, "column \(quoted(name)) holds text\(example ?? "")\(advice)")
  }

  /// What to do about a column of words.
  private func textAdvice(wereNamed: Bool) -> String {
    let hint = columns == 1 ? delimiterHint(names) : ""
    if !hint.isEmpty { return hint }
    let numeric = numericNames.prefix(3).map { "\"\($0)\"" }.joined(separator: ", ")
    if wereNamed || numeric.isEmpty { return "; numbers are needed" }
    return "; name the columns to use, such as \(numeric)"
  }

  private func number(_ text: String) -> Double? {
    var text = text
    return text.withUTF8 { DecimalParser.number(in: $0) }
  }
}

/// Asks about the delimiter where the one name of a file looks like several.
func delimiterHint(_ names: [String]) -> String {
  guard names.count == 1, let name = names.first else { return "" }
  let delimiter = [";", "\t", "|", ","].first { name.contains($0) }
  return delimiter.map {
    "; are cells separated by \($0 == "\t" ? "tabs" : "\"\($0)\"")? "
      + "Then give the option delimiter"
  } ?? ""
}

/// `text` in quotes on one line, cut where it is long.
func quoted(_ text: String) -> String {
  let line = text.prefix(40).map { $0.isNewline || $0 == "\t" ? " " : String($0) }.joined()
  return "\"\(line)\(text.count > 40 ? "…" : "")\""
}
