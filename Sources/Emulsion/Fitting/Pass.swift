/// What one pass over the data yields.
struct PassResult<Statistics: SufficientStatistics>: Sendable, Codable {
  /// Σ wₙ ln p(xₙ), nats.
  var logLikelihood = 0.0
  /// What the rule maximises, where that is something else.
  var objective: Double?
  /// The objective that is maximised.
  var height: Double { objective ?? logLikelihood }
  /// Σ wₙ.
  var totalWeight = 0.0
  /// Nₖ = Σ wₙ γₙₖ.
  var counts: [Double]
  /// How much is noise, where there is a noise component.
  var noise = NoiseCount()
  /// How many joint densities were evaluated: N × K unless components were left out.
  var evaluated = 0.0
  /// How many of them mattered.
  var needed = 0.0
  /// The family's sums.
  var statistics: Statistics

  /// The counts, with that of the noise.
  var allCounts: [Double] { noise.total == 0 ? counts : counts + [noise.noise] }

  /// Whether no part of the mixture has come to nothing.
  var isPositive: Bool {
    counts.allSatisfy { $0 > 0 } && (noise.total == 0 || noise.noise > 0)
  }

  mutating func merge(_ other: Self) throws {
    logLikelihood += other.logLikelihood
    if let own = objective, let others = other.objective { objective = own + others }
    totalWeight += other.totalWeight
    evaluated += other.evaluated
    needed += other.needed
    for k in counts.indices { counts[k] += other.counts[k] }
    noise.merge(other.noise)
    try statistics.merge(other.statistics)
  }

  mutating func scale(by factor: Double) {
    logLikelihood *= factor
    objective = objective.map { $0 * factor }
    totalWeight *= factor
    for k in counts.indices { counts[k] *= factor }
    noise.scale(by: factor)
    statistics.scale(by: factor)
  }
}

/// One thread's buffers for passes over blocks.
struct BlockEvaluator<Statistics: SufficientStatistics>: ~Copyable {
  private(set) var worker: any BlockWorker<Statistics>
  var buffer: BlockBuffer
  var joint: Joint
  var logDensity: LaneMatrix
  /// Each row's share of what the rule maximises, where that is something else.
  private var objective = LaneMatrix(rows: 1, lanes: 1)
  private var hasObjective = false
  /// The noise beside the components.
  private(set) var noise: NoiseWorker?

  /// The components that matter in each of some blocks.
  var active = ActiveComponents()
  /// Where the block at hand stands among these; `nil` for rows as they lie in the data.
  var place: Int?
  /// How many components mattered in the block at hand.
  private var needed = 0

  /// - Parameter shape: How the family of the mixture wants to be worked with, in whole blocks.
  init(
    _ mixture: any PreparedMixture<Statistics>, components: Int, columns: Int, shape: PassShape,
    noise: Noise? = nil
  ) {
    let lanes = shape.rowsPerBlock
    worker = mixture.makeWorker(lanes: lanes)
    buffer = BlockBuffer(columns: columns, capacity: lanes)
    joint = Joint(components: components, lanes: lanes)
    logDensity = LaneMatrix(rows: 1, lanes: lanes)
    self.noise = noise.map { NoiseWorker($0, shape, lanes: lanes) }
  }

  /// Turns to another mixture of the same family and number of components, and keeps the buffers.
  mutating func turn(
    to mixture: any PreparedMixture<Statistics>, shape: PassShape, noise: Noise?
  ) {
    let lanes = shape.rowsPerBlock
    worker = mixture.makeWorker(lanes: lanes, reusing: worker)
    self.noise = noise.map { NoiseWorker($0, shape, lanes: lanes) }
  }

  /// Evaluates the rows in `buffer`: responsibilities in `joint`, `logDensity` beside.
  mutating func evaluate(logWeights: [Double], transform: any PosteriorTransform) throws {
    try addJoint(logWeights)
    needed = measure()
    hasObjective = transform.hasObjective
    if hasObjective && objective.stride < buffer.capacity {
      objective = LaneMatrix(rows: 1, lanes: buffer.capacity)
    }
    Self.transform(buffer, transform, &joint, &logDensity, &objective)
    if let noise { Self.include(noise, buffer, transform, &joint, &logDensity) }
  }

  private static func include(
    _ noise: NoiseWorker, _ buffer: borrowing BlockBuffer, _ transform: any PosteriorTransform,
    _ joint: inout Joint, _ logDensity: inout LaneMatrix
  ) {
    noise.include(buffer.block, transform, &joint, &logDensity)
  }

  /// Writes ln πₖ + ln p(x|k) of the rows in `buffer` into `joint`.
  mutating func addJoint(_ logWeights: [Double]) throws {
    joint.begin(logWeights, rows: buffer.rows)
    try Self.addLogDensities(buffer, worker, &joint)
    joint.settle()
  }

  private static func addLogDensities(
    _ buffer: borrowing BlockBuffer, _ worker: any BlockWorker<Statistics>, _ joint: inout Joint
  ) throws {
    try worker.addLogDensities(of: buffer.block, to: &joint)
  }

  private static func transform(
    _ buffer: borrowing BlockBuffer, _ transform: any PosteriorTransform, _ joint: inout Joint,
    _ logDensity: inout LaneMatrix, _ objective: inout LaneMatrix
  ) {
    var density = logDensity[row: 0]
    guard transform.hasObjective else {
      return transform.transform(&joint, block: buffer.block, logDensity: &density)
    }
    var own = objective[row: 0]
    transform.transform(&joint, block: buffer.block, logDensity: &density, objective: &own)
  }

