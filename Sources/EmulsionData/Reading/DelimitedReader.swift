import Emulsion

/// Makes a table of delimited text.
///
/// A first pass reads every column as numbers and marks those that turn out to hold text; a second
/// pass, only where there are such, reads their texts. So a file of numbers is read once, and no
/// text is kept for a cell that is a number. Where these texts are numbers with decimal commas, all is
/// read once more with these.
struct DelimitedReader {
  let text: DelimitedText
  let options: ReadOptions
  /// Lines that are passed over before the options are looked at, such as Excel's `sep=;`.
  let lead: Int
  private let release: @Sendable (Range<Int>) -> Void

  /// - Parameter release: Told of bytes that are not needed any more for now.
  init(
    bytes: UnsafeBufferPointer<UInt8>, name: String, delimiter: UInt8, options: ReadOptions,
    lead: Int = 0, release: @escaping @Sendable (Range<Int>) -> Void
  ) throws {
    text = DelimitedText(
      bytes, name: name, delimiter: delimiter, missing: options.missing,
      comment: options.comment?.asciiValue,
      style: try NumberStyle(
        decimal: options.decimal, thousands: options.thousands))
    self.options = options
    self.lead = lead
    self.release = release
  }

  /// The table.
  func table() throws -> Table { try read().table }

  /// The table, and the options that it was read with after what there was to guess.
  func read() throws -> (table: Table, options: ReadOptions) {
    try checkEncoding()
    var scanner = DelimitedScanner(text, position: text.start, line: 1)
    skipLines(&scanner)
    skipPreamble(&scanner)
    let top = scanner
    let (first, line) = try firstLine(&scanner)
    skipLines(&scanner)
    try checkSkipped(scanner)
    let hasNames =
      switch options.header {
      case .present: true
      case .absent: false
      case .automatic: !first.hasNumber || options.columns.map(first.isNamed) ?? false
      }
    if hasNames { return try named(first, line, scanner) }
    let isGuessed = options.header == .automatic
    let names = ColumnNames(count: first.cells.count, endsEmpty: first.cells.last == "")
    let read = try table(names, from: top, isFirstLineARow: isGuessed)
    guard isGuessed else { return read }
    let table = read.table
    let positions = try positions(of: table.names, among: names.all)
    let columns = try zip(positions, table.names.indices).map { ($0, try table[position: $1]) }
    let shown = first.cells.prefix(4).joined(separator: ", ") + (first.cells.count > 4 ? ", …" : "")
    switch first.reading(above: Dictionary(uniqueKeysWithValues: columns)) {
    case .names:
      options.notify(
        "\(text.name): the first line (\(shown)) is taken for the names of the columns; the option "
          + "header = false (--no-header) makes it a row")
      return try named(first, line, scanner)
    case .doubtful:
      options.notify(
        "\(text.name): the first line (\(shown)) is taken for a row; the option header = true (--header) "
          + "makes it the names of the columns")
    case .row: break
    }
    return read
  }

  /// The table below a line of names.
  private func named(_ first: FirstLine, _ line: Int, _ scanner: DelimitedScanner) throws
    -> (table: Table, options: ReadOptions)
  {
    let names = try ColumnNames(
      first.cells, above: firstWidth(scanner), options.rowNames, text, line: line)
    return try table(names, from: scanner)
  }

  /// The table of the rows from where the scanner is.
  private func table(
    _ names: ColumnNames, from scanner: DelimitedScanner, isFirstLineARow: Bool = false
  ) throws -> (table: Table, options: ReadOptions) {
    let wanted = options.columns ?? names.all
    let positions = try positions(of: wanted, among: names.all)
    var uses = [ColumnUse](repeating: .skipped, count: names.all.count)
    for position in positions { uses[position] = .numbers }
    for (name, type) in options.types {
      let position = try self.positions(of: [name], among: names.all)[0]
      if type == .text && uses[position] == .numbers { uses[position] = .text }
    }
    let content = try contents(uses, scanner, delimiterHint(names.all))
    if let style = try style(content, names.all) { return try reading(style) }
    try noteGroups(content.uses, names.all, scanner)
    var kept: [(name: String, column: StoredColumn)] = []
    for (name, position) in zip(wanted, positions) {
      let column = try content.column(position, named: name, self)
      if options.columns == nil, try names.isLeftOut(position, column, text) { continue }
      kept.append((name, column))
    }
    var origin = Origin(name: text.name, unit: .line, lines: content.lines)
    origin.isFirstLineARow = isFirstLineARow
    origin.rowNames = names.rowNames
    let table = Table(
      names: kept.map(\.name), storage: kept.map(\.column), rows: content.lines.count,
      origin: origin)
    return (table, options)
  }

