extension Mixture {
  var hasLinearConditionalMeans: Bool { family.properties.hasLinearConditionalMeans }

  func separates(_ given: [Int]) -> Bool { family.properties.separates(given) }

  func weighted(by shares: [Double]) -> any AnyMixture {
    var result = parameters
    let own = shares.prefix(parameters.weights.count)
    let sum = own.reduce(0, +)
    if sum > 0 { result.weights = own.map { $0 / sum } }
    if let noise, let share = shares.last {
      result.noise = Noise(weight: share, region: noise.region)
    }
    return Mixture(family: family, parameters: result)
  }

  func marginal(columns: [Int], keepsNoise: Bool) throws -> (any AnyMixture)? {
    guard let set = try family.properties.marginal(of: parameters.components, columns: columns)
    else {
      return nil
    }
    guard keepsNoise, let noise else { return mixture(of: set, noise: nil) }
    let own = noise.selecting(columns)
    guard noise.region.isProduct, own.region.logDensity.isFinite else {
      throw EmulsionError(
        .invalidOption,
        "marginal: the region of the noise is no box along the columns, so that its density in some of "
          + "them is not constant")
    }
    return mixture(of: set, noise: own)
  }

  private func mixture<Set: ComponentSet>(of set: Set, noise: Noise?) -> any AnyMixture {
    Mixture<Set.Family>(
      family: set.family,
      parameters: MixtureParameters(
        components: set.components, weights: parameters.weights, noise: noise))
  }

  var distributions: [CumulativeDistribution]? {
    guard dimension == 1, !family.traits.mixesItself else { return nil }
    var list = parameters.components.compactMap { family.properties.distribution(of: $0) }
    guard list.count == parameters.components.count else { return nil }
    if let noise {
      guard let range = noise.region.ranges.first ?? nil else { return nil }
      list.append(range.distribution)
    }
    return list
  }

  func responder() throws -> (any Responder)? {
    try family.properties.responder(parameters.components, weights: parameters.weights)
  }
}

extension UniformRegion {
  /// Whether its density is that of the ranges of its columns.
  var isProduct: Bool {
    let expected = UniformRegion(ranges).logDensity
    return abs(logDensity - expected) <= 1e-9 * max(1, abs(expected))
  }
}