  /// Applies row weights and adds the block to the sums, but for those that its worker keeps.
  fileprivate mutating func accumulate(into sums: inout RunningSums) throws {
    let rows = buffer.rows
    if let noise {
      sums.noise.merge(
        noise.count(buffer.block, buffer.weightLanes, hasWeights: buffer.hasWeights))
    }
    sums.evaluated += Double(rows * joint.components)
    sums.needed += Double(rows * needed)
    if buffer.hasWeights {
      sums.totalWeight += Lanes.sum(buffer.weights())
      sums.logLikelihood += Lanes.weightedSum(logDensity.lanes(0, rows), buffer.weights())
      joint.lanes.scaleRows(by: buffer.weightLanes, count: rows)
    } else {
      sums.totalWeight += Double(rows)
      sums.logLikelihood += Lanes.sum(logDensity.lanes(0, rows))
    }
    if hasObjective { sums.objective = (sums.objective ?? 0) + objective.sum(over: rows, buffer) }
    joint.clearPadding(from: rows)
    joint.addRowSums(rows: rows, to: &sums.counts)
    try worker.accumulate(buffer.block, responsibilities: joint)
  }

  /// The sums over the rows of a chunk.
  fileprivate mutating func sums(
    of chunk: Int, _ layout: BlockLayout, _ logWeights: [Double],
    _ transform: any PosteriorTransform
  ) throws -> PassResult<Statistics> {
    var sums = RunningSums(counts: .zeros(logWeights.count))
    try layout.forEachBlock(of: chunk, logWeights: logWeights, &self) { evaluator in
      try evaluator.evaluate(logWeights: logWeights, transform: transform)
      try evaluator.accumulate(into: &sums)
    }
    return PassResult(
      logLikelihood: sums.logLikelihood, objective: sums.objective,
      totalWeight: sums.totalWeight, counts: sums.counts, noise: sums.noise,
      evaluated: sums.evaluated, needed: sums.needed,
      statistics: worker.takeStatistics())
  }
}

extension LaneMatrix {
  /// Σ w of the first row.
  fileprivate borrowing func sum(over rows: Int, _ buffer: borrowing BlockBuffer) -> Double {
    buffer.hasWeights
      ? Lanes.weightedSum(lanes(0, rows), buffer.weights()) : Lanes.sum(lanes(0, rows))
  }
}

/// What a pass adds up besides the family's statistics.
private struct RunningSums {
  var logLikelihood = 0.0
  var objective: Double?
  var totalWeight = 0.0
  var evaluated = 0.0
  var needed = 0.0
  var noise = NoiseCount()
  var counts: [Double]
}

extension Execution {
  /// One fused pass over the data: E step, transform, and the sums for the M step.
  ///
  /// - Parameters:
  ///   - noise: The noise beside the components.
  ///   - shape: How the family of the mixture wants to be worked with.
  ///   - sorted: The rows in compact blocks, out of which components may be left; `nil` for the rows
  ///     as they lie in the data and all components.
  ///   - evaluator: The buffers of the last pass over few rows, with a mixture of the same family and as
  ///     many components; then those of this one.
  func pass<S>(
    _ mixture: any PreparedMixture<S>, over data: any DataSource, logWeights: [Double],
    noise: Noise? = nil, transform: any PosteriorTransform, shape: PassShape,
    sorted: SortedRows? = nil, reusing evaluator: inout BlockEvaluator<S>?
  ) throws -> PassResult<S> {
    let shape = shape.holding(data)
    let layout = BlockLayout(data, sorted, mixture, rowsPerBlock: shape.rowsPerBlock)
    guard layout.chunkCount > 1 else {
      guard layout.chunkCount == 1 else { throw EmulsionError(.invalidData, "no data rows") }
      try checkCancellation()
      if evaluator == nil {
        evaluator = BlockEvaluator(
          mixture, components: logWeights.count, columns: data.columns, shape: shape, noise: noise)
      } else {
        evaluator?.turn(to: mixture, shape: shape, noise: noise)
      }
      if let sums = try evaluator?.sums(of: 0, layout, logWeights, transform) { return sums }
      throw EmulsionError(.invalidData, "no data rows")
    }
    let result = try reduce(
      layout.chunkCount, concurrency: shape.maximumConcurrency,
      makeWorker: {
        BlockEvaluator(
          mixture, components: logWeights.count, columns: data.columns, shape: shape, noise: noise)
      },
      merge: { try $0.merge($1) }
    ) { evaluator, chunk in try evaluator.sums(of: chunk, layout, logWeights, transform) }
    guard let result else { throw EmulsionError(.invalidData, "no data rows") }
    return result
  }

  /// A pass by itself.
  func pass<S>(
    _ mixture: any PreparedMixture<S>, over data: any DataSource, logWeights: [Double],
    noise: Noise? = nil, transform: any PosteriorTransform, shape: PassShape
  ) throws -> PassResult<S> {
    var evaluator: BlockEvaluator<S>?
    return try pass(
      mixture, over: data, logWeights: logWeights, noise: noise, transform: transform, shape: shape,
      reusing: &evaluator)
  }
}
