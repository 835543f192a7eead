/// What one pass over the data yields.
struct PassResult<Statistics: SufficientStatistics>: Sendable {
  /// Σ wₙ ln p(xₙ), nats.
  var logLikelihood = 0.0
  /// Σ wₙ.
  var totalWeight = 0.0
  /// Nₖ = Σ wₙ γₙₖ.
  var counts: [Double]
  /// The family's sums.
  var statistics: Statistics

  mutating func merge(_ other: Self) throws {
    logLikelihood += other.logLikelihood
    totalWeight += other.totalWeight
    for k in counts.indices { counts[k] += other.counts[k] }
    try statistics.merge(other.statistics)
  }
}

/// One thread's buffers for passes over blocks.
struct BlockEvaluator<Statistics: SufficientStatistics>: ~Copyable {
  let worker: any BlockWorker<Statistics>
  var buffer: BlockBuffer
  var joint: Joint
  var logDensity: LaneMatrix

  init(_ mixture: any PreparedMixture<Statistics>, components: Int, columns: Int) {
    let lanes = Chunks.rowsPerBlock
    worker = mixture.makeWorker(lanes: lanes)
    buffer = BlockBuffer(columns: columns, capacity: lanes)
    joint = Joint(components: components, lanes: lanes)
    logDensity = LaneMatrix(rows: 1, lanes: lanes)
  }

  /// Evaluates the rows in `buffer`: responsibilities in `joint`, `logDensity` beside.
  mutating func evaluate(logWeights: [Double], transform: any PosteriorTransform) throws {
    try Self.evaluate(buffer, worker, logWeights, transform, &joint, &logDensity)
  }

  private static func evaluate(
    _ buffer: borrowing BlockBuffer, _ worker: any BlockWorker<Statistics>, _ logWeights: [Double],
    _ transform: any PosteriorTransform, _ joint: inout Joint, _ logDensity: inout LaneMatrix
  ) throws {
    let block = buffer.block
    joint.lanes.fill(logWeights)
    try worker.addLogDensities(of: block, to: &joint)
    var density = logDensity[row: 0]
    transform.transform(&joint, block: block, logDensity: &density)
  }

  /// Applies row weights and adds the block to the sums.
  mutating func accumulate(
    into result: inout (logLikelihood: Double, weight: Double), counts: inout [Double]
  ) throws {
    let rows = buffer.rows
    if buffer.hasWeights {
      result.weight += Lanes.sum(buffer.weights())
      // A row of weight 0 does nothing, even where its log-density is −∞.
      result.logLikelihood += weightedSum(logDensity.lanes(0, rows), buffer.weights())
      joint.lanes.scaleRows(by: buffer.weightLanes, count: rows)
    } else {
      result.weight += Double(rows)
      result.logLikelihood += Lanes.sum(logDensity.lanes(0, rows))
    }
    joint.lanes.clearPadding(from: rows)
    joint.lanes.addRowSums(count: rows, to: &counts)
    try worker.accumulate(buffer.block, responsibilities: joint)
  }
}

private func weightedSum(_ values: Span<Double>, _ weights: Span<Double>) -> Double {
  let sum = Lanes.dot(values, weights)
  guard !sum.isFinite else { return sum }
  var careful = 0.0
  for i in values.indices where weights[i] > 0 { careful += weights[i] * values[i] }
  return careful
}

extension Execution {
  /// One fused pass over the data: E step, transform, and the sums for the M step.
  func pass<S>(
    _ mixture: any PreparedMixture<S>, over data: any DataSource, logWeights: [Double],
    transform: any PosteriorTransform, concurrency: Int
  ) throws -> PassResult<S> {
    let chunks = Chunks(rows: data.rows)
    let k = logWeights.count
    let tree = TreeMerge<PassResult<S>>(leaves: chunks.count) { try $0.merge($1) }
    try forEach(
      chunks.count, concurrency: concurrency,
      makeWorker: { BlockEvaluator(mixture, components: k, columns: data.columns) }
    ) { evaluator, chunk in
      var sums = (logLikelihood: 0.0, weight: 0.0)
      var counts = [Double](repeating: 0, count: k)
      try chunks.forEachBlock(of: chunk) { range in
        try data.read(range, into: &evaluator.buffer)
        guard evaluator.buffer.coverWeightlessRows() else { return }
        try evaluator.evaluate(logWeights: logWeights, transform: transform)
        try evaluator.accumulate(into: &sums, counts: &counts)
      }
      let statistics = evaluator.worker.takeStatistics()
      try tree.add(
        PassResult(
          logLikelihood: sums.logLikelihood, totalWeight: sums.weight, counts: counts,
          statistics: statistics),
        at: chunk)
    }
    guard let result = tree.root() else {
      throw EmulsionError(.invalidData, "no data rows")
    }
    return result
  }
}
