/// A word, string or sign of Lua, by its bytes' places in the text.
struct LuaToken {
  enum Kind {
    case word
    case text
    case sign
  }

  var kind: Kind
  var range: Range<Int>
}

/// The tokens of a piece of Lua, comments left out: as much of its grammar as a session must see.
struct LuaTokens {
  let bytes: [UInt8]
  private(set) var tokens: [LuaToken] = []

  init(_ text: String) {
    bytes = Array(text.utf8)
    var position = 0
    while position < bytes.count {
      let start = position
      let byte = bytes[position]
      if isSpace(byte) {
        position += 1
      } else if CursorContext.isNameByte(byte) {
        position = end(from: position, while: CursorContext.isNameByte)
        add(.word, start..<position)
      } else if byte == UInt8(ascii: "-"), at(position + 1) == UInt8(ascii: "-") {
        position = endOfComment(from: position + 2)
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        position = endOfString(from: position)
        add(.text, start..<position)
      } else if let end = endOfLongBracket(from: position) {
        position = end
        add(.text, start..<position)
      } else {
        position += 1
        add(.sign, start..<position)
      }
    }
  }

  /// The text of a token.
  func text(_ token: LuaToken) -> String { String(decoding: bytes[token.range], as: UTF8.self) }

  private mutating func add(_ kind: LuaToken.Kind, _ range: Range<Int>) {
    tokens.append(LuaToken(kind: kind, range: range))
  }

  private func at(_ position: Int) -> UInt8? { position < bytes.count ? bytes[position] : nil }

  private func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }

  private func end(from start: Int, while isPart: (UInt8) -> Bool) -> Int {
    bytes[start...].firstIndex { !isPart($0) } ?? bytes.count
  }

  private func endOfComment(from start: Int) -> Int {
    endOfLongBracket(from: start) ?? end(from: start) { $0 != 10 }
  }

  private func endOfString(from start: Int) -> Int {
    var position = start + 1
    while position < bytes.count, bytes[position] != bytes[start] {
      position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(position + 1, bytes.count)
  }

  /// Behind `[[…]]` or `[=[…]=]`; `nil` where none begins.
  private func endOfLongBracket(from start: Int) -> Int? {
    guard at(start) == UInt8(ascii: "[") else { return nil }
    let level = end(from: start + 1) { $0 == UInt8(ascii: "=") } - start - 1
    guard at(start + 1 + level) == UInt8(ascii: "[") else { return nil }
    let closing =
      [UInt8(ascii: "]")] + [UInt8](repeating: UInt8(ascii: "="), count: level)
      + [UInt8(ascii: "]")]
    return bytes[(start + 2 + level)...].firstRange(of: closing)?.upperBound ?? bytes.count
  }
}
