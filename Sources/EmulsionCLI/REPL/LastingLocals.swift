/// Makes locals last: in a session, `local x = 1` by itself would end with its line.
///
/// Declarations outside of all blocks become assignments to globals, at the same places, so that functions
/// that use the names, errors and line numbers stay as they are. What is to be closed stays local.
package struct LastingLocals {
  private let source: LuaTokens
  private var result: [UInt8]
  private var insertions: [(position: Int, text: String)] = []

  /// `text` with its outermost locals made global.
  package static func inText(_ text: String) -> String {
    guard text.contains("local") else { return text }
    var change = LastingLocals(text)
    change.run()
    return change.text
  }

  private init(_ text: String) {
    source = LuaTokens(text)
    result = source.bytes
  }

  private var text: String {
    var bytes = result
    for (position, text) in insertions.reversed() {
      bytes.insert(contentsOf: text.utf8, at: position)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private mutating func run() {
    var depth = 0
    for (index, token) in source.tokens.enumerated() where token.kind == .word {
      switch source.text(token) {
      case "function", "if", "do", "repeat": depth += 1
      case "end", "until": depth -= 1
      case "local" where depth == 0: change(declarationAt: index)
      default: break
      }
    }
  }

  private func word(_ index: Int) -> String? {
    source.tokens.indices.contains(index) ? source.text(source.tokens[index]) : nil
  }

  private mutating func change(declarationAt index: Int) {
    let tokens = source.tokens
    if word(index + 1) == "function" { return blank(tokens[index]) }
    var names = index + 1
    var blanks = [index]
    while true {
      guard tokens.indices.contains(names), tokens[names].kind == .word else { return }
      names += 1
      if word(names) == "<" {
        guard word(names + 1) == "const", word(names + 2) == ">" else { return }
        blanks += names..<(names + 3)
        names += 3
      }
      guard word(names) == "," else { break }
      names += 1
    }
    for position in blanks { blank(tokens[position]) }
    if word(names) != "=" { insertions.append((tokens[names - 1].range.upperBound, " = nil")) }
  }

  private mutating func blank(_ token: LuaToken) {
    for position in token.range { result[position] = 32 }
  }
}
