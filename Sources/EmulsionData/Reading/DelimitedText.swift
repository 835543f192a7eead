import Emulsion

/// The bytes of a delimited text and what they mean.
struct DelimitedText: Sendable {
  // Whoever makes the text keeps its bytes, which nobody writes to.
  nonisolated(unsafe) private(set) var bytes: UnsafeBufferPointer<UInt8>
  /// Where the text begins, behind a byte-order mark.
  let start: Int
  /// What begins a comment.
  let comment: UInt8?
  /// How numbers are written where that is not as programs do.
  let style: NumberStyle?
  /// The file, for error texts.
  let name: String
  let delimiter: UInt8
  /// The byte that the first line ends with; lines may end otherwise.
  let lineEnd: UInt8
  /// The texts that mean a missing value.
  let missing: [[UInt8]]
  /// Whether an empty cell means a missing value.
  let isEmptyMissing: Bool
  /// Whether cells can be read as numbers without looking at them in other ways first.
  var readsPlainNumbers: Bool { !hasMissingNumbers && style == nil }
  /// Whether a number such as −9 may mean a missing value, so that numbers must be compared too.
  let hasMissingNumbers: Bool
  /// Whether the delimiter is no part of a number.
  let isQuick: Bool

  /// Line ends at the end of `bytes` do not count.
  init(
    _ bytes: UnsafeBufferPointer<UInt8>, name: String, delimiter: UInt8, missing: [String],
    comment: UInt8? = nil, style: NumberStyle? = nil
  ) {
    var end = bytes.count
    while end > 0 && Self.endsLine(bytes[end - 1]) { end -= 1 }
    self.bytes = UnsafeBufferPointer(rebasing: bytes[..<end])
    self.name = name
    self.delimiter = delimiter
    self.comment = comment
    self.style = style
    self.missing = missing.map { Array($0.utf8) }
    isEmptyMissing = missing.contains("")
    start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? min(3, end) : 0
    lineEnd = bytes[start..<end].first(where: Self.endsLine) ?? Self.newline
    hasMissingNumbers = self.missing.contains { text in
      text.withUnsafeBufferPointer { DecimalParser.number(in: $0)?.isNaN == false }
    }
    isQuick = !" 0123456789.+-eE".utf8.contains(delimiter) && style == nil
  }

  /// The number in a cell, `NaN` where it is missing, `nil` where it holds text.
  func number(in content: UnsafeBufferPointer<UInt8>) -> Double? {
    if isMissing(content) { return .nan }
    if let number = style.map({ $0.number(in: content) }) ?? DecimalParser.number(in: content) {
      return number
    }
    // U+2212, as typesetters and Excel in some languages write what is below zero.
    guard content.starts(with: [0xE2, 0x88, 0x92]), content.count > 3,
      !"+-".utf8.contains(content[3])
    else { return nil }
    let rest = UnsafeBufferPointer(rebasing: content.dropFirst(3))
    return (style.map { $0.number(in: rest) } ?? DecimalParser.number(in: rest)).map { -$0 }
  }

  /// Whether a cell is a whole number that a double can't hold.
  func isInexactWhole(_ content: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let style else { return DecimalParser.isInexactWhole(content) }
    return style.plain(content).withUnsafeBufferPointer(DecimalParser.isInexactWhole)
  }

  /// Whether a cell is a whole number, written by digits alone.
  func isWhole(_ content: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let style else { return DecimalParser.isWhole(content) }
    return style.plain(content).withUnsafeBufferPointer(DecimalParser.isWhole)
  }

  /// The text up to `end` alone.
  func cut(at end: Int) -> DelimitedText { DelimitedText(self, end: end) }

  private init(_ other: DelimitedText, end: Int) {
    self = other
    bytes = UnsafeBufferPointer(rebasing: other.bytes[..<end])
  }

  /// Whether a cell means a missing value; spaces around it do not count.
  func isMissing(_ content: UnsafeBufferPointer<UInt8>) -> Bool {
    if missing.contains(where: { content.elementsEqual($0) }) { return true }
    guard let first = content.first, let last = content.last, first == 0x20 || last == 0x20 else {
      return false
    }
    let trimmed = content.drop { $0 == 0x20 }.reversed().drop { $0 == 0x20 }
    return missing.contains { trimmed.elementsEqual($0.reversed()) }
  }

  /// An error in line `line`.
  func error(_ line: Int, _ what: String) -> EmulsionError {
    EmulsionError(.invalidData, "\(name), line \(line): \(what)")
  }

  /// Where the first line after `position` − 1 begins, if a line ends before `end`.
  func lineStart(from position: Int, before end: Int) -> Int? {
    let line = bytes[(position - 1)..<end]
    guard let last = line.firstIndex(where: Self.endsLine) else { return nil }
    let isPair =
      bytes[last] == Self.carriageReturn && last + 1 < bytes.count
      && bytes[last + 1] == Self.newline
    return last + (isPair ? 2 : 1)
  }

  @inline(__always)
  static func endsLine(_ byte: UInt8) -> Bool { byte == newline || byte == carriageReturn }

  static let newline = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let quote = UInt8(ascii: "\"")
}
