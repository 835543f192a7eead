import Emulsion
import EmulsionPlugins
import Synchronization

extension Catalogue {
  private static let used = Mutex<Catalogue?>(nil)

  /// What the command knows: what its program gave it, or the core's with the plugins that come along.
  static var command: Catalogue { used.withLock { $0 } ?? .withPlugins }

  /// Sets what the command knows, before it reads its arguments.
  static func useInCommand(_ catalogue: Catalogue) { used.withLock { $0 = catalogue } }
}
