import LuaBridge

/// What a session has come by: its last values, and the variables of the person at it.
struct SessionValues {
  private let context: LuaContext
  private let given: Set<String>
  private static let lastNames = ["_", "_1", "_2"]

  /// Remembers which globals are there from the start.
  init(_ context: LuaContext) {
    self.context = context
    given = Set((try? context.globals().pairs().compactMap(\.key.string)) ?? [])
  }

  /// Makes a value the last one, and the last ones those before.
  func remember(_ value: LuaValue) throws {
    let globals = try context.globals()
    var value = value
    for name in Self.lastNames {
      let older = try globals.get(name)
      try globals.set(name, to: value)
      value = older
    }
  }

  /// The variables, a line each, no longer than `width`.
  func listing(width: Int) throws -> String {
    let own = try context.globals().pairs()
      .compactMap { key, value in key.string.map { (name: $0, value: value) } }
      .filter { !given.contains($0.name) && !$0.name.hasPrefix("_") }
      .sorted { $0.name < $1.name }
    if own.isEmpty { return "no variables of your own yet" }
    let column = own.map(\.name.count).max() ?? 0
    return try own.map { name, value in
      let gap = String(repeating: " ", count: column - name.count + 2)
      let line = name + gap + (try description(of: value))
      return line.count <= width ? line : String(line.prefix(max(1, width - 1))) + "…"
    }.joined(separator: "\n")
  }

  private func description(of value: LuaValue) throws -> String {
    switch value {
    case .function: return "function"
    case .table(let table):
      let count = try table.pairs().count
      return "table, \(count.counted("entry", "entries"))"
    case .string: return value.explanation
    default:
      let text = try context.text(of: value)
      return String(text.prefix { $0 != "\n" })
    }
  }
}
