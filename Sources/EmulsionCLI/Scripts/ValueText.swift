import LuaBridge

/// Lua values as the command shows them: tables with what is in them, everything else by `tostring`.
struct ValueText {
  let context: LuaContext
  let width: Int

  /// The most entries of a table that are shown.
  private let mostPositions = 100
  private let mostNames = 24
  private let mostObjects = 12

  /// Whether values are worth showing: any but the file that `io.write` gives back.
  func isShown(_ values: [LuaValue], of code: String) throws -> Bool {
    guard values.count == 1, case .userdata = values[0], code.contains("write") else {
      return !values.isEmpty
    }
    return try !context.text(of: values[0]).hasPrefix("file (")
  }

  /// What an evaluation gave: its values on one line, or one below the other where one is longer.
  func text(of values: [LuaValue]) throws -> String {
    let texts = try values.map(text(of:))
    return texts.joined(separator: texts.contains { $0.contains("\n") } ? "\n" : "\t")
  }

  /// A value by itself.
  func text(of value: LuaValue) throws -> String {
    guard let table = value.table, try !hasOwnText(value) else {
      return try context.text(of: value)
    }
    let (list, named) = try entries(of: table)
    if list.isEmpty && named.isEmpty { return "{}" }
    if named.isEmpty, let objects = try objects(of: table) { return objects }
    let line = "{ \((list + named).joined(separator: ", ")) }"
    if line.count <= width { return line }
    return (["{"] + filled(list) + named.map { clipped("  \($0),") } + ["}"])
      .joined(separator: "\n")
  }

  /// A short list of objects, one below the other.
  private func objects(of table: LuaTable) throws -> String? {
    let values = try (1...max(1, min(table.count, mostObjects + 1))).map { try table.get($0) }
    let areObjects = values.allSatisfy { if case .userdata = $0 { true } else { false } }
    guard areObjects, values.count <= mostObjects else { return nil }
    return try values.enumerated().map { "[\($0.offset + 1)] \(try context.text(of: $0.element))" }
      .joined(separator: "\n")
  }

  /// The list part in as few lines as it takes.
  private func filled(_ list: [String]) -> [String] {
    var lines: [String] = []
    var line = ""
    for entry in list {
      if !line.isEmpty && line.count + entry.count + 2 > width {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? "  \(entry)," : " \(entry),"
    }
    return (line.isEmpty ? lines : lines + [line]).map(clipped)
  }

  private func clipped(_ line: String) -> String {
    line.count <= width ? line : String(line.prefix(max(1, width - 2))) + "…,"
  }

  /// Whether a table prints itself, by a metamethod.
  private func hasOwnText(_ value: LuaValue) throws -> Bool {
    try !context.text(of: value).hasPrefix("table: ")
  }

  /// The list part in order, and the other keys in theirs.
  private func entries(of table: LuaTable) throws -> (list: [String], named: [String]) {
    let count = table.count
    let pairs = try table.pairs().filter { !isPosition($0.key, upTo: count) }
      .map { (key: try keyText($0.key), value: $0.value) }
      .sorted { $0.key < $1.key }
    var list = try (0..<min(count, mostPositions)).map { try inner(table.get($0 + 1), depth: 1) }
    if count > list.count { list.append("… \(count - list.count) more") }
    var named = try pairs.prefix(mostNames).map { "\($0.key) = \(try inner($0.value, depth: 1))" }
    if pairs.count > named.count { named.append("… \(pairs.count - named.count) more") }
    return (list, named)
  }

  private func isPosition(_ key: LuaValue, upTo count: Int) -> Bool {
    if case .integer(let position) = key { return position >= 1 && position <= count }
    return false
  }

  private func keyText(_ key: LuaValue) throws -> String {
    guard let name = key.string else { return "[\(try context.text(of: key))]" }
    let isName =
      name.utf8.allSatisfy { $0 == 95 || isAlphanumeric($0) }
      && name.utf8.first.map { !(48...57).contains($0) } ?? false
    return isName ? name : "[\(key.explanation)]"
  }

  private func isAlphanumeric(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
  }

  /// A value inside a table, on one line.
  private func inner(_ value: LuaValue, depth: Int) throws -> String {
    switch value {
    case .string: return value.explanation
    case .userdata:
      // What it is, and how large.
      return "<\(try context.text(of: value).prefix { $0 != "\n" })>"
    case .table(let table):
      if try hasOwnText(value) { return "a table" }
      let count = try table.pairs().count
      if depth >= 3 || count > 8 { return count == 0 ? "{}" : "{ … \(count) entries }" }
      let parts = try table.pairs().sorted { try order($0.key) < order($1.key) }.map { key, value in
        let text = try inner(value, depth: depth + 1)
        return isPosition(key, upTo: table.count) ? text : "\(try keyText(key)) = \(text)"
      }
      return parts.isEmpty ? "{}" : "{ \(parts.joined(separator: ", ")) }"
    default: return try context.text(of: value)
    }
  }

  /// Positions in their order, then names in theirs.
  private func order(_ key: LuaValue) throws -> String {
    if case .integer(let position) = key, position >= 0 {
      let digits = String(position)
      return "0" + String(repeating: "0", count: max(0, 20 - digits.count)) + digits
    }
    return "1" + (try context.text(of: key))
  }
}
