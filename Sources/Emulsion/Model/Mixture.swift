/// A fitted mixture of one family: what can be asked of it without the data it was fitted to.
protocol AnyMixture: Sendable {
  var familyName: String { get }
  var dimension: Int { get }
  var weights: [Double] { get }
  var freeParameters: Int { get }
  func moments(_ k: Int) -> Moments?
  func parameters(_ k: Int) -> [NamedParameter]
  func posterior(_ data: any DataSource, _ execution: Execution) throws -> Matrix
  func logDensity(_ data: any DataSource, _ execution: Execution) throws -> [Double]
  func labels(_ data: any DataSource, _ execution: Execution) throws -> [Int]
  func score(_ data: any DataSource, _ execution: Execution) throws -> MixtureScore
  func sample(_ k: Int, using random: inout CounterRandom) throws -> [Double]
  func checkSupport(of data: any DataSource, _ execution: Execution) throws
  func resume(_ data: any DataSource, _ options: FitOptions) throws -> FitOutcome
  func encode(to encoder: any Encoder) throws
  /// The same mixture with its components by weight, largest first.
  var canonical: any AnyMixture { get }
}

/// Log-likelihood and classification terms of data under a mixture.
struct MixtureScore: Sendable {
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
  var dimension: Int { family.dimension }
  var weights: [Double] { parameters.weights }
  var freeParameters: Int {
    family.freeParameters(parameters.components) + parameters.components.count - 1
  }

  func moments(_ k: Int) -> Moments? { family.moments(of: parameters.components[k]) }
  func parameters(_ k: Int) -> [NamedParameter] {
    family.parameters(of: parameters.components[k])
  }
  func sample(_ k: Int, using random: inout CounterRandom) throws -> [Double] {
    try family.sample(parameters.components[k], using: &random)
  }
  func checkSupport(of data: any DataSource, _ execution: Execution) throws {
    try family.checkSupport(of: data, execution)
  }

  func posterior(_ data: any DataSource, _ execution: Execution) throws -> Matrix {
    let k = weights.count
    let chunks = try collect(data, execution, initial: { Array<Double>.withCapacity($0 * k) }) {
      evaluator, values in
      for i in 0..<evaluator.buffer.rows {
        for q in 0..<k { values.append(evaluator.joint.lanes(q, evaluator.buffer.rows)[i]) }
      }
    }
    return Matrix(rows: data.rows, columns: k, values: chunks.flatMap { $0 })
  }

  func logDensity(_ data: any DataSource, _ execution: Execution) throws -> [Double] {
    try collect(data, execution, initial: { Array<Double>.withCapacity($0) }) {
      evaluator, values in
      for i in 0..<evaluator.buffer.rows { values.append(evaluator.logDensity.lanes(0, i + 1)[i]) }
    }.flatMap { $0 }
  }

  func labels(_ data: any DataSource, _ execution: Execution) throws -> [Int] {
    let k = weights.count
    return try collect(data, execution, initial: { Array<Int>.withCapacity($0) }) {
      evaluator, values in
      let rows = evaluator.buffer.rows
      for i in 0..<rows {
        var best = (label: 0, value: -1.0)
        for q in 0..<k where evaluator.joint.lanes(q, rows)[i] > best.value {
          best = (q, evaluator.joint.lanes(q, rows)[i])
        }
        values.append(best.label)
      }
    }.flatMap { $0 }
  }

  func score(_ data: any DataSource, _ execution: Execution) throws -> MixtureScore {
    let k = weights.count
    let chunks = try collect(data, execution, initial: { _ in MixtureScore() }) {
      evaluator, score in
      let rows = evaluator.buffer.rows
      for i in 0..<rows {
        let weight = evaluator.buffer.hasWeights ? evaluator.buffer.weights()[i] : 1
        guard weight > 0 else { continue }
        var largest = 0.0
        var entropy = 0.0
        for q in 0..<k {
          let gamma = evaluator.joint.lanes(q, rows)[i]
          if gamma > largest { largest = gamma }
          if gamma > 0 && gamma < 1 { entropy -= gamma * naturalLog(gamma) }
        }
        score.totalWeight += weight
        score.logLikelihood += weight * evaluator.logDensity.lanes(0, rows)[i]
        score.logMAP += weight * naturalLog(largest)
        score.entropy += weight * entropy
      }
    }
    return chunks.reduce(into: MixtureScore()) { $0.merge($1) }
  }

  private func collect<Output: Sendable>(
    _ data: any DataSource, _ execution: Execution, initial: @Sendable (Int) -> Output,
    _ body: @Sendable (borrowing BlockEvaluator<Family.Statistics>, inout Output) throws -> Void
  ) throws -> [Output] {
    try execution.collect(
      family.prepare(parameters.components), over: data, logWeights: parameters.logWeights,
      concurrency: family.maximumConcurrency, initial: initial, body)
  }

  var canonical: any AnyMixture { inCanonicalOrder }

  /// The components in canonical order: by weight, largest first; ties by mean.
  var inCanonicalOrder: Mixture {
    let means = parameters.components.map { family.moments(of: $0)?.mean ?? [] }
    let order = parameters.components.indices.sorted { a, b in
      if weights[a] != weights[b] { return weights[a] > weights[b] }
      if means[a] != means[b] { return means[a].lexicographicallyPrecedes(means[b]) }
      return a < b
    }
    return Mixture(
      family: family,
      parameters: MixtureParameters(
        components: order.map { parameters.components[$0] },
        weights: order.map { parameters.weights[$0] }))
  }
}

extension Array {
  static func withCapacity(_ count: Int) -> [Element] {
    var array: [Element] = []
    array.reserveCapacity(count)
    return array
  }
}
