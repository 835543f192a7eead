import ArgumentParser
import Emulsion
import EmulsionLua
import EmulsionPluginHost

/// Which families there are beyond those that come along.
struct PluginOptions: ParsableArguments {
  @Option(
    name: .customLong("plugin"), parsing: .singleValue,
    help: ArgumentHelp(
      "Load the families of a library or of a Lua file; may be repeated.",
      valueName: "lib.so or family.lua"),
    completion: .file())
  var paths: [String] = []

  /// Files of Lua.
  private var scripts: [String] { paths.filter { $0.hasSuffix(".lua") } }

  /// What the command knows, with the plugins of $EMULSION_PLUGIN_PATH and the libraries that are named.
  func libraryCatalogue() throws -> Catalogue {
    var catalogue = Catalogue.command
    catalogue.ranks = Ranks.transport
    try catalogue.loadPluginsOfEnvironment()
    for path in paths where !path.hasSuffix(".lua") { try catalogue.loadPlugin(path) }
    return catalogue
  }

  /// The same with the families of Lua files, whose interpreter lives as long as the command.
  func catalogue() throws -> Catalogue {
    let catalogue = try libraryCatalogue()
    guard !scripts.isEmpty else { return catalogue }
    let session = try LuaSession(
      isTrusted: true, interrupt: Interrupts.flag, catalogue: catalogue)
    try load(into: session)
    // The families are functions of it.
    _ = Unmanaged.passRetained(session)
    return session.catalogue
  }

  /// Runs the Lua files in a session.
  func load(into session: LuaSession) throws {
    for path in scripts { try session.loadFamilies(from: path) }
  }
}
