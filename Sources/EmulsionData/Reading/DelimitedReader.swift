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
    let (first, line) = try firstLine(&scanner)
    let hasNames =
      switch options.header {
      case .present: true
      case .absent: false
      case .automatic: !first.hasNumber || options.columns.map(first.isNamed) ?? false
      }
    if hasNames {
      try check(first.cells, line)
      return try table(first.cells, from: scanner.position, line: scanner.line)
    }
    let names = Table.defaultNames(first.cells.count)
    let isGuessed = options.header == .automatic
    let table = try table(names, from: start, line: line, isFirstLineARow: isGuessed)
    guard isGuessed else { return table }
    let positions = try positions(of: table.names, among: names)
    let columns = try zip(positions, table.names.indices).map { ($0, try table[position: $1]) }
    let shown = first.cells.prefix(4).joined(separator: ", ") + (first.cells.count > 4 ? ", …" : "")
    switch first.reading(above: Dictionary(uniqueKeysWithValues: columns)) {
    case .names:
      options.notify(
        "\(text.name): the first line (\(shown)) is taken for the names of the columns; the option "
          + "header = false (--no-header) makes it a row")
      return try self.table(first.cells, from: scanner.position, line: scanner.line)
    case .doubtful:
      options.notify(
        "\(text.name): the first line (\(shown)) is taken for a row; the option header = true (--header) "
          + "makes it the names of the columns")
    case .row: break
    }
    return table
  }

  /// The table of the rows from `start` on, whose columns are called `allNames`.
  private func table(
    _ allNames: [String], from start: Int, line: Int, isFirstLineARow: Bool = false
  ) throws -> Table {
    let names = options.columns ?? allNames
    let positions = try positions(of: names, among: allNames)
    var uses = [ColumnUse](repeating: .skipped, count: allNames.count)
    for position in positions { uses[position] = .numbers }

    let hint = delimiterHint(allNames)
    let merged = try pieces(uses, hint).numbers(from: start, line: line)
    var texts: [[String?]] = []
    if merged.uses.contains(.text) {
      let found = merged.uses.map { $0 == .text ? ColumnUse.text : .skipped }
      let cells = merged.lines.count.multipliedOrMax(by: found.count { $0 == .text })
      // Longer ones than 15 bytes take more, but not more than the text.
      try options.reserve(cells.multipliedOrMax(by: 2 * MemoryLayout<String?>.stride))
      texts = try pieces(found, hint).texts(merged.pieces)
    }
    let numbers = merged.numbers()
    let storage = positions.map { position in
      StoredColumn.held(
        merged.uses[position] == .text
          ? settled(texts[position]) : .numbers(numbers[position]))
    }
    var origin = Origin(name: text.name, unit: .line, lines: merged.lines)
    origin.isFirstLineARow = isFirstLineARow
    return Table(names: names, storage: storage, rows: merged.lines.count, origin: origin)
  }

  /// A column that has cells which are no numbers, or whole numbers that a double can't hold.
  ///
  /// Where all are whole numbers they stay texts, so that each is what it was; beside fractions they are
  /// measured ones, which doubles round.
  private func settled(_ texts: [String?]) -> Column {
    var numbers: [Double] = []
    var areWhole = true
    for cell in texts {
      guard var cell else {
        numbers.append(.nan)
        continue
      }
      let value = cell.withUTF8 { bytes -> Double? in
        guard let value = text.number(in: bytes) else { return nil }
        if !value.isNaN && !DecimalParser.isWhole(bytes) { areWhole = false }
        return value
      }
      guard let value else { return .text(texts) }
      numbers.append(value)
    }
    guard areWhole else { return .numbers(numbers) }
    // Spaces around it are no part of a number.
    return .text(
      zip(texts, numbers).map { text, number in
        guard let text, !number.isNaN else { return nil }
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        return String(text.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
      })
  }

  private func pieces(_ uses: [ColumnUse], _ hint: String) -> PieceReader {
    PieceReader(
      reader: RecordReader(text: text, uses: uses, hint: hint), execution: options.execution,
      size: options.pieceSize, reserve: options.reserve, release: release)
  }

  private func checkEncoding() throws {
    if text.bytes.starts(with: [0xFF, 0xFE]) || text.bytes.starts(with: [0xFE, 0xFF]) {
      throw EmulsionError(
        .invalidData, "\(text.name): the text is UTF-16; save the file as UTF-8")
    }
  }

  // MARK: Names

  /// Where the first line that is not blank begins.
  private var start: Int {
    var scanner = DelimitedScanner(text, position: text.start, line: 1)
    scanner.skipBlankLines()
    return scanner.position
  }

  /// Reads the first line that is not blank, which has a number, and steps behind it.
  private func firstLine(_ scanner: inout DelimitedScanner) throws -> (FirstLine, line: Int) {
    scanner.skipBlankLines()
    guard !scanner.isAtEnd else {
      throw EmulsionError(.invalidData, "\(text.name): the file is empty")
    }
    let line = scanner.line
    var first = FirstLine()
    var terminator = DelimitedScanner.Terminator.delimiter
    while terminator == .delimiter {
      let next = try scanner.cell()
      terminator = next.terminator
      first.cells.append(try scanner.string(of: next.cell, line: line))
      let content = scanner.content(of: next.cell)
      let number = next.cell.isQuoted ? nil : DecimalParser.number(in: content)
      first.numbers.append(number.flatMap { $0.isNaN ? nil : $0 })
    }
    return (first, line)
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
