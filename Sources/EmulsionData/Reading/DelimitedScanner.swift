import Emulsion

/// Walks over delimited text cell by cell, counting lines (RFC 4180; lines end in LF, CRLF or CR).
struct DelimitedScanner {
  /// What stands behind a cell.
  enum Terminator {
    case delimiter
    case endOfRecord
  }

  /// A cell: where its content lies, without quotes.
  struct Cell {
    var start: Int
    var end: Int
    var isQuoted = false
    /// Whether quotes are doubled in it.
    var hasDoubledQuotes = false
  }

  let text: DelimitedText
  /// Nothing from here on is read.
  let limit: Int
  /// Where the next cell starts.
  var position: Int
  /// The line of `position`.
  var line: Int

  private let bytes: UnsafeBufferPointer<UInt8>
  private let delimiter: UInt8
  private let comment: UInt8?
  private let words = NumberWords()
  /// Where a cell may start for its number to be read by words.
  private let lastQuickStart: Int

  /// Starts at `position`, on line `line`, and takes the text to end at `limit`.
  init(_ text: DelimitedText, position: Int, line: Int, limit: Int? = nil) {
    self.text = text
    self.position = position
    self.line = line
    self.limit = limit ?? text.bytes.count
    bytes = UnsafeBufferPointer(rebasing: text.bytes[..<self.limit])
    delimiter = text.delimiter
    comment = text.comment
    lastQuickStart = text.isQuick ? bytes.count - NumberWords.reach : -1
  }

  /// Whether all there is has been read.
  var isAtEnd: Bool { position >= bytes.count }

  /// Steps over lines with nothing on them that begin before `border`.
  @inline(__always)
  mutating func skipBlankLines(before border: Int = .max) {
    let end = min(border, bytes.count)
    skipMargin()
    while position < end && DelimitedText.endsLine(bytes[position]) {
      stepOverLineEnd()
      skipMargin()
    }
    if comment != nil { skipComments(before: end, withBlankLines: true) }
  }

  /// Steps over spaces that a line begins with, where these separate cells.
  @inline(__always)
  private mutating func skipMargin() {
    guard delimiter == 0x20 else { return }
    while position < bytes.count && bytes[position] == 0x20 { position += 1 }
  }

  /// Steps over lines that are comments, or blank, and begin before `end`.
  mutating func skipComments(before border: Int = .max, withBlankLines isBlankToo: Bool) {
    let end = min(border, bytes.count)
    while position < end {
      if bytes[position] == comment {
        skipLine()
        skipMargin()
      } else if isBlankToo && DelimitedText.endsLine(bytes[position]) {
        stepOverLineEnd()
        skipMargin()
      } else {
        return
      }
    }
  }

  /// Steps over the rest of a line.
  mutating func skipLine() {
    skipToLineEnd()
    if !isAtEnd { stepOverLineEnd() }
  }

  private mutating func skipToLineEnd() {
    while position < bytes.count && !DelimitedText.endsLine(bytes[position]) { position += 1 }
  }

  /// Reads numbers of common forms from cells `columns` of a record of `width`, up to the first that holds
  /// anything else, and steps behind them; gives the column that comes next.
  ///
  /// The numbers go to `target` and every `stride` places behind.
  @inline(__always)
  mutating func commonNumbers(
    _ columns: Range<Int>, _ width: Int, to target: UnsafeMutablePointer<Double>, stride: Int
  ) -> Int {
    var column = columns.lowerBound
    guard position <= lastQuickStart, let base = bytes.baseAddress else { return column }
    let last = base + lastQuickStart
    let (words, delimiter, isEmptyMissing) = (words, delimiter, text.isEmptyMissing)
    let delimited = min(columns.upperBound, width &- 1)
    var target = target
    var cell = base + position
    while column < delimited, cell <= last {
      if let value = words.number(at: &cell, endingWith: delimiter) {
        target.pointee = value
      } else if let other = words.value(at: cell, before: delimiter, isEmptyMissing) {
        target.pointee = other.value
        cell = other.end
      } else {
        break
      }
      target += stride
      column &+= 1
      cell += 1
    }
    if column == width &- 1, columns.upperBound == width, cell <= last,
      let final = words.value(at: cell, before: text.lineEnd, isEmptyMissing)
    {
      target.pointee = final.value
      position = final.end - base
      stepOverLineEnd()
      return width
    }
    position = cell - base
    return column
  }

