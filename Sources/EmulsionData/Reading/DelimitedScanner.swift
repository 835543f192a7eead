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

  let bytes: UnsafeBufferPointer<UInt8>
  let name: String
  let delimiter: UInt8
  /// Where the next cell starts.
  var position: Int
  /// The line of `position`, from 1.
  var line = 1

  /// Starts at the first byte behind a byte-order mark; blank lines at the end do not count.
  init(bytes: UnsafeBufferPointer<UInt8>, name: String, delimiter: UInt8) {
    var end = bytes.count
    while end > 0 && (bytes[end - 1] == newline || bytes[end - 1] == carriageReturn) { end -= 1 }
    self.bytes = UnsafeBufferPointer(rebasing: bytes[..<end])
    self.name = name
    self.delimiter = delimiter
    position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// Whether all records have been read.
  var isAtEnd: Bool { position >= bytes.count }

  /// Steps over lines with nothing on them.
  @inline(__always)
  mutating func skipBlankLines() {
    while position < bytes.count && endsLine(bytes[position]) { stepOverLineEnd() }
  }

  /// Reads the number at `position`, if the cell there is nothing but a number, and steps behind it.
  @inline(__always)
  mutating func number() -> (value: Double, terminator: Terminator)? {
    guard let result = DecimalParser.decimal(in: bytes, from: position) else { return nil }
    if result.end < bytes.count {
      let byte = bytes[result.end]
      if byte != delimiter && !endsLine(byte) { return nil }
    }
    position = result.end
    return (result.value, stepOverTerminator())
  }

  /// Reads the cell at `position` and steps behind it.
  mutating func cell() throws -> (cell: Cell, terminator: Terminator) {
    if position < bytes.count && bytes[position] == quote { return try quotedCell() }
    let start = position
    while position < bytes.count {
      let byte = bytes[position]
      if byte == delimiter || endsLine(byte) { break }
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
        throw EmulsionError(
          .invalidData, "\(name), line \(startLine): a quoted cell starts here and is never closed")
      }
      let byte = bytes[position]
      if endsLine(byte) {
        stepOverLineEnd()
      } else if byte != quote {
        position += 1
      } else if position + 1 < bytes.count && bytes[position + 1] == quote {
        cell.hasDoubledQuotes = true
        position += 2
      } else {
        break
      }
    }
    cell.end = position
    position += 1
    if position < bytes.count && bytes[position] != delimiter && !endsLine(bytes[position]) {
      throw EmulsionError(
        .invalidData,
        "\(name), line \(line): text follows the closing quote of a cell; "
          + "a quote within quotes is written twice")
    }
    return (cell, stepOverTerminator())
  }

  /// The text of `cell`, which must be well-formed UTF-8.
  func text(of cell: Cell, line: Int) throws -> String {
    let raw = UnsafeBufferPointer(rebasing: bytes[cell.start..<cell.end])
    if raw.contains(0) {
      throw EmulsionError(
        .invalidData, "\(name), line \(line): a NUL byte; this is not a file of text")
    }
    let text: String?
    if cell.hasDoubledQuotes {
      var isSecond = false
      let single = raw.filter { byte in
        isSecond = byte == quote && !isSecond
        return byte != quote || isSecond
      }
      text = String(validating: single, as: UTF8.self)
    } else {
      text = String(validating: raw, as: UTF8.self)
    }
    guard let text else {
      throw EmulsionError(
        .invalidData, "\(name), line \(line): the text is not UTF-8; save the file as UTF-8")
    }
    return text
  }

  /// Steps over the delimiter or the line's end at `position`.
  @inline(__always)
  private mutating func stepOverTerminator() -> Terminator {
    guard position < bytes.count else { return .endOfRecord }
    if bytes[position] == delimiter {
      position += 1
      return .delimiter
    }
    stepOverLineEnd()
    return .endOfRecord
  }

  @inline(__always)
  private mutating func stepOverLineEnd() {
    let isPair =
      bytes[position] == carriageReturn && position + 1 < bytes.count
      && bytes[position + 1] == newline
    position += isPair ? 2 : 1
    line += 1
  }

  @inline(__always)
  private func endsLine(_ byte: UInt8) -> Bool { byte == newline || byte == carriageReturn }
}

private let newline = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")
private let quote = UInt8(ascii: "\"")
