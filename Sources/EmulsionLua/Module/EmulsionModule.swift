import Emulsion
import LuaBridge

/// The Lua module `emulsion`.
struct EmulsionModule {
  /// Families and whatever else is found by name.
  let registry: Registry
  /// Whether scripts may load native code.
  let isTrusted: Bool

  /// Everything that `em.` offers.
  var functions: [ModuleFunction] {
    ownFunctions + registry.catalogue.familyNames.compactMap(registry.familyFunction)
  }

  /// All but the functions of families.
  private var ownFunctions: [ModuleFunction] {
    ModuleFunction.tables + ModuleFunction.numerics + ModuleFunction.choices
      + ModuleFunction.fitting(registry)
      + [ModuleFunction.factors] + ModuleFunction.algorithms + ModuleFunction.priors
      + ModuleFunction.labels
      + ModuleFunction.inference(registry)
      + ModuleFunction.families(registry)
      + (isTrusted ? ModuleFunction.plugins(registry) : [])
  }

  /// Makes the module's table, and `require "emulsion"` give it.
  func install(in context: LuaContext) throws -> LuaTable {
    context.describeError = describe
    let table = try LuaTable(in: context)
    registry.table = table
    registry.ownNames = ownFunctions.map(\.help.name) + ["version", "help"]
    try registry.provide(functions)
    try table.set("version", to: emulsionVersion)
    let help = HelpObject(HelpIndex(module: table, functions: { functions }))
    try table.set("help", to: help)
    try context.provide("emulsion", table)
    return table
  }

  /// Errors of the core carry their code; wrong arguments and fields are a script's mistakes.
  private func describe(_ error: any Error) -> LuaErrorDescription? {
    switch error {
    case let error as EmulsionError:
      return LuaErrorDescription(code: error.code.rawValue, message: error.message)
    case let error as InterruptedFit:
      return LuaErrorDescription(
        code: EmulsionError.Code.cancelled.rawValue, message: error.description,
        fields: error.fields)
    case let error as LuaMissingFieldError:
      let hint = nearestName(to: error.key, among: error.members).map { "; did you mean '\($0)'?" }
      return LuaErrorDescription(
        code: EmulsionError.Code.script.rawValue, message: error.description + (hint ?? ""))
    default: return nil
    }
  }
}
