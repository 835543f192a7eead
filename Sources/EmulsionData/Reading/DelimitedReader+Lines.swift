import Emulsion

extension DelimitedReader {
  func checkEncoding() throws {
    if text.bytes.starts(with: [0xFF, 0xFE]) || text.bytes.starts(with: [0xFE, 0xFF]) {
      throw EmulsionError(
        .invalidData, "\(text.name): the text is UTF-16; save the file as UTF-8")
    }
  }

  /// Steps over the lines that the options leave out, and blank ones.
  func skipLines(_ scanner: inout DelimitedScanner) {
    while !scanner.isAtEnd && (scanner.line <= lead || options.skip.contains(scanner.line)) {
      scanner.skipLine()
    }
  }

  /// Lines that are to be left out stand above the rows.
  func checkSkipped(_ scanner: DelimitedScanner) throws {
    guard case .lines(let lines) = options.skip, let last = lines.max(), last >= scanner.line
    else { return }
    throw EmulsionError(
      .invalidOption,
      "skip: line \(last) of \(text.name) is not above the first row; leave out rows by t:filter")
  }

  /// Steps over lines that begin with # where what follows is of another width.
  func skipPreamble(_ scanner: inout DelimitedScanner) {
    let hash = UInt8(ascii: "#")
    guard options.comment == nil, scanner.position < text.bytes.count,
      text.bytes[scanner.position] == hash
    else { return }
    var below = scanner
    while !below.isAtEnd && text.bytes[below.position] == hash { below.skipLine() }
    guard let width = firstWidth(below), let own = firstWidth(scanner), width != own else { return }
    let count = below.line - scanner.line
    options.notify(
      "\(text.name): the first \(count == 1 ? "line begins" : "\(count) lines begin") with \"#\" and "
        + "\(count == 1 ? "is" : "are") left out, as the option comment = \"#\" (--comment) would")
    scanner = below
  }

  /// Cells of the record at the scanner; `nil` where there is none.
  func firstWidth(_ scanner: DelimitedScanner) -> Int? {
    var scanner = scanner
    scanner.skipBlankLines()
    guard !scanner.isAtEnd else { return nil }
    var width = 1
    while let next = try? scanner.cell(), next.terminator == .delimiter { width += 1 }
    return width
  }

  /// Reads the first line that is not blank, and steps behind it.
  func firstLine(_ scanner: inout DelimitedScanner) throws -> (FirstLine, line: Int) {
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
      let written = try scanner.string(of: next.cell, line: line)
      first.cells.append(next.cell.isQuoted ? written : written.withoutBlanks)
      let content = scanner.content(of: next.cell)
      let number = next.cell.isQuoted ? nil : text.number(in: content)
      first.numbers.append(number.flatMap { $0.isNaN ? nil : $0 })
    }
    return (first, line)
  }

  /// Tells of columns in which every point has three digits behind it, where semicolons separate cells: in such
  /// files it often sets thousands apart. The first rows are looked at.
  func noteGroups(_ uses: [ColumnUse], _ names: [String], _ start: DelimitedScanner) throws {
    guard text.delimiter == UInt8(ascii: ";"), options.decimal == nil, options.thousands == nil
    else { return }
    var examples = [String?](repeating: nil, count: names.count)
    var isPlain = uses.map { $0 != .numbers }
    var scanner = start
    for _ in 0..<1000 {
      scanner.skipBlankLines()
      if scanner.isAtEnd { break }
      var (j, terminator) = (0, DelimitedScanner.Terminator.delimiter)
      while terminator == .delimiter {
        let next = try scanner.cell()
        terminator = next.terminator
        if j < names.count, !isPlain[j] {
          let bytes = Array(scanner.content(of: next.cell))
          switch DecimalGuess.hasGroups(bytes) {
          case true?: examples[j] = examples[j] ?? String(decoding: bytes, as: UTF8.self)
          case false?: isPlain[j] = true
          case nil: break
          }
        }
        j += 1
      }
    }
    for (j, example) in examples.enumerated() where !isPlain[j] {
      guard let example else { continue }
      options.notify(
        "\(text.name): \(quoted(example.withoutBlanks)) in column \(quoted(names[j])) is read as a decimal number; "
          + "the option thousands = \".\" (--thousands) says otherwise")
      return
    }
  }

  /// A column that has cells which are no numbers, or whole numbers that a double can't hold.
  ///
  /// Where all are whole numbers they stay texts, so that each is what it was; beside fractions they are
  /// measured ones, which doubles round.
  func settled(_ texts: [String?]) -> Column {
    var numbers: [Double] = []
    var areWhole = true
    for cell in texts {
      guard var cell else {
        numbers.append(.nan)
        continue
      }
      let value = cell.withUTF8 { bytes -> Double? in
        guard let value = text.number(in: bytes) else { return nil }
        if !value.isNaN && !text.isWhole(bytes) { areWhole = false }
        return value
      }
      guard let value else { return .text(texts) }
      numbers.append(value)
    }
    guard areWhole else { return .numbers(numbers) }
    // Spaces around it are no part of a number.
    return .text(zip(texts, numbers).map { $1.isNaN ? nil : $0?.withoutBlanks })
  }
}

extension String {
  /// Itself without spaces and tabs at its ends.
  var withoutBlanks: String {
    let isBlank = { (character: Character) in character == " " || character == "\t" }
    guard let first, let last, isBlank(first) || isBlank(last) else { return self }
    return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
  }
}