  /// Reads the number at `position`, if the cell there is nothing but a number and no whole number that a
  /// double can't hold, and steps behind it.
  mutating func exactNumber() -> (value: Double, terminator: Terminator)? {
    guard let result = DecimalParser.decimal(in: bytes, from: position) else { return nil }
    if result.value.magnitude >= 0x1p53,
      DecimalParser.isInexactWhole(UnsafeBufferPointer(rebasing: bytes[position..<result.end]))
    {
      return nil
    }
    if result.end < bytes.count {
      let byte = bytes[result.end]
      if byte != delimiter && !DelimitedText.endsLine(byte) { return nil }
    }
    position = result.end
    return (result.value, stepOverTerminator())
  }

  /// Reads the cell at `position` and steps behind it.
  mutating func cell() throws -> (cell: Cell, terminator: Terminator) {
    if position < bytes.count && bytes[position] == DelimitedText.quote { return try quotedCell() }
    let start = position
    // Quotes may stand behind spaces.
    while position < bytes.count, bytes[position] == 0x20 { position += 1 }
    if position > start, position < bytes.count, bytes[position] == DelimitedText.quote,
      delimiter != 0x20
    {
      return try quotedCell()
    }
    position = start
    while position < bytes.count {
      let byte = bytes[position]
      if byte == delimiter || DelimitedText.endsLine(byte) || byte == comment { break }
      position += 1
    }
    let cell = Cell(start: start, end: position)
    return (cell, stepOverTerminator())
  }

  private mutating func quotedCell() throws -> (cell: Cell, terminator: Terminator) {
    let startLine = line
    position += 1
    var cell = Cell(start: position, end: position, isQuoted: true)
    while true {
      guard position < bytes.count else {
        throw text.error(startLine, "a quoted cell starts here and is never closed")
      }
      let byte = bytes[position]
      if DelimitedText.endsLine(byte) {
        stepOverLineEnd()
      } else if byte != DelimitedText.quote {
        position += 1
      } else if position + 1 < bytes.count && bytes[position + 1] == DelimitedText.quote {
        cell.hasDoubledQuotes = true
        position += 2
      } else {
        break
      }
    }
    cell.end = position
    position += 1
    if delimiter != 0x20 {
      while position < bytes.count, bytes[position] == 0x20 { position += 1 }
    }
    if position < bytes.count && bytes[position] != delimiter
      && !DelimitedText.endsLine(bytes[position]) && bytes[position] != comment
    {
      throw text.error(
        line,
        "text follows the closing quote of a cell; a quote within quotes is written twice")
    }
    return (cell, stepOverTerminator())
  }

  /// The bytes of `cell`.
  func content(of cell: Cell) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: bytes[cell.start..<cell.end])
  }

  /// The text of `cell`, which must be well-formed UTF-8.
  func string(of cell: Cell, line: Int) throws -> String {
    let raw = content(of: cell)
    if raw.contains(0) {
      throw text.error(line, "a NUL byte; this is not a file of text")
    }
    let string: String?
    if cell.hasDoubledQuotes {
      var isSecond = false
      let single = raw.filter { byte in
        isSecond = byte == DelimitedText.quote && !isSecond
        return byte != DelimitedText.quote || isSecond
      }
      string = String(validating: single, as: UTF8.self)
    } else {
      string = String(validating: raw, as: UTF8.self)
    }
    guard let string else {
      let valid = String(decoding: raw, as: UTF8.self).utf8
      let good = zip(raw, valid).prefix { $0 == $1 }.count
      let byte = raw[min(good, raw.count - 1)]
      throw text.error(
        line,
        "the text is not UTF-8 (byte \(cell.start + good + 1) of the file is 0x\(String(byte, radix: 16, uppercase: true))); "
          + "read it with the option encoding = \"latin-1\", or save it as UTF-8")
    }
    return string
  }

  /// Steps over the delimiter or the line's end at `position`.
  @inline(__always)
  private mutating func stepOverTerminator() -> Terminator {
    guard position < bytes.count else { return .endOfRecord }
    if bytes[position] == delimiter {
      position += 1
      guard delimiter == 0x20 else { return .delimiter }
      // Columns are lined up by any number of spaces, which may stand at the ends of lines too.
      skipMargin()
      guard position < bytes.count else { return .endOfRecord }
      if !DelimitedText.endsLine(bytes[position]) && bytes[position] != comment {
        return .delimiter
      }
    }
    if bytes[position] == comment {
      skipLine()
      return .endOfRecord
    }
    stepOverLineEnd()
    return .endOfRecord
  }

  @inline(__always)
  private mutating func stepOverLineEnd() {
    let isPair =
      bytes[position] == DelimitedText.carriageReturn && position + 1 < bytes.count
      && bytes[position + 1] == DelimitedText.newline
    position += isPair ? 2 : 1
    line += 1
  }
}
