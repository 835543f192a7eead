/// A conjugate prior of Gaussian components, under which a fit is the mode of the posterior (Fraley & Raftery 2007).
///
/// μₖ given Σₖ is N(m, Σₖ/κ), Σₖ inverse Wishart with ν degrees of freedom and scale Λ, or inverse gamma with
/// ν and ς² where columns are independent; what is left out is as in mclust's `defaultPrior`. Components of few
/// rows then keep covariances of the scale's size in place of collapsing.
public struct ConjugatePrior: Sendable, Hashable {
  /// κ ≥ 0, how many rows the prior mean counts for; 0 leaves the means alone.
  public var shrinkage: Double
  /// m, d numbers; the means of the columns by default.
  public var mean: [Double]?
  /// ν ≥ 0; d + 2 by default.
  public var degreesOfFreedom: Double?
  /// Λ, d × d, or ς², one number or one a column; by default the covariance of the rows (divisor n − 1) over K^(2/d),
  /// or the mean of their variances over that.
  public var scale: ParameterValue?

  /// Makes a prior.
  public init(
    shrinkage: Double = 0.01, mean: [Double]? = nil, degreesOfFreedom: Double? = nil,
    scale: ParameterValue? = nil
  ) {
    (self.shrinkage, self.mean) = (shrinkage, mean)
    (self.degreesOfFreedom, self.scale) = (degreesOfFreedom, scale)
  }

  /// Throws `invalid-option` for numbers that are none of a prior's, whatever the data.
  func validate() throws {
    try require(shrinkage >= 0 && shrinkage.isFinite, "shrinkage must be a number ≥ 0", shrinkage)
    if let degreesOfFreedom {
      try require(
        degreesOfFreedom >= 0 && degreesOfFreedom.isFinite,
        "degrees_of_freedom must be a number ≥ 0", degreesOfFreedom)
    }
    for number in mean ?? [] {
      try require(number.isFinite, "mean must be of finite numbers", number)
    }
    for number in scale?.numbers ?? [] {
      try require(number.isFinite, "scale must be of finite numbers", number)
    }
  }

  private func require(_ holds: Bool, _ what: String, _ number: Double) throws {
    guard holds else { throw EmulsionError(.invalidOption, "prior: \(what), not \(number.brief)") }
  }

  /// What manifests tell of it.
  var description: String {
    var parts = ["shrinkage \(shrinkage)"]
    func list(_ numbers: [Double]) -> String { numbers.map { "\($0)" }.joined(separator: " ") }
    if let mean { parts.append("mean \(list(mean))") }
    if let degreesOfFreedom { parts.append("degrees_of_freedom \(degreesOfFreedom)") }
    if let scale { parts.append("scale \(list(scale.numbers))") }
    return parts.joined(separator: ", ")
  }
}
