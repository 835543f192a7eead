/// A fitted mixture of one family: what can be asked of it without the data it was fitted to.
protocol AnyMixture: Sendable {
  var familyName: String { get }
  var dimension: Int { get }
  /// Of the components: they sum to 1, or with noise to what it leaves.
  var weights: [Double] { get }
  var noise: Noise? { get }
  var freeParameters: Int { get }
  func moments(_ k: Int) -> Moments?
  func parameters(_ k: Int) -> [NamedParameter]
  /// Whether a component with these parameters can be made.
  func accepts(_ parameters: [String: ParameterValue]) -> Bool
  func posterior(_ data: any DataSource, _ execution: Execution) throws -> Matrix
  /// Of each row, under a rule for the posteriors.
  func logDensity(
    _ data: any DataSource, _ execution: Execution, _ rule: any PosteriorTransform
  ) throws -> [Double]
  /// ln p(x|k) of each row under component `k`.
  func logDensity(_ data: any DataSource, under k: Int, _ execution: Execution) throws -> [Double]
  func support(ofColumn j: Int) -> Support
  func holdsCodes(inColumn j: Int) -> Bool
  func labels(_ data: any DataSource, _ execution: Execution) throws -> [Int]
  /// Under a rule for the posteriors.
  func score(_ data: any DataSource, _ execution: Execution, _ rule: any PosteriorTransform) throws
    -> MixtureScore
  func checkSupport(of data: any DataSource, _ execution: Execution) throws
  var groupColumn: Int? { get }
  /// The same mixture in some of its columns, with its noise or without; `nil` where the family describes
  /// none of these.
  func marginal(columns: [Int], keepsNoise: Bool) throws -> (any AnyMixture)?
  /// Whether, under every component, these columns are independent of the others.
  func separates(_ given: [Int]) -> Bool
  /// One component alone; `nil` where it includes mixing probabilities.
  func component(_ k: Int) -> (any AnyMixture)?
  /// How its parameters are read and written.
  var schema: any ParameterSchema { get }
  /// What M steps make of the weights; `nil` where components tell them.
  var mixing: MixingWeights? { get }
  /// What mixing probabilities depend on beside what the family describes.
  var concomitant: Concomitant? { get }
  /// How passes over data are made.
  var passShape: PassShape { get }
  /// The same mixture with other parameters, by name, and weights, that of the noise last.
  func replacing(_ parameters: [[String: ParameterValue]], weights: [Double]) throws
    -> any AnyMixture
  /// The same components with other weights, that of the noise last.
  func weighted(by shares: [Double]) -> any AnyMixture
  /// The distribution of each component, and of the noise last; `nil` where one has none.
  var distributions: [CumulativeDistribution]? { get }
  var hasLinearConditionalMeans: Bool { get }
  func responder() throws -> (any Responder)?
  /// The mixing probabilities of one row; `nil` where all rows have the same.
  func weights(ofRow row: [Double]) -> [Double]?
  /// A row with its missing columns, as under component `k`.
  func completed(
    _ k: Int, _ row: [Double], observed: [Int], drawing random: inout CounterRandom?
  ) throws -> [Double]?
  func sample(_ count: Int, seed: UInt64, _ execution: Execution) throws -> (
    rows: Matrix, labels: [Int]
  )
  func resume(_ data: any DataSource, _ options: FitOptions) throws -> FitOutcome
  /// Where EM comes to on other rows, without what a report tells of it; `nil` where that is no sound fit.
  ///
  /// - Parameters:
  ///   - start: Where it begins, with as many components as `options` tell; from these parameters where `nil`.
  ///   - isEnough: Whether the course of the log-likelihood tells enough already.
  func refitted(
    to data: any DataSource, _ options: FitOptions, from start: Start?,
    until isEnough: (_ course: ArraySlice<Double>) -> Bool
  ) throws -> (mixture: any AnyMixture, logLikelihood: Double)?
  func encode(to encoder: any Encoder) throws
  /// The same mixture with its components by weight, largest first.
  var canonical: any AnyMixture { get }
}

extension AnyMixture {
  /// The columns that the family describes, by their positions: all but covariates of mixing probabilities.
  var describedColumns: [Int] {
    let others = concomitant?.columns ?? []
    return (0..<dimension).filter { !others.contains($0) }
  }

  /// Where EM comes to from these parameters.
  func refitted(to data: any DataSource, _ options: FitOptions) throws -> (
    mixture: any AnyMixture, logLikelihood: Double
  )? { try refitted(to: data, options, from: nil) { _ in false } }

  /// Under posterior probabilities.
  func score(_ data: any DataSource, _ execution: Execution) throws -> MixtureScore {
    try score(data, execution, Softmax())
  }

  /// Under posterior probabilities.
  func logDensity(_ data: any DataSource, _ execution: Execution) throws -> [Double] {
    try logDensity(data, execution, Softmax())
  }
}

