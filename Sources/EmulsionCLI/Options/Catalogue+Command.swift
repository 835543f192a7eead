import Emulsion
import EmulsionPlugins

extension Catalogue {
  /// What the command knows: the core's, and the plugins that come with it.
  static let command: Catalogue = .withPlugins
}
