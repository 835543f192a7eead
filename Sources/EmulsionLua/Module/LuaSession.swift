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
    if let ranks = catalogue.ranks { try share(with: ranks) }
    if isModuleGlobal {
      let globals = try runtime.context.globals()
      try globals.set("em", to: table)
      try globals.set("help", to: table.get("help"))
    }
  }
}