/// Log-likelihood and classification terms of data under a mixture.
struct MixtureScore: Sendable, Codable {
  /// Σ wₙ ln p(xₙ).
  var logLikelihood = 0.0
  /// Σ wₙ ln γ(n, MAP).
  var logMAP = 0.0
  /// −Σₙ wₙ Σₖ γₙₖ ln γₙₖ.
  var entropy = 0.0
  /// Σ wₙ.
  var totalWeight = 0.0

  mutating func merge(_ other: MixtureScore) {
    logLikelihood += other.logLikelihood
    logMAP += other.logMAP
    entropy += other.entropy
    totalWeight += other.totalWeight
  }
}

/// Components of one family with their weights.
struct Mixture<Family: ComponentFamily>: AnyMixture {
  let family: Family
  let parameters: MixtureParameters<Family.Component>

  var familyName: String { family.name }
  var dimension: Int { family.traits.dimension }
  var noise: Noise? { parameters.noise }
  var weights: [Double] {
    noise.map { noise in parameters.weights.map { $0 * (1 - noise.weight) } } ?? parameters.weights
  }
  var groupColumn: Int? { family.traits.groupColumn }
  var freeParameters: Int { parameters.freeCount(in: family) }

  func moments(_ k: Int) -> Moments? { family.properties.moments(of: parameters.components[k]) }
  func accepts(_ parameters: [String: ParameterValue]) -> Bool {
    (try? family.schema.component(from: parameters)) != nil
  }
  func parameters(_ k: Int) -> [NamedParameter] {
    family.schema.parameters(of: parameters.components[k])
  }
  var schema: any ParameterSchema { family.schema }
  var mixing: MixingWeights? {
    !family.traits.mixesItself ? parameters.mixing : family.schema.mixesByWeights ? .free : nil
  }
  var concomitant: Concomitant? { family.traits.concomitant }
  var passShape: PassShape { family.traits.passShape }

  func replacing(_ list: [[String: ParameterValue]], weights: [Double]) throws -> any AnyMixture {
    var result = parameters
    result.components = try zip(list, parameters.components).map {
      try family.schema.component(from: $0, replacing: $1)
    }
    let own = weights.prefix(list.count)
    let total = own.reduce(0, +)
    if total > 0 { result.weights = own.map { $0 / total } }
    if family.schema.mixesByWeights {
      result.components = family.schema.mixed(result.components, weights: result.weights)
    }
    if weights.count > list.count { result.noise?.weight = weights[list.count] }
    return Mixture(family: family, parameters: result)
  }

  func checkSupport(of data: any DataSource, _ execution: Execution) throws {
    try family.checkSupport(of: data, execution)
  }

  func component(_ k: Int) -> (any AnyMixture)? {
    guard !family.traits.mixesItself else { return nil }
    return Mixture(
      family: family,
      parameters: MixtureParameters(components: [parameters.components[k]], weights: [1]))
  }

  func posterior(_ data: any DataSource, _ execution: Execution) throws -> Matrix {
    let k = parameters.weights.count + (noise == nil ? 0 : 1)
    let hasFarRows = hasFarRows && data.missing == nil && data.errors == nil
    var values: [Double] = try evaluate(data, execution, width: k) { evaluator, out in
      evaluator.writePosterior(into: &out)
      guard hasFarRows else { return }
      let densities = evaluator.logDensity.lanes(0, evaluator.buffer.rows)
      for i in densities.indices where !(densities[i] >= Self.leastExact) { out[i * k] = .nan }
    }
    let far = hasFarRows ? (0..<data.rows).filter { values[$0 * k].isNaN } : []
    if !far.isEmpty {
      let own = try farPosteriors(of: far, in: data, execution)
      for (place, i) in far.enumerated() {
        values.replaceSubrange(i * k..<(i + 1) * k, with: own[place * k..<(place + 1) * k])
      }
    }
    return Matrix(rows: data.rows, columns: k, values: values)
  }

  func logDensity(
    _ data: any DataSource, _ execution: Execution, _ rule: any PosteriorTransform
  ) throws -> [Double] {
    try evaluate(data, execution, transform: rule) { evaluator, out in
      evaluator.logDensity.writeRows(count: evaluator.buffer.rows, into: &out)
    }
  }

  func logDensity(_ data: any DataSource, under k: Int, _ execution: Execution) throws -> [Double] {
    try execution.evaluate(
      family.prepare([parameters.components[k]], for: data), over: data, logWeights: [0],
      shape: family.traits.passShape, width: 1
    ) { evaluator, out in
      evaluator.logDensity.writeRows(count: evaluator.buffer.rows, into: &out)
    }
  }

  func completed(
    _ k: Int, _ row: [Double], observed: [Int], drawing random: inout CounterRandom?
  ) throws -> [Double]? {
    try family.properties.completed(
      parameters.components[k], row, observed: observed, drawing: &random)
  }

  func support(ofColumn j: Int) -> Support { family.traits.support(ofColumn: j) }

