import ArgumentParser
import Emulsion
import EmulsionPluginHost

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
    catalogue.ranks = Ranks.transport
    try catalogue.loadPluginsOfEnvironment()
    for path in paths { try catalogue.loadPlugin(path) }
    return catalogue
  }
}
