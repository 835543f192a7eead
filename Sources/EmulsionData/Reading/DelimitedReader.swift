import Emulsion

/// Makes a table of delimited text.
///
/// A first pass reads every column as numbers and marks those that turn out to hold text; a second
/// pass, only where there are such, reads their texts. So a file of numbers is read once, and no
/// text is kept for a cell that is a number.
struct DelimitedReader {
  private let text: DelimitedText
  private let options: ReadOptions
  private let release: @Sendable (Range<Int>) -> Void

  /// - Parameter release: Told of bytes that are not needed any more for now.
  init(
    bytes: UnsafeBufferPointer<UInt8>, name: String, delimiter: UInt8, options: ReadOptions,
    release: @escaping @Sendable (Range<Int>) -> Void
  ) {
    text = DelimitedText(bytes, name: name, delimiter: delimiter, missing: options.missing)
    self.options = options
    self.release = release
  }

  /// The table.
  func table() throws -> Table {
    try checkEncoding()
    var scanner = DelimitedScanner(text, position: text.start, line: 1)
    let allNames = try header(&scanner)
    let names = options.columns ?? allNames
    let positions = try positions(of: names, among: allNames)
    var uses = [ColumnUse](repeating: .skipped, count: allNames.count)
    for position in positions { uses[position] = .numbers }

    let hint = delimiterHint(allNames)
    let merged = try pieces(uses, hint).numbers(from: scanner.position, line: scanner.line)
    var texts: [[String?]] = []
    if merged.uses.contains(.text) {
      let found = merged.uses.map { $0 == .text ? ColumnUse.text : .skipped }
      texts = try pieces(found, hint).texts(merged.pieces)
    }
    let numbers = merged.numbers()
    let storage = positions.map { position in
      StoredColumn.held(
        merged.uses[position] == .text
          ? .text(texts[position]) : .numbers(numbers[position]))
    }
    return Table(
      names: names, storage: storage, rows: merged.lines.count,
      origin: Origin(name: text.name, unit: .line, lines: merged.lines))
  }

  private func pieces(_ uses: [ColumnUse], _ hint: String) -> PieceReader {
    PieceReader(
      reader: RecordReader(text: text, uses: uses, hint: hint), execution: options.execution,
      size: options.pieceSize, release: release)
  }

  private func checkEncoding() throws {
    if text.bytes.starts(with: [0xFF, 0xFE]) || text.bytes.starts(with: [0xFE, 0xFF]) {
      throw EmulsionError(
        .invalidData, "\(text.name): the text is UTF-16; save the file as UTF-8")
    }
  }

  // MARK: Names

  /// Reads the names of the columns, or makes them up and leaves the scanner before the first row.
  private func header(_ scanner: inout DelimitedScanner) throws -> [String] {
    scanner.skipBlankLines()
    guard !scanner.isAtEnd else {
      throw EmulsionError(.invalidData, "\(text.name): the file is empty")
    }
    let start = scanner
    let line = scanner.line
    var names: [String] = []
    var hasNumber = false
    var terminator = DelimitedScanner.Terminator.delimiter
    while terminator == .delimiter {
      let next = try scanner.cell()
      terminator = next.terminator
      names.append(try scanner.string(of: next.cell, line: line))
      let content = scanner.content(of: next.cell)
      if !next.cell.isQuoted, let number = DecimalParser.number(in: content), !number.isNaN {
        hasNumber = true
      }
    }
    if options.header == .absent || options.header == .automatic && hasNumber {
      scanner = start
      return Table.defaultNames(names.count)
    }
    try check(names, line)
    return names
  }

  private func check(_ names: [String], _ line: Int) throws {
    var seen: [String: Int] = [:]
    for (position, column) in names.enumerated() {
      if column.isEmpty {
        throw text.error(
          line,
          "column \(position + 1) has no name; name it, or read with the option header = false")
      }
      if let other = seen.updateValue(position, forKey: column) {
        throw text.error(
          line,
          "columns \(other + 1) and \(position + 1) are both named \(quoted(column)); rename one")
      }
    }
  }

  private func positions(of names: [String], among all: [String]) throws -> [Int] {
    let table = Table(
      names: all, storage: all.map { _ in .held(.numbers([])) }, rows: 0,
      origin: Origin(name: text.name, unit: .line))
    return try table.positions(of: table.select(names).names)
  }
}
