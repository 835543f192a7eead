import Emulsion

extension StudentTFamily {
  /// The marginal densities, and sums of all columns given those with values.
  ///
  /// With m values u = (ν + m)/(ν + δₒ), and given u the other columns are Gaussian about their regression on these,
  /// of covariance Σ/u: means count r·u times, covariances r times (Liu 1995, J. Multivariate Analysis 53; Lin,
  /// Ho & Shen 2009, Computational Statistics 24).
  ///
  /// - Complexity: O(K·d³) here and once a chunk; per row what the columns cost by themselves.
  public func prepare(_ components: [StudentTComponent], observing columns: [Int]) throws
    -> any PreparedMixture<StudentTSums>
  {
    let completion = try CompletedGaussians(
      gaussian, components.map(\.gaussian), observing: columns)
    let degrees = components.map(\.degreesOfFreedom)
    let part = StudentTFamily(gaussian: completion.family, degreesOfFreedom: degreesOfFreedom)
    let own = zip(completion.components, degrees).map {
      StudentTComponent(gaussian: $0, degreesOfFreedom: $1)
    }
    return ObservedMixture<StudentTSums, StudentTSums>(
      columns.isEmpty ? nil : try part.prepare(own), columns: columns,
      components: components.count
    ) { sums, counts in
      var result = sums ?? StudentTSums(ofNothing: counts, degrees: degrees)
      result.gaussian = completion.sums(
        sums?.gaussian, masses: result.masses, counts: counts)
      return result
    }
  }
}

extension StudentTFamily {
  /// By the regression of Gaussians, about which a draw's deviations are √((ν + δₒ)/g) times those of the Gaussian, g
  /// chi-squared with ν + m degrees of freedom (Ding 2016, The American Statistician 70). Where ν + m ≤ 1 there is no
  /// mean, and the middle of the distribution stands for it.
  public func completed(
    _ component: StudentTComponent, _ row: [Double], observed: [Int],
    drawing random: inout CounterRandom?
  ) throws -> [Double]? {
    guard let own = gaussian.moments(of: component.gaussian) else { return nil }
    let middle = try own.completed(row, observed: observed, from: own.mean)
    guard var source = random else { return middle }
    defer { random = source }
    let point = gaussian.sample(component.gaussian, using: &source)
    let moved = try own.completed(row, observed: observed, from: point)
    let degrees = component.degreesOfFreedom
    guard degrees.isFinite else { return moved }
    let half = (degrees + Double(observed.count)) / 2
    let distance = try own.squaredDistance(of: row, in: observed)
    let stretch = ((degrees + distance) / 2 / source.gamma(shape: half)).squareRoot()
    return zip(middle, moved).map { $0 + ($1 - $0) * stretch }
  }
}

extension StudentTSums {
  /// Those of rows without any value: latent weights are as before, Gamma(ν/2, ν/2), and ν means nothing to the density.
  fileprivate init(ofNothing counts: [Double], degrees: [Double]) {
    gaussian = FeatureSums(components: counts.count, features: 0)
    masses = counts
    logTerms = zip(counts, degrees).map { count, degrees in
      -count
        * (1 + (degrees.isFinite ? SpecialFunctions.logMinusDigamma(degrees / 2).value : 0))
    }
    profiles = counts.map { _ in DegreesProfile() }
  }
}
