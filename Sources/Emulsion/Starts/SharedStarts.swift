import Synchronization

/// Starts that were made once for all fits of a grid with the same number of components.
final class SharedStarts: Sendable {
  private struct Key: Hashable {
    var components: Int
    var restart: Int
    var measure: Measure
    var share: Double
  }

  private let known = Mutex<[Key: Start]>([:])
  private struct Measure: Hashable {
    var units: [Double]
    var isCode: [Bool]

    init(_ sample: RepresentativeRows) {
      units = sample.units
      isCode = sample.levels.map { !$0.isEmpty }
    }
  }

  private let dense = Mutex<[Measure: DenseRows]>([:])

  /// The rows of the sample by how densely they lie.
  func dense(_ sample: RepresentativeRows, _ execution: Execution) throws -> DenseRows {
    let measure = Measure(sample)
    if let rows = dense.withLock({ $0[measure] }) { return rows }
    let rows = try DenseRows(sample, execution)
    dense.withLock { $0[measure] = rows }
    return rows
  }

  /// The start of one restart; a function of the user's is called each time.
  func start(_ initializer: any Initializer, _ context: StartContext) throws -> Start {
    guard !initializer.isConfinedToCaller, initializer.needsSample else {
      return try initializer.start(context)
    }
    let key = Key(
      components: context.components, restart: context.restart,
      measure: Measure(context.sample), share: context.share)
    if let start = known.withLock({ $0[key] }) { return start }
    let start = try initializer.start(context)
    known.withLock { $0[key] = start }
    return start
  }
}
