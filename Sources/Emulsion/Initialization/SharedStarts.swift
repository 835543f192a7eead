import Synchronization

/// Starts that were made once for all fits of a grid with the same number of components.
final class SharedStarts: Sendable {
  private struct Key: Hashable {
    var components: Int
    var restart: Int
    var units: [Double]
  }

  private let known = Mutex<[Key: Start]>([:])
  private let dense = Mutex<[[Double]: DenseRows]>([:])

  /// The rows of the sample by how densely they lie.
  func dense(_ sample: RepresentativeRows, _ execution: Execution) throws -> DenseRows {
    if let rows = dense.withLock({ $0[sample.units] }) { return rows }
    let rows = try DenseRows(sample, execution)
    dense.withLock { $0[sample.units] = rows }
    return rows
  }

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
