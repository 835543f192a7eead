import Emulsion

/// How the letters of a text are written as bytes.
public enum TextEncoding: String, Sendable, CaseIterable {
  /// UTF-8, with or without a mark at its beginning.
  case utf8 = "utf-8"
  /// One byte a letter, as Excel and older programs write in Western Europe; 0x80 to 0x9F are Windows-1252's.
  case latin1 = "latin-1"

  /// The encoding that other programs call `name`.
  public init?(named name: String) {
    switch name.lowercased().filter({ $0 != "-" && $0 != "_" && $0 != " " }) {
    case "utf8", "utf8sig", "ascii", "usascii": self = .utf8
    case "latin1", "iso88591", "iso885915", "windows1252", "cp1252", "ansi": self = .latin1
    default: return nil
    }
  }

  /// The bytes of a text as UTF-8.
  func decoded(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    guard self == .latin1 else { return Array(bytes) }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + bytes.count / 16)
    for byte in bytes {
      if byte < 0x80 {
        result.append(byte)
      } else {
        let scalar = byte < 0xA0 ? Self.windows1252[Int(byte) - 0x80] : Unicode.Scalar(byte)
        result.append(contentsOf: String(Character(scalar)).utf8)
      }
    }
    return result
  }

  /// 0x80 to 0x9F; those without a letter stand for U+FFFD.
  private static let windows1252: [Unicode.Scalar] = Array(
    "€\u{FFFD}‚ƒ„…†‡ˆ‰Š‹Œ\u{FFFD}Ž\u{FFFD}\u{FFFD}‘’“”•–—˜™š›œ\u{FFFD}žŸ".unicodeScalars)
}