  func labels(_ data: any DataSource, _ execution: Execution) throws -> [Int] {
    let transform: any PosteriorTransform = noise == nil ? JointDensities() : Softmax()
    let (hasFarRows, k, isFar) = (
      hasFarRows && data.missing == nil && data.errors == nil, parameters.components.count, Int.min
    )
    var labels: [Int] = try evaluate(data, execution, transform: transform) { evaluator, out in
      evaluator.writeLabels(into: &out)
      guard hasFarRows else { return }
      for i in 0..<evaluator.buffer.rows
      where !(evaluator.joint.lanes(out[i], evaluator.buffer.rows)[i] >= Self.leastExact) {
        out[i] = isFar
      }
    }
    let far = hasFarRows ? labels.indices.filter { labels[$0] == isFar } : []
    guard !far.isEmpty else { return labels }
    let posteriors = try farPosteriors(of: far, in: data, execution)
    for (place, i) in far.enumerated() {
      let own = posteriors[place * k..<(place + 1) * k]
      labels[i] = (own.max().flatMap { own.firstIndex(of: $0) } ?? own.startIndex) - own.startIndex
    }
    return labels
  }

  func score(_ data: any DataSource, _ execution: Execution, _ rule: any PosteriorTransform) throws
    -> MixtureScore
  {
    let (prepared, logWeights) = (
      try family.prepare(parameters.components, for: data), family.logWeights(parameters.weights)
    )
    let (noise, group) = (noise, groupColumn)
    let shape = family.traits.passShape.holding(data)
    let lanes = shape.rowsPerBlock
    let chunks = Chunks(rows: data.rows, rowsPerBlock: lanes)
    let score = try execution.reduce(
      chunks.count, concurrency: shape.maximumConcurrency,
      makeWorker: {
        ScoringWorker(
          evaluator: BlockEvaluator(
            prepared, components: logWeights.count, columns: data.columns, shape: shape,
            noise: noise),
          terms: LaneMatrix(rows: 2, lanes: lanes), group: group)
      },
      merge: { $0.merge($1) }
    ) { worker, chunk in
      var score = MixtureScore()
      try chunks.forEachBlock(of: chunk) {
        score.merge(try worker.score($0, of: data, logWeights, rule))
      }
      return score
    }
    return score ?? MixtureScore()
  }

  private func evaluate<Element: BitwiseCopyable & Sendable>(
    _ data: any DataSource, _ execution: Execution, transform: any PosteriorTransform = Softmax(),
    width: Int = 1,
    _ write:
      @Sendable (inout BlockEvaluator<Family.Statistics>, inout MutableSpan<Element>) throws
      -> Void
  ) throws -> [Element] {
    try execution.evaluate(
      family.prepare(parameters.components, for: data), over: data,
      logWeights: family.logWeights(parameters.weights), noise: noise, transform: transform,
      shape: family.traits.passShape, width: width, write)
  }

  var canonical: any AnyMixture { inCanonicalOrder }

  /// The components in canonical order: by weight, largest first; ties by mean.
  var inCanonicalOrder: Mixture {
    // Weights that the user fixed have an order of their own.
    if case .fixed = parameters.mixing { return self }
    let means = parameters.components.map { family.properties.moments(of: $0)?.mean ?? [] }
    // Components that the user restricted by their numbers keep these.
    let held = family.schema.rolesByComponent
    let sorted = parameters.components.indices.filter { held[$0] == nil }.sorted { a, b in
      let (first, second) = (parameters.weights[a], parameters.weights[b])
      if first != second { return first > second }
      if means[a] != means[b] { return means[a].lexicographicallyPrecedes(means[b]) }
      return a < b
    }
    var rest = sorted.makeIterator()
    let order = parameters.components.indices.map { held[$0] == nil ? rest.next() ?? $0 : $0 }
    return Mixture(
      family: family,
      parameters: MixtureParameters(
        components: family.schema.told(order.map { parameters.components[$0] }),
        weights: order.map { parameters.weights[$0] }, noise: noise, mixing: parameters.mixing))
  }
}

/// One thread's share of a score.
private struct ScoringWorker<Statistics: SufficientStatistics>: ~Copyable {
  var evaluator: BlockEvaluator<Statistics>
  /// ln of the largest responsibility, and the entropy of all.
  var terms: LaneMatrix
  /// The column of groups, whose rows have one posterior.
  let group: Int?

  mutating func score(
    _ range: Range<Int>, of data: any DataSource, _ logWeights: [Double],
    _ rule: any PosteriorTransform
  ) throws -> MixtureScore {
    try data.read(range, into: &evaluator.buffer)
    try evaluator.buffer.requireFinite(of: data)
    guard evaluator.buffer.coverWeightlessRows() else { return MixtureScore() }
    try evaluator.evaluate(logWeights: logWeights, transform: rule)
    let rows = range.count
    evaluator.classify(into: &terms)
    var score = MixtureScore()
    for i in 0..<rows {
      let weight = evaluator.buffer.weight(ofRow: i) ?? 1
      guard weight > 0 else { continue }
      score.totalWeight += weight
      score.logLikelihood += weight * evaluator.logDensity.lanes(0, rows)[i]
      guard evaluator.buffer.beginsGroup(i, group) else { continue }
      score.logMAP += weight * terms.lanes(0, rows)[i]
      score.entropy += weight * terms.lanes(1, rows)[i]
    }
    return score
  }
}
