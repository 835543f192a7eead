import Emulsion

extension Table {
  /// Writes the table to a file, which appears whole or not at all; its name tells the format:
  /// `.csv` or `.tsv` (RFC 4180; packed as `.gz`), `.npy` (columns of numbers, without names), `.json` or
  /// `.jsonl` (records), or `.db` (a table of SQLite's, called `data`).
  ///
  /// Numbers are written with as many digits as it takes to read the same bits again. Missing
  /// values are empty cells, or `NA` in a table of one column, where an empty line would be lost.
  ///
  /// - Throws: `io` where the file cannot be written, `invalid-option` for another name,
  ///   `invalid-data` for text in `.npy`.
  public func write(to path: String) throws {
    switch FileFormat(path: path) {
    case .delimited(let delimiter, let isPacked):
      try OutputFile.write(to: path, isPacked: isPacked) { file in
        try writeDelimited(delimiter) { try file.write($0) }
      }
    case .numpy:
      let bytes = NumpyFile.bytes(try matrix(names))
      try OutputFile.write(to: path) { try $0.write(bytes) }
    case .json(let asLines):
      try OutputFile.write(to: path) { file in
        try writeJSON(asLines: asLines) { try file.write($0) }
      }
    case .sqlite: try write(toSQLite: path, table: "data")
    case .numpyArchive:
      throw EmulsionError(.invalidOption, "\(path): archives are read alone; write .npy or .csv")
    case nil:
      throw EmulsionError(
        .invalidOption,
        "\(path): can not tell the format from the name; names end in \(FileFormat.extensions)")
    }
  }

  /// The table as delimited text, one line a row, with a line of names first.
  ///
  /// - Parameter delimiter: What to put between two cells.
  /// - Throws: `io` where a file that the table's numbers are in was changed.
  public func delimitedText(_ delimiter: Character = ",") throws -> String {
    var text = ""
    try writeDelimited(delimiter) { text += $0 }
    return text
  }

  private func writeDelimited(
    _ delimiter: Character, to write: (String) throws -> Void
  ) throws {
    let separator = String(delimiter)
    // A first line with a number in it would not be taken for names unless that is quoted; and a name that
    // begins as files of UTF-8 may begin would lose that.
    let heading = names.map { name in
      // As R and pandas write them.
      if name == origin?.rowNames && columns > 1 { return "\"\"" }
      return looksNumeric(name) || name.utf8.starts(with: [0xEF, 0xBB, 0xBF])
        ? quotedCell(name) : cell(name, separator)
    }
    try write(heading.joined(separator: separator) + "\n")
    let missing = columns == 1 ? "NA" : ""
    let contents = try storage.map { try $0.column() }
    var line = ""
    for row in 0..<rows {
      line.removeAll(keepingCapacity: true)
      for (position, column) in contents.enumerated() {
        if position > 0 { line += separator }
        switch column {
        case .numbers(let values):
          line += values[row].isNaN ? missing : NumberText.shortest(values[row])
        case .text(let values):
          guard let text = values[row] else {
            line += missing
            continue
          }
          line += isMissingWord(text) ? quotedCell(text) : cell(text, separator)
        }
      }
      line += "\n"
      try write(line)
    }
  }

  private func cell(_ text: String, _ separator: String) -> String {
    let needsQuotes =
      text.utf8.contains { $0 == 0x22 || $0 == 0x0A || $0 == 0x0D } || text.contains(separator)
      || text.first == " " || text.last == " "
    return needsQuotes ? quotedCell(text) : text
  }

  private func quotedCell(_ text: String) -> String {
    "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }

  /// Words that without quotes would be read as missing.
  private func isMissingWord(_ text: String) -> Bool { ReadOptions.defaultMissing.contains(text) }

  private func looksNumeric(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { DecimalParser.number(in: $0) } != nil
  }
}
