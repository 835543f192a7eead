import Emulsion
import LuaBridge

/// Reads the option `family`: a name, a Family that a function such as `em.student_t` made, a list
/// of these (their product), or a table of them by column (mixed columns).
struct FamilyReader {
  let catalogue: Catalogue

  func family(_ value: LuaValue, depth: Int = 0) throws -> any FamilyDefinition {
    if let name = value.string { return try named(name) }
    if case .userdata(let data) = value, let object = data.object as? FamilyObject {
      return object.definition
    }
    guard let table = value.table else {
      throw value.mustBe("family", "a family's name, a Family, or a table of them")
    }
    try refuseNesting("family", depth)
    if try !table.get(1).isNil {
      let factors = try table.list().map { try family($0, depth: depth + 1) }
      return factors.count == 1 ? factors[0] : try ProductDefinition(factors)
    }
    var columns: [String: any FamilyDefinition] = [:]
    for (key, value) in try table.pairs() {
      guard let name = key.string else { throw key.mustBe("family", "families by column") }
      columns[name] = try family(value, depth: depth + 1)
    }
    return try catalogue.mixed(columns)
  }

  /// A family with its default options.
  private func named(_ name: String) throws -> any FamilyDefinition {
    let definition = try catalogue.family(named: name)
    if let option = definition.options.first(where: \.isNeeded) {
      throw EmulsionError(
        .invalidOption,
        "family: \(name) needs a \(option.name), as in family = em.\(name)(\(option.summary))")
    }
    return definition
  }

  /// A list of families; one is a list of one.
  func families(_ value: LuaValue) throws -> [any FamilyDefinition] {
    guard let table = value.table else { return [try family(value)] }
    return try table.list().map { try family($0) }
  }
}

/// Refuses tables that lie within each other without end, as one does that holds itself.
///
/// - Throws: `invalid-option`.
func refuseNesting(_ name: String, _ depth: Int) throws {
  let most = 20
  guard depth > most else { return }
  throw EmulsionError(
    .invalidOption,
    "\(name): tables lie within each other more than \(most) deep; does one hold itself?")
}

/// A family with options, as scripts hold it.
final class FamilyObject: LuaObject {
  let definition: any FamilyDefinition
  /// What a script gave to `em.family`, where it did.
  private let script: ScriptDefinition?

  init(_ definition: any FamilyDefinition, script: ScriptDefinition? = nil) {
    self.definition = definition
    self.script = script
  }

  var nativeSize: Int { 1024 }

  static var luaClass: LuaClass<FamilyObject> {
    LuaClass("Family", "a family of densities with its options, for em.fit and em.select")
      .property("name", "the name it is registered by") { $0.definition.name }
      .method(
        "check", "family:check(data [, options])",
        "tries the laws that fits rest on: a list of what is broken, empty for a sound family; a list of laws not tried",
        example: "assert(#family:check(data) == 0)"
      ) { object, call in try object.check(call) }
      .metamethod("__tostring") { call in try call.receiver(as: FamilyObject.self).text }
  }

  private var text: String {
    guard let functions = script?.functions else { return definition.label }
    return "Family \"\(functions.name)\" in Lua: \(functions.given.joined(separator: ", "))"
      + (functions.isNumeric ? "; estimated numerically" : "")
  }

  private func check(_ call: LuaCall) throws -> LuaTuple {
    guard let script else {
      throw EmulsionError(.invalidOption, "check: only families made by em.family are checked")
    }
    var check = FamilyCheck(definition: script, catalogue: .standard)
    try OptionList.check.apply(call.tableIfGiven(2, "options"), to: &check)
    var request = DataRequest()
    let findings = try check.findings(request.source(call.value(1), for: [GaussianDefinition()]))
    return LuaTuple(findings.problems, findings.unchecked)
  }
}

extension Registry {
  /// The function of a family: `em.student_t{ … }`.
  func familyFunction(_ name: String) -> ModuleFunction? {
    let columns = FamilyOption("columns", "all", "the columns that it describes, in a product")
    return (try? catalogue.family(named: name)).map { definition in
      ModuleFunction(
        definition.name, "em.\(definition.name)([value,] [options])",
        definition.summary.isEmpty
          ? "a Family for em.fit and em.select" : "a Family: " + definition.summary,
        options: (definition.options + [columns]).map {
          LuaOptionHelp(
            $0.name, $0.standard, $0.summary,
            names: [NameKind.covariance].first { [name = $0.name] in $0 == name })
        }
      ) { call in
        var own: [String]?
        var values: [String: OptionValue] = [:]
        var position = 1
        // What is not in the table of options is the first one: em.regression("y ~ x", { … }).
        if call.has(1), try call.value(1).table == nil, let first = definition.options.first {
          values[first.name] = try call.value(1).optionValue(first.name)
          position = 2
        }
        try call.refuse(
          beyond: position, "em.\(definition.name)(\(position == 1 ? "" : "value, ")[options])")
        for (key, value) in try call.tableIfGiven(position, "options")?.pairs() ?? [] {
          guard let name = key.string else {
            throw EmulsionError(
              .invalidOption,
              "\(definition.name): options are named; \(key.explanation) is no option name"
                + (definition.options.first.map { "; write { \($0.name) = …, … }" } ?? ""))
          }
          if name == columns.name {
            own = try value.texts(name)
          } else {
            values[name] = try value.optionValue(name)
          }
        }
        let family = try definition.configured(with: values)
        return FamilyObject(own.map { family.on(columns: $0) } ?? family)
      }
    }
  }
}

extension LuaValue {
  /// The value of a family's option.
  fileprivate func optionValue(_ name: String, depth: Int = 0) throws -> OptionValue {
    if case .boolean(let value) = self { return .boolean(value) }
    if let value = number { return .number(value) }
    if let value = string { return .text(value) }
    if object(as: TextsObject.self) != nil { return .list(try texts(name).map { .text($0) }) }
    guard let list = try table?.list() else { throw mustBe(name, "a number, a text or a list") }
    try refuseNesting(name, depth)
    return .list(try list.map { try $0.optionValue(name, depth: depth + 1) })
  }
}
