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

  private let prepared = Mutex<[Measure: any Initializer]>([:])

  /// The start of one restart; a function of the user's is called each time.
  func start(_ initializer: any Initializer, _ context: StartContext) throws -> Start {
    guard !initializer.isConfinedToCaller, initializer.needsSample else {
      return try initializer.start(context)
    }
    // One component has all rows, wherever it starts from.
    if context.components == 1 { return .responsibilities(SoleComponent()) }
    let key = Key(
      components: context.components, restart: context.restart,
      measure: Measure(context.sample), share: context.share)
    if let start = known.withLock({ $0[key] }) { return start }
    let start = try prepared(initializer, context).start(context)
    known.withLock { $0[key] = start }
    return start
  }

  /// The initializer with what depends on the rows alone done; that is kept where restarts don't differ.
  private func prepared(_ initializer: any Initializer, _ context: StartContext) throws
    -> any Initializer
  {
    guard initializer.isDeterministic else { return initializer }
    let measure = Measure(context.sample)
    if let known = prepared.withLock({ $0[measure] }) { return known }
    let result = try initializer.prepared(context)
    prepared.withLock { $0[measure] = result }
    return result
  }
}

/// All rows belong to the only component.
private struct SoleComponent: PosteriorTransform {
  func transform(
    _ joint: inout Joint, block: borrowing Block, logDensity: inout MutableSpan<Double>
  ) {
    var lanes = joint[component: 0]
    for i in 0..<block.rows { (lanes[i], logDensity[i]) = (1, 0) }
  }
}
