extension GaussianFamily {
  /// The densities of rows with errors of their own, and first and second moments of the values without these; see
  /// ``NoisyGaussians``.
  public func prepare(
    _ components: [Gaussian], observing columns: [Int], errors: MeasurementErrors
  ) throws -> any PreparedMixture<FeatureSums> {
    guard frame.map == nil else {
      throw EmulsionError(
        .invalidOption,
        "errors: they need a model that was fitted with some, since columns nearly depend on each other here"
      )
    }
    guard components.allSatisfy({ $0.factor != nil }) else {
      throw EmulsionError(.degenerate, "a covariance is not positive definite")
    }
    let references = references(for: components)
    let width = featureCount
    return NoisyGaussians<FeatureSums>(self, components, observing: columns, errors) { sums in
      var result = FeatureSums(components: components.count, features: width)
      for (k, component) in components.enumerated() {
        let own = sums.features(k, of: component, from: references.point(k))
        result.values.replaceSubrange(k * width..<(k + 1) * width, with: own)
      }
      return result
    }
  }
}

extension ConditionalSums {
  /// Sums of v − c and its products in the component's form, c the reference: with δ = μ − c, Σ r a + Nδ, and
  /// Σ r(aaᵀ + Cov) + Σ r aδᵀ + Σ r δaᵀ + Nδδᵀ.
  func features(_ k: Int, of component: Gaussian, from reference: [Double]) -> [Double] {
    let (covariance, d, count) = (component.covariance, component.mean.count, counts[k])
    let (move, square) = (moves[k], squares[k])
    let delta = zip(component.mean, reference).map { $0 - $1 }
    let first = (0..<d).map { move[$0] + count * delta[$0] }
    let isPacked = square.count != d || d == 1
    if covariance.form == .full {
      var second: [Double] = []
      for a in 0..<d {
        for b in a..<d {
          let place = Scatter.packed(a, b, d)
          var sum = square[place] + count * (covariance.values[place] + delta[a] * delta[b])
          sum += move[a] * delta[b] + delta[a] * move[b]
          second.append(sum)
        }
      }
      return first + second
    }
    let second = (0..<d).map { a in
      square[isPacked ? Scatter.packed(a, a, d) : a]
        + count * (covariance.variance(a) + delta[a] * delta[a]) + 2 * move[a] * delta[a]
    }
    return first + (covariance.form == .diagonal ? second : [second.reduce(0, +)])
  }
}
