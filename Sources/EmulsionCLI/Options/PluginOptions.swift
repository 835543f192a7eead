import ArgumentParser
import Emulsion
import EmulsionPluginHost

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Which families there are beyond those that come along.
struct PluginOptions: ParsableArguments {
  @Option(
    name: .customLong("plugin"), parsing: .singleValue,
    help: ArgumentHelp("Load a plugin's families; may be repeated.", valueName: "lib.so"),
    completion: .file())
  var paths: [String] = []

  /// What the command knows, with the plugins of $EMULSION_PLUGIN_PATH and those named.
  func catalogue() throws -> Catalogue {
    var catalogue = Catalogue.command
    if let list = getenv("EMULSION_PLUGIN_PATH") {
      do {
        try catalogue.loadPlugins(listedIn: String(cString: list))
      } catch let error as EmulsionError {
        throw EmulsionError(error.code, "EMULSION_PLUGIN_PATH: \(error.message)")
      }
    }
    for path in paths { try catalogue.loadPlugin(path) }
    return catalogue
  }
}
