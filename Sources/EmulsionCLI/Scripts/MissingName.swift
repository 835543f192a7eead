import Emulsion
import LuaBridge

/// A name that Lua says is nil, where it was called or indexed: most often it is mistyped.
struct MissingName {
  private let name: String
  private let isGlobal: Bool

  /// Finds the name in `attempt to call a nil value (field 'ft')`.
  init?(message: String) {
    guard message.contains(" a nil value ("), message.hasSuffix("')") else { return nil }
    let kinds = [(" (global '", true), (" (field '", false)]
    guard let (mark, isGlobal) = kinds.first(where: { message.contains($0.0) }),
      let range = message.firstRange(of: mark)
    else { return nil }
    self.isGlobal = isGlobal
    name = String(message[range.upperBound...].dropLast(2))
  }

  /// `; did you mean em.fit?`, or nothing.
  func hint(for text: String, in context: LuaContext) throws -> String {
    let globals = try context.globals()
    if isGlobal { return hint("", try names(globals)) }
    // Scripts call the module by a local name, mostly this.
    let loaded = try globals.get("package").table?.get("loaded").table
    guard text.contains("em.\(name)"), let module = try loaded?.get("emulsion").table else {
      return ""
    }
    return hint("em.", try names(module))
  }

  private func hint(_ prefix: String, _ names: [String]) -> String {
    nearestName(to: name, among: names.sorted()).map { "; did you mean \(prefix)\($0)?" } ?? ""
  }

  private func names(_ table: LuaTable) throws -> [String] {
    try table.pairs().compactMap(\.key.string).filter { $0 != name }
  }
}
