import Emulsion
import LuaBridge

/// A class as the help shows it.
struct ClassHelp {
  let name: String
  let summary: String
  let properties: [LuaHelp]
  let methods: [LuaHelp]

  init<Object: LuaObject>(_ type: Object.Type) {
    let definition = Object.luaClass
    name = definition.name
    summary = definition.summary
    properties = definition.members.filter { $0.kind == .property }.map(\.help)
    methods = definition.members.filter { $0.kind == .method }.map(\.help)
  }
}

/// All help there is, by name; gathered from the definitions, nothing is written twice.
struct HelpIndex {
  let module: LuaTable

  private static var classes: [ClassHelp] {
    [
      ClassHelp(TableObject.self), ClassHelp(MatrixObject.self), ClassHelp(VectorObject.self),
      ClassHelp(ModelObject.self), ClassHelp(SelectionObject.self), ClassHelp(PlotObject.self),
    ]
  }

  /// The list of everything.
  func overview() -> String {
    let functions = EmulsionModule.functions.map { ($0.help.signature, $0.help.summary) }
    var lines = ["Functions"] + Self.columns(functions)
    lines.append("Classes")
    lines += Self.columns(Self.classes.map { ($0.name, $0.summary) })
    lines.append("help(\"fit\") or help(em.fit) tells more; so does help(\"Model\").")
    return lines.joined(separator: "\n")
  }

  /// What there is to say about a topic: `fit`, `em.fit`, `Model`, `Model:predict`.
  ///
  /// - Throws: `invalid-option` with the nearest topic.
  func details(_ topic: String) throws -> String {
    let name = topic.hasPrefix("em.") ? String(topic.dropFirst(3)) : topic
    if let function = EmulsionModule.functions.first(where: { $0.help.name == name }) {
      return Self.text(of: function)
    }
    if name == "help" { return overview() }
    let classes = Self.classes
    if let found = classes.first(where: { $0.name.lowercased() == name.lowercased() }) {
      return Self.text(of: found)
    }
    let parts = name.split(whereSeparator: { ":.".contains($0) }).map(String.init)
    let owners = classes.filter { parts.count < 2 || $0.name.lowercased() == parts[0].lowercased() }
    let found = owners.flatMap { owner in
      (owner.methods + owner.properties).filter { $0.name == parts.last }.map {
        Self.text(of: $0, in: owner.name)
      }
    }
    if !found.isEmpty { return found.joined(separator: "\n\n") }
    let names =
      EmulsionModule.functions.map(\.help.name) + classes.map(\.name)
      + classes.flatMap { ($0.methods + $0.properties).map(\.name) }
    let hint = nearestName(to: parts.last ?? name, among: names).map { "; did you mean \"\($0)\"?" }
    throw EmulsionError(
      .invalidOption, "help: there is nothing about \"\(topic)\"\(hint ?? "; em.help() lists all")")
  }

  /// The name under which the module holds a function.
  func name(of function: LuaValue, in context: LuaContext) throws -> String? {
    for pair in try module.pairs() where try areIdentical(pair.value, function, in: context) {
      return pair.key.string
    }
    return nil
  }

  // MARK: Texts

  private static func text(of function: ModuleFunction) -> String {
    var lines = [function.help.signature, "  " + function.help.summary]
    if !function.options.isEmpty {
      lines.append("Options")
      lines += alignedLeft(function.options.map { ["  " + $0.name, $0.standard, $0.summary] })
    }
    if let example = function.help.example { lines += ["Example", "  " + example] }
    return lines.joined(separator: "\n")
  }

  private static func text(of help: LuaHelp, in owner: String) -> String {
    let signature = help.signature == help.name ? "\(owner).\(help.name)" : help.signature
    let example = help.example.map { ["Example", "  " + $0] } ?? []
    return (["\(signature)   (\(owner))", "  " + help.summary] + example).joined(separator: "\n")
  }

  private static func text(of item: ClassHelp) -> String {
    var lines = ["\(item.name): \(item.summary)"]
    if !item.properties.isEmpty { lines.append("Fields") }
    lines += columns(item.properties.map { ($0.name, $0.summary) })
    if !item.methods.isEmpty { lines.append("Methods") }
    lines += columns(item.methods.map { ($0.signature, $0.summary) })
    return lines.joined(separator: "\n")
  }

  private static func columns(_ rows: [(String, String)]) -> [String] {
    alignedLeft(rows.map { ["  " + $0.0, $0.1] })
  }

  private static func alignedLeft(_ rows: [[String]]) -> [String] {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { j in rows.map { $0[j].count }.max() ?? 0 }
    return rows.map { row in
      let cells = row.enumerated().map { j, cell in
        j + 1 == row.count
          ? cell : cell + String(repeating: " ", count: widths[j] - cell.count + 2)
      }
      return cells.joined()
    }
  }
}
