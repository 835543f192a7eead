import Emulsion

extension Table {
  /// The numbers of some columns as a matrix, row-major, `NaN` where missing.
  ///
  /// - Parameter names: Which columns, in order; all but the rows' names if `nil`.
  /// - Throws: `invalid-data` naming the column that holds text (and the line of the cell, where
  ///   the others are numbers); `invalid-option` for an unknown column; `io` where a file was changed.
  public func matrix(_ names: [String]? = nil) throws -> Matrix {
    if names == nil, let rowNames = origin?.rowNames, self.names.contains(rowNames) {
      return try drop([rowNames]).matrix()
    }
    return try Matrix(reading: TableSource(self, names))
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
    let advice = styleAdvice(cells) ?? textAdvice(wereNamed: wereNamed)
    if let row = odd.first, odd.count < present.count {
      let cell = quoted(cells[row] ?? "")
      let isException = odd.count * 2 <= present.count
      let isInFirstLine = row == 0 && origin?.isFirstLineARow == true
      return EmulsionError(
        .invalidData,
        "\(location(ofRow: row)), column \(quoted(name)): \(cell) is not a number"
          + (isException && !isInFirstLine
            ? "; correct it, or read it as missing with the option missing" + unitsAdvice(odd)
            : advice))
    }
    // A text that was made of numbers is one on purpose.
    let wide = odd.isEmpty ? present.first { isInexactWhole(cells[$0] ?? "") } : nil
    let what = wide == nil ? "text" : "whole numbers beyond 2⁵³, which are kept as texts"
    let example = (wide ?? present.first).map {
      " (\(quoted(cells[$0] ?? "")), \(location(ofRow: $0)))"
    }
    return EmulsionError(
      .invalidData, "column \(quoted(name)) holds \(what)\(example ?? "")\(advice)")
  }

  private func isInexactWhole(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { DecimalParser.isInexactWhole($0) }
  }

  /// What to do about numbers with commas.
  private func styleAdvice(_ cells: [String?]) -> String? {
    var guess = DecimalGuess()
    guess.add(cells)
    switch guess.finding(hasDecimalComma: false) {
    case .nothing: return nil
    case .style(let decimal, let thousands):
      let options = [
        decimal == "." ? nil : "decimal = \"\(decimal)\"",
        thousands.map { "thousands = \"\($0)\"" },
      ]
      return "; read it with the option " + options.compactMap(\.self).joined(separator: " and ")
    case .doubt: return "; read it with the option thousands = \",\" or decimal = \",\""
    }
  }

  /// What to do where the first row alone is no number.
  private func unitsAdvice(_ odd: [Int]) -> String {
    guard odd == [0], let origin, origin.unit == .line else { return "" }
    let line = origin.position(ofRow: 0)
    return
      "; if line \(line) tells units, leave it out with the option skip = {\(line)} (--skip \(line),)"
  }

  /// What to do about a column of words.
  private func textAdvice(wereNamed: Bool) -> String {
    let hint = columns == 1 ? delimiterHint(names) : ""
    if !hint.isEmpty { return hint }
    if let origin, origin.isFirstLineARow { return origin.headerAdvice }
    let numeric = numericNames.prefix(3).map { "\"\($0)\"" }.joined(separator: ", ")
    if wereNamed { return "; numbers are needed" }
    if numeric.isEmpty { return "; numbers are needed (the family \"categorical\" takes texts)" }
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
