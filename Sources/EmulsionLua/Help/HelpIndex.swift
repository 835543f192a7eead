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
  /// The functions that the module has by now.
  let functions: () -> [ModuleFunction]

  static var classes: [ClassHelp] {
    [
      ClassHelp(TableObject.self), ClassHelp(SourceObject.self), ClassHelp(MatrixObject.self),
      ClassHelp(VectorObject.self),
      ClassHelp(ModelObject.self), ClassHelp(ClustersObject.self), ClassHelp(IntervalsObject.self),
      ClassHelp(SelectionObject.self),
      ClassHelp(ClassifierObject.self), ClassHelp(PlotObject.self),
      ClassHelp(FamilyObject.self), ClassHelp(AlgorithmObject.self), ClassHelp(PriorObject.self),
      ClassHelp(RandomObject.self),
    ]
  }

  /// What there is to say about a name, a function or an object; about nothing, the list of everything.
  ///
  /// - Throws: `invalid-option` with the nearest topic.
  func text(about topic: LuaValue, in context: LuaContext) throws -> String {
    let width = context.screenWidth
    switch topic {
    case .nil: return overview(width: width)
    case .string(let name): return try details(name, width: width)
    case .userdata(let data):
      return data.object is HelpObject
        ? overview(width: width) : try details(data.className, width: width)
    default:
      guard let name = try name(of: topic, in: context) else {
        throw EmulsionError(
          .invalidOption,
          "help: give a name such as \"fit\", a function such as em.fit, or an object of the module"
        )
      }
      return try details(name, width: width)
    }
  }

  /// The list of everything.
  func overview(width: Int) -> String {
    let page = HelpPage(width: width)
    var lines = ["Functions"]
    lines += page.entries(functions().map { ($0.help.signature, $0.help.summary) })
    lines.append("Classes")
    lines += page.entries(Self.classes.map { ($0.name, $0.summary) })
    lines.append("help(\"fit\") or help(em.fit) tells more; so does help(\"Model\").")
    return lines.joined(separator: "\n")
  }

  /// What there is to say about a topic: `fit`, `em.fit`, `Model`, `Model:predict`.
  ///
  /// - Throws: `invalid-option` with the nearest topic.
  func details(_ topic: String, width: Int) throws -> String {
    let name = topic.hasPrefix("em.") ? String(topic.dropFirst(3)) : topic
    if let function = functions().first(where: { $0.help.name == name }) {
      return HelpPage(width: width).text(of: function)
    }
    if name == "help" { return overview(width: width) }
    let classes = Self.classes
    if let found = classes.first(where: { $0.name.lowercased() == name.lowercased() }) {
      return HelpPage(width: width).text(of: found)
    }
    let parts = name.split(whereSeparator: { ":.".contains($0) }).map(String.init)
    let owners = classes.filter { parts.count < 2 || $0.name.lowercased() == parts[0].lowercased() }
    let found = owners.flatMap { owner in
      (owner.methods + owner.properties).filter { $0.name == parts.last }.map {
        HelpPage(width: width).text(of: $0, in: owner.name)
      }
    }
    if !found.isEmpty { return found.joined(separator: "\n\n") }
    let names =
      functions().map(\.help.name) + classes.map(\.name)
      + classes.flatMap { ($0.methods + $0.properties).map(\.name) }
    let hint = spellingHint(for: parts.last ?? name, among: names)
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
}
