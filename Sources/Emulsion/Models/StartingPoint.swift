/// What a fit begins with that goes on from another one.
struct StartingPoint {
  var parameters: [[String: ParameterValue]]
  var weights: [Double]
  private let noise: Double?

  init(_ model: Model) { self.init(model.mixture) }

  init(_ mixture: any AnyMixture) {
    weights = mixture.weights
    parameters = weights.indices.map { mixture.parameters($0).byName }
    noise = mixture.noise?.weight
  }

  /// What stands for the same mixture in a family of which its own is a special case or a limit.
  func of(_ family: any FamilyDefinition, like own: any FamilyDefinition) -> StartingPoint? {
    var result = self
    let reached = parameters.compactMap { family.parameters(like: own, with: $0) }
    guard reached.count == parameters.count else { return nil }
    result.parameters = reached
    return result
  }

  /// The same mixture for another structure of its covariances: by these where the structures have other factors, or one
  /// has none; `nil` where it doesn't tell them.
  func of(
    _ model: any CovarianceModel, like own: any CovarianceModel, _ mixture: any AnyMixture
  ) -> StartingPoint? {
    guard model.factorPattern?.factors != own.factorPattern?.factors else { return self }
    var result = self
    for k in parameters.indices {
      guard mixture.concomitant == nil, let mean = parameters[k]["mean"],
        let moments = mixture.moments(k)
      else { return nil }
      result.parameters[k] = ["mean": mean, "covariance": .matrix(moments.covariance.matrix)]
    }
    return result
  }

  var initializer: GivenParameters { GivenParameters(parameters, weights: allWeights) }

  /// The same for a race with others.
  var start: Start { .parameters(parameters, weights: allWeights) }

  private var allWeights: [Double] { weights + (noise.map { [$0] } ?? []) }
}

extension StartingPoint {
  private var heaviest: Int { weights.indices.max { weights[$0] < weights[$1] } ?? 0 }

  /// The same mixture with `k` components: the heaviest is doubled until there are as many.
  func grown(to k: Int) -> StartingPoint {
    var result = self
    while result.weights.count < k { result = result.doubled(result.heaviest) }
    return result
  }

  /// `k` components of which one of the three heaviest of `mixture` is split along its widest direction.
  ///
  /// - Parameter mixture: What it goes on from.
  func splits(to k: Int, like mixture: any AnyMixture) -> [StartingPoint] {
    let base = grown(to: k - 1)
    return (0..<min(3, weights.count)).map { base.split($0, like: mixture) }
  }

  private func doubled(_ k: Int) -> StartingPoint {
    var result = self
    result.parameters.append(parameters[k])
    result.weights[k] /= 2
    result.weights.append(result.weights[k])
    return result
  }

  private func split(_ k: Int, like mixture: any AnyMixture) -> StartingPoint {
    var result = doubled(k)
    guard var moments = mixture.moments(k) else { return result }
    if mixture.concomitant != nil {
      let described = mixture.describedColumns
      moments = Moments(
        mean: described.map { moments.mean[$0] },
        covariance: moments.covariance.selecting(described))
    }
    guard let halves = parameters[k].split(moments, accepts: mixture.accepts) else { return result }
    result.parameters[k] = halves.below
    result.parameters[result.parameters.count - 1] = halves.above
    return result
  }
}
