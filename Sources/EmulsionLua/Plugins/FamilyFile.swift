import Emulsion
import EmulsionData
import LuaBridge

extension LuaSession {
  /// What scripts of the session find by name: what it was opened with, and the families that they have defined.
  public var catalogue: Catalogue { module.registry.catalogue }

  /// Runs a file of Lua that defines families by `em.family`.
  ///
  /// - Returns: The names of the families.
  /// - Throws: `LuaError` from the file, `invalid-data` where it defines none.
  @discardableResult
  public func loadFamilies(from path: String) throws -> [String] {
    try module.registry.loadFamilies(from: path, in: context).names
  }

  /// Runs a file that defines families, and tries each by the example that the file returns: a table of `data`
  /// and, where they are not those of a fit, `parameters`; of several families a list of such tables with their
  /// `family`.
  ///
  /// - Returns: Each family's name, what it breaks of the laws that fits rest on, and which were not tried.
  public func checkFamilies(from path: String) throws
    -> [(name: String, problems: [String], unchecked: [String])]
  {
    let (names, values) = try module.registry.loadFamilies(from: path, in: context)
    guard let table = values.first?.table else {
      throw EmulsionError(
        .invalidData,
        "\(path): to be checked it must return rows to try it on, as in return { data = { 1, 2, 5 } }"
      )
    }
    let isOne = try !table.get("data").isNil
    let examples = isOne ? [table] : try table.list().compactMap(\.table)
    guard !examples.isEmpty else {
      throw EmulsionError(.invalidData, "\(path): what it returns has no data")
    }
    return try examples.map { try check($0, names, path) }
  }

  /// The initializer that a file of Lua returns: a function, or a table that fixes the start.
  public func initializer(from path: String) throws -> any Initializer {
    guard let value = try context.compileFile(path).call().first else {
      throw EmulsionError(
        .invalidData, "\(path): it must return a function(data, k, random) that makes a start")
    }
    return try InitializerReader(catalogue: catalogue, context: context).initializer(value)
  }

  private func check(_ example: LuaTable, _ names: [String], _ path: String) throws
    -> (name: String, problems: [String], unchecked: [String])
  {
    let given = try example.get("family")
    let family: (any FamilyDefinition)? =
      given.isNil
      ? names.last.flatMap { name in catalogue.families.first { $0.name == name } }
      : try FamilyReader(catalogue: catalogue).family(given)
    guard let script = family as? ScriptDefinition else {
      throw EmulsionError(.invalidData, "\(path): family must be one that the file defines")
    }
    var check = FamilyCheck(definition: script, catalogue: catalogue)
    let parameters = try example.get("parameters")
    if !parameters.isNil { check.parameters = try parameters.componentParameters("parameters") }
    var request = DataRequest()
    let data = try request.source(try example.get("data"), for: [GaussianDefinition()])
    let findings = try check.findings(data)
    return (script.name, findings.problems, findings.unchecked)
  }
}

extension Registry {
  /// Runs a file of Lua, and tells which families it has defined, and what it returned.
  func loadFamilies(from path: String, in context: LuaContext) throws -> (
    names: [String], values: [LuaValue]
  ) {
    let before = scripted.count
    let values = try context.compileFile(path).call()
    let names = Array(scripted.dropFirst(before))
    guard !names.isEmpty else {
      throw EmulsionError(
        .invalidData, "\(path): it defines no family; call em.family{ … } in it")
    }
    return (names, values)
  }
}
