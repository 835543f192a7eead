import Emulsion

/// Makes a table of delimited text.
///
/// A first pass reads every column as numbers and marks those that turn out to hold text; a second
/// pass, only where there are such, reads their texts. So a file of numbers is read once, and no
/// text is kept for a cell that is a number.
struct DelimitedReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let name: String
  private let delimiter: UInt8
  private let options: ReadOptions
  private let missing: [[UInt8]]
  /// Whether a number such as −9 may mean a missing value, so that numbers must be compared too.
  private let hasMissingNumbers: Bool

  init(
    bytes: UnsafeBufferPointer<UInt8>, name: String, delimiter: UInt8, options: ReadOptions
  ) {
    self.bytes = bytes
    self.name = name
    self.delimiter = delimiter
    self.options = options
    missing = options.missing.map { Array($0.utf8) }
    hasMissingNumbers = missing.contains { text in
      text.withUnsafeBufferPointer { DecimalParser.number(in: $0)?.isNaN == false }
    }
  }

  /// What the first pass makes of a column.
  private enum Kind {
    case skipped
    case numbers
    case text
  }

  /// The table.
  func table() throws -> Table {
    try checkEncoding()
    var scanner = DelimitedScanner(bytes: bytes, name: name, delimiter: delimiter)
    let allNames = try header(&scanner)
    let names = options.columns ?? allNames
    let positions = try positions(of: names, among: allNames)
    var kinds = [Kind](repeating: .skipped, count: allNames.count)
    for position in positions { kinds[position] = .numbers }

    let (numbers, lines) = try readNumbers(scanner, &kinds, delimiterHint(allNames))
    var texts: [[String?]] = []
    if kinds.contains(.text) { texts = try readTexts(scanner, kinds, rows: lines.count) }
    let storage = positions.map { position in
      StoredColumn.held(
        kinds[position] == .text ? .text(texts[position]) : .numbers(numbers[position]))
    }
    return Table(
      names: names, storage: storage, rows: lines.count,
      origin: Origin(name: name, unit: .line, positions: lines))
  }

  private func checkEncoding() throws {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw EmulsionError(.invalidData, "\(name): the text is UTF-16; save the file as UTF-8")
    }
  }

  // MARK: Names

  /// Reads the names of the columns, or makes them up and leaves the scanner before the first row.
  private func header(_ scanner: inout DelimitedScanner) throws -> [String] {
    scanner.skipBlankLines()
    guard !scanner.isAtEnd else {
      throw EmulsionError(.invalidData, "\(name): the file is empty")
    }
    let start = scanner
    let line = scanner.line
    var names: [String] = []
    var hasNumber = false
    var terminator = DelimitedScanner.Terminator.delimiter
    while terminator == .delimiter {
      let next = try scanner.cell()
      terminator = next.terminator
      names.append(try scanner.text(of: next.cell, line: line))
      let content = UnsafeBufferPointer(rebasing: scanner.bytes[next.cell.start..<next.cell.end])
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
        throw EmulsionError(
          .invalidData,
          "\(name), line \(line): column \(position + 1) has no name; "
            + "name it, or read with the option header = false")
      }
      if let other = seen.updateValue(position, forKey: column) {
        throw EmulsionError(
          .invalidData,
          "\(name), line \(line): columns \(other + 1) and \(position + 1) are both named "
            + "\(quoted(column)); rename one")
      }
    }
  }

  private func positions(of names: [String], among all: [String]) throws -> [Int] {
    let table = Table(
      names: all, storage: all.map { _ in .held(.numbers([])) }, rows: 0,
      origin: Origin(name: name, unit: .line))
    return try table.positions(of: table.select(names).names)
  }

  // MARK: The two passes

  /// Reads the columns of numbers, and the line of each row.
  private func readNumbers(
    _ start: DelimitedScanner, _ kinds: inout [Kind], _ hint: String
  ) throws -> (numbers: [[Double]], lines: [Int]) {
    var scanner = start
    let width = kinds.count
    var numbers = [[Double]](repeating: [], count: width)
    var lines: [Int] = []
    while true {
      // In a file of one column a blank line is a missing value.
      if width > 1 { scanner.skipBlankLines() }
      if scanner.isAtEnd { break }
      let line = scanner.line
      lines.append(line)
      for column in 0..<width {
        let terminator: DelimitedScanner.Terminator
        if kinds[column] == .numbers, !hasMissingNumbers, let number = scanner.number() {
          numbers[column].append(number.value)
          terminator = number.terminator
        } else {
          let next = try scanner.cell()
          terminator = next.terminator
          if kinds[column] == .numbers {
            if let value = number(in: next.cell, scanner) {
              numbers[column].append(value)
            } else {
              kinds[column] = .text
              numbers[column] = []
            }
          }
        }
        if (terminator == .endOfRecord) != (column == width - 1) {
          throw try raggedError(scanner, line, width, read: column + 1, terminator, hint)
        }
      }
    }
    return (numbers, lines)
  }

  /// Reads the columns of text.
  private func readTexts(
    _ start: DelimitedScanner, _ kinds: [Kind], rows: Int
  ) throws -> [[String?]] {
    var scanner = start
    var texts = [[String?]](repeating: [], count: kinds.count)
    for column in kinds.indices where kinds[column] == .text {
      texts[column].reserveCapacity(rows)
    }
    for _ in 0..<rows {
      if kinds.count > 1 { scanner.skipBlankLines() }
      for column in kinds.indices {
        let line = scanner.line
        let cell = try scanner.cell().cell
        guard kinds[column] == .text else { continue }
        // Among texts, quotes tell "NA" the word from NA the missing value.
        let isMissing = !cell.isQuoted && isMissing(content(of: cell, scanner))
        texts[column].append(isMissing ? nil : try scanner.text(of: cell, line: line))
      }
    }
    return texts
  }

  /// The number in a cell, `NaN` where it is missing, `nil` where it holds text.
  private func number(in cell: DelimitedScanner.Cell, _ scanner: DelimitedScanner) -> Double? {
    let content = content(of: cell, scanner)
    return isMissing(content) ? .nan : DecimalParser.number(in: content)
  }

  private func content(
    of cell: DelimitedScanner.Cell, _ scanner: DelimitedScanner
  ) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: scanner.bytes[cell.start..<cell.end])
  }

  /// Whether a cell means a missing value; spaces around it do not count.
  private func isMissing(_ content: UnsafeBufferPointer<UInt8>) -> Bool {
    if missing.contains(where: { content.elementsEqual($0) }) { return true }
    guard let first = content.first, let last = content.last, first == 0x20 || last == 0x20 else {
      return false
    }
    let trimmed = content.drop { $0 == 0x20 }.reversed().drop { $0 == 0x20 }
    return missing.contains { trimmed.elementsEqual($0.reversed()) }
  }

  private func raggedError(
    _ scanner: DelimitedScanner, _ line: Int, _ expected: Int, read: Int,
    _ terminator: DelimitedScanner.Terminator, _ hint: String
  ) throws -> EmulsionError {
    var scanner = scanner
    var found = read
    var terminator = terminator
    while terminator == .delimiter {
      terminator = try scanner.cell().terminator
      found += 1
    }
    let fields = expected == 1 ? "field" : "fields"
    return EmulsionError(
      .invalidData, "\(name), line \(line): expected \(expected) \(fields), found \(found)\(hint)")
  }
}
