/// What the M step makes of mixing weights.
enum MixingWeights: Sendable, Hashable, Codable {
  /// Shares of the rows: the maximum of the likelihood.
  case free
  /// 1/K each.
  case equal
  /// These, whatever the rows.
  case fixed([Double])

  /// What parameters are called that are no component's own.
  static let name = "weights"

  /// As options ask for.
  ///
  /// - Throws: `invalid-option` for weights that are none of so many components.
  init(_ options: FitOptions) throws {
    guard let given = options.constraints.fixed[Self.name] else {
      self = options.equalWeights ? .equal : .free
      return
    }
    func refuse(_ what: String) -> EmulsionError { EmulsionError(.invalidOption, what) }
    guard !options.equalWeights else {
      throw refuse("fixed: weights are equal already; leave equal_weights or fixed.weights out")
    }
    let weights = given.numbers
    guard weights.count == options.components else {
      throw refuse(
        "fixed: weights are \(weights.count.counted("number")), but components = \(options.components)"
      )
    }
    let sum = weights.reduce(0, +)
    guard weights.allSatisfy({ $0 > 0 }), abs(sum - 1) <= 1e-6 else {
      throw refuse(
        "fixed: weights must be numbers above 0 that sum to 1"
          + (options.noise ? "; the noise takes its own from all alike" : ""))
    }
    self = .fixed(weights.map { $0 / sum })
  }

  /// Whether one may be the weights of so many components.
  func fits(_ components: Int) -> Bool {
    guard case .fixed(let weights) = self else { return true }
    return weights.count == components && weights.allSatisfy { $0 > 0 && $0 <= 1 }
  }

  /// The weights of components with these summed responsibilities.
  func weights(_ counts: [Double], previous: [Double]) -> [Double] {
    switch self {
    case .equal: return counts.map { _ in 1 / Double(counts.count) }
    case .fixed(let weights): return weights
    case .free:
      let total = counts.reduce(0, +)
      // Where all is noise, nothing is left to tell the weights by.
      return total > 0 ? counts.map { $0 / total } : previous
    }
  }

  /// Those that are given.
  var fixedWeights: [Double]? { if case .fixed(let weights) = self { weights } else { nil } }

  /// How many of the weights of K components are estimated.
  func freeParameters(_ components: Int) -> Int { self == .free ? components - 1 : 0 }

  /// The components of a drawn start in the order of fixed weights, the one of most rows where the largest is.
  func aligned<Component>(_ parameters: MixtureParameters<Component>) -> MixtureParameters<
    Component
  > {
    guard case .fixed(let weights) = self else { return parameters }
    var result = parameters
    let places = weights.indices.sorted { (-weights[$0], $0) < (-weights[$1], $1) }
    let found = weights.indices.sorted {
      (-parameters.weights[$0], $0) < (-parameters.weights[$1], $1)
    }
    for (place, k) in zip(places, found) { result.components[place] = parameters.components[k] }
    return result
  }

  /// The parameters with the weights that this makes of theirs.
  func applied<Component>(to parameters: MixtureParameters<Component>) -> MixtureParameters<
    Component
  > {
    var result = parameters
    result.mixing = self
    if self != .free { result.weights = weights(parameters.weights, previous: parameters.weights) }
    return result
  }
}

extension ParameterConstraints {
  /// What is restricted in components.
  var ofComponents: ParameterConstraints {
    var own = self
    own.fixed[MixingWeights.name] = nil
    return own
  }
}
