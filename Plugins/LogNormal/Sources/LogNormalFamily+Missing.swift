import Emulsion

extension LogNormalFamily {
  /// The Gaussian's, of the logarithms of the columns with values.
  public func prepare(_ components: [Gaussian], observing columns: [Int]) throws
    -> any PreparedMixture<FeatureSums>
  {
    let completion = try CompletedGaussians(gaussian, components, observing: columns)
    return ObservedMixture<FeatureSums, FeatureSums>(
      columns.isEmpty
        ? nil : try LogNormalFamily(gaussian: completion.family).prepare(completion.components),
      columns: columns, components: components.count
    ) { completion.sums($0, masses: $1, counts: $1) }
  }

  /// exp(m + v/2), m and v the conditional mean and variance of the logarithm; of draws the powers of the Gaussian's.
  public func completed(
    _ component: Gaussian, _ row: [Double], observed: [Int], drawing random: inout CounterRandom?
  ) throws -> [Double]? {
    guard let own = gaussian.moments(of: component) else { return nil }
    let logs = row.map { Elementary.log($0) }
    if var source = random {
      defer { random = source }
      let point = gaussian.sample(component, using: &source)
      return try own.completed(logs, observed: observed, from: point).map(Elementary.exp)
    }
    let middle = try own.completed(logs, observed: observed, from: own.mean)
    let zeros = Array(repeating: 0.0, count: dimension)
    return try (0..<dimension).map { j in
      if observed.contains(j) { return row[j] }
      let covariances = (0..<dimension).map { own.covariance[$0, j] }
      let explained = try own.completed(covariances, observed: observed, from: zeros)[j]
      return Elementary.exp(middle[j] + 0.5 * max(0, covariances[j] - explained))
    }
  }
}
