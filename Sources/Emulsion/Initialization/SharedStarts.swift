import Synchronization

/// Starts that were made once for all fits of a grid with the same number of components.
final class SharedStarts: Sendable {
  private struct Key: Hashable {
    var components: Int
    var restart: Int
    var units: [Double]
  }

  private let known = Mutex<[Key: Start]>([:])

  /// The start of one restart; a function of the user's is called each time.
  func start(_ initializer: any Initializer, _ context: StartContext) throws -> Start {
    guard !initializer.isConfinedToCaller, initializer.needsSample else {
      return try initializer.start(context)
    }
    let key = Key(
      components: context.components, restart: context.restart, units: context.sample.units)
    if let start = known.withLock({ $0[key] }) { return start }
    let start = try initializer.start(context)
    known.withLock { $0[key] = start }
    return start
  }
}
