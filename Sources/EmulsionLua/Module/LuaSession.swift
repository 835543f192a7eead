import Emulsion
import EmulsionData
import LuaBridge

/// A Lua interpreter with the module `emulsion`.
public final class LuaSession {
  private let runtime: LuaRuntime
  let module: EmulsionModule
  /// The interpreter: compile chunks and call them here.
  public var context: LuaContext { runtime.context }
  /// The flag that ends scripts and fits.
  public var interrupt: LuaInterrupt { runtime.context.interrupt }

  /// Opens an interpreter.
  ///
  /// - Parameters:
  ///   - isTrusted: Whether scripts get `io`, `os` and may load Lua files and plugins.
  ///   - memoryLimit: Bytes that Lua and what it holds may take; `nil` for the machine's memory.
  ///   - interrupt: The flag that ends scripts and fits.
  ///   - catalogue: The families and whatever else scripts find by name; they may add to it.
  ///   - isModuleGlobal: Whether the globals `em` and `help` are there without `require`.
  /// - Throws: `LuaError` where there is no memory.
  public init(
    isTrusted: Bool = false, memoryLimit: Int? = nil, interrupt: LuaInterrupt? = nil,
    catalogue: Catalogue = .standard,
    isModuleGlobal: Bool = false
  ) throws {
    runtime = try LuaRuntime(
      isTrusted: isTrusted, memoryLimit: memoryLimit ?? machineMemory(), interrupt: interrupt)
    module = EmulsionModule(registry: Registry(catalogue), isTrusted: isTrusted)
    let table = try module.install(in: runtime.context)
    if isModuleGlobal {
      let globals = try runtime.context.globals()
      try globals.set("em", to: table)
      try globals.set("help", to: table.get("help"))
    }
  }
}

extension LuaSession {
  /// What the help says of a function of the module.
  package func help(ofFunction name: String) -> LuaHelp? {
    module.functions.first { $0.help.name == name }?.help
  }

  /// All names of a kind that an option or argument takes, columns aside.
  package func names(of kind: String) -> [String] {
    switch kind {
    case NameKind.covariance: module.registry.catalogue.covarianceNames
    case NameKind.dataSet: DataSets.names
    case NameKind.family: module.registry.catalogue.familyNames
    default: []
    }
  }

  /// All that the help says, as a page of Markdown.
  package var reference: String {
    let families = Set(module.registry.catalogue.familyNames)
    let functions = module.functions
    return ReferencePage(
      functions: functions.filter { !families.contains($0.help.name) },
      families: functions.filter { families.contains($0.help.name) }
        .sorted { $0.help.name < $1.help.name },
      classes: HelpIndex.classes
    ).text
  }

  /// What `help(topic)` says.
  ///
  /// - Throws: `invalid-option` with the nearest topic.
  package func help(about topic: LuaValue) throws -> String {
    guard let table = module.registry.table else { return "" }
    let index = HelpIndex(module: table, functions: { self.module.functions })
    return try index.text(about: topic, in: context)
  }
}