  /// The cells of the columns in use, and how these turned out.
  private func contents(
    _ uses: [ColumnUse], _ scanner: DelimitedScanner, _ hint: String
  ) throws -> DelimitedContent {
    let end = try limit(scanner)
    let merged = try pieces(uses, hint, end).numbers(from: scanner.position, line: scanner.line)
    var texts: [[String?]] = []
    if merged.uses.contains(.text) {
      let found = merged.uses.map { $0 == .text ? ColumnUse.text : .skipped }
      let cells = merged.lines.count.multipliedOrMax(by: found.count { $0 == .text })
      // Longer ones than 15 bytes take more, but not more than the text.
      try options.reserve(cells.multipliedOrMax(by: 2 * MemoryLayout<String?>.stride))
      texts = try pieces(found, hint, end).texts(merged.pieces)
    }
    return DelimitedContent(
      uses: merged.uses, texts: texts, numbers: merged.numbers(), lines: merged.lines)
  }

  private func pieces(_ uses: [ColumnUse], _ hint: String, _ end: Int?) -> PieceReader {
    PieceReader(
      reader: RecordReader(text: end.map(text.cut(at:)) ?? text, uses: uses, hint: hint),
      execution: options.execution, size: options.pieceSize, reserve: options.reserve,
      release: release)
  }

  /// Where the last row ends that is asked for; `nil` where all are.
  private func limit(_ scanner: DelimitedScanner) throws -> Int? {
    guard let limit = options.limit else { return nil }
    var scanner = scanner
    for _ in 0..<limit {
      scanner.skipBlankLines()
      if scanner.isAtEnd { break }
      while try scanner.cell().terminator == .delimiter {}
    }
    return scanner.position
  }

  /// What numbers are written like that came out as texts, and were not said to be written so.
  private func style(_ content: DelimitedContent, _ names: [String]) throws -> ReadOptions? {
    let isSettled = options.thousands != nil && (options.decimal != nil || options.thousands == ",")
    guard !isSettled, options.decimal != ".", text.delimiter != UInt8(ascii: ",") else {
      return nil
    }
    var guess = DecimalGuess()
    for (position, texts) in content.texts.enumerated() where options.types[names[position]] == nil
    {
      guess.add(texts)
    }
    switch guess.finding(hasDecimalComma: options.decimal == ",", thousands: options.thousands) {
    case .nothing: return nil
    case .doubt(let what):
      throw EmulsionError(
        .invalidData,
        "\(text.name): \(what); say so by the options decimal = \",\" or \".\" and thousands = \".\" or \",\""
      )
    case .style(let decimal, let thousands):
      guard decimal != "." || thousands != options.thousands else { return nil }
      var result = options
      (result.decimal, result.thousands) = (decimal, thousands)
      options.notify(
        "\(text.name): numbers are read with decimal = \"\(decimal)\""
          + (thousands.map { " and thousands = \"\($0)\"" } ?? "")
          + "; the options decimal and thousands "
          + "(--decimal, --thousands) say otherwise")
      return result
    }
  }

  private func reading(_ options: ReadOptions) throws -> (table: Table, options: ReadOptions) {
    try DelimitedReader(
      bytes: text.bytes, name: text.name, delimiter: text.delimiter, options: options, lead: lead,
      release: release
    ).read()
  }

  func positions(of names: [String], among all: [String]) throws -> [Int] {
    let table = Table(
      names: all, storage: all.map { _ in .held(.numbers([])) }, rows: 0,
      origin: Origin(name: text.name, unit: .line))
    return try table.positions(of: table.select(names).names)
  }
}

/// The cells of a delimited text.
struct DelimitedContent {
  let uses: [ColumnUse]
  let texts: [[String?]]
  let numbers: [[Double]]
  let lines: LineNumbers

  /// The column at `position`.
  ///
  /// - Throws: `invalid-data` where it was to be of numbers and is not.
  func column(_ position: Int, named name: String, _ reader: DelimitedReader) throws -> StoredColumn
  {
    guard uses[position] == .text else { return .held(.numbers(numbers[position])) }
    switch reader.options.types[name] {
    case .text: return .held(.text(texts[position]))
    case .number: return .held(.numbers(try truths(texts[position], name, reader.text)))
    case nil: return .held(reader.settled(texts[position]))
    }
  }

  /// Numbers, true as 1 and false as 0.
  private func truths(_ cells: [String?], _ name: String, _ text: DelimitedText) throws -> [Double]
  {
    try cells.enumerated().map { row, cell in
      guard var cell else { return .nan }
      if let number = cell.withUTF8(text.number) { return number }
      switch cell.lowercased().filter({ $0 != " " }) {
      case "true", "t": return 1
      case "false", "f": return 0
      default:
        let origin = Origin(name: text.name, unit: .line, lines: lines)
        throw EmulsionError(
          .invalidData,
          "\(origin.location(ofRow: row)), column \(quoted(name)): \(quoted(cell)) is no number, nor true or "
            + "false")
      }
    }
  }
}
