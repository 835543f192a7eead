import Emulsion

/// Positive, right-skewed numbers: p(x) = βᵅ x^(α−1) e^−βx / Γ(α) for x > 0; several columns are
/// independent given the component.
///
/// The M step solves ln α − ψ(α) = ln(Σγx/Σγ) − Σγ ln x/Σγ by Newton's method, then β = αΣγ/Σγx; for large
/// α from sums about the mean
/// (Johnson, Kotz & Balakrishnan 1994, section 17.7; Minka 2002 for where it begins).
public struct Gamma: UnivariateExponentialFamily {
  /// Shapes end here, where a component's numbers are alike to 10⁻¹².
  static let largestShape = 1e24
  /// Means are kept in this range, beyond which sums leave the doubles.
  private static let means = 1e-290...1e290

  /// Makes the family.
  public init() {}
  /// `gamma`.
  public var name: String { "gamma" }
  /// For help.
  public var summary: String {
    "positive, right-skewed numbers; parameters shape, rate"
  }
  /// `shape` α and `rate` β; the mean is α/β.
  public var parameters: [UnivariateParameter] {
    [
      UnivariateParameter("shape", in: .positive, neutral: 1),
      UnivariateParameter("rate", in: .positive, neutral: 1),
    ]
  }
  /// The exponential distribution is that of shape 1.
  public func parameters(
    like other: any FamilyDefinition, with parameters: [String: ParameterValue]
  ) -> [String: ParameterValue]? {
    guard other.name == "exponential", let rate = parameters["rate"] else { return nil }
    if case .scalar = rate { return ["shape": .scalar(1), "rate": rate] }
    return ["shape": .vector(rate.numbers.map { _ in 1 }), "rate": rate]
  }
  /// Numbers > 0.
  public var support: Support { .positive }
  /// x and ln x.
  public var featureCount: Int { 2 }

  /// x, ln x.
  public func writeFeature(
    _ i: Int, of values: Span<Double>, into lanes: inout MutableSpan<Double>
  ) {
    if i == 1 { return Lanes.log(values, into: &lanes) }
    for r in values.indices { lanes[r] = values[r] }
  }

  /// η = (−β, α − 1) and −A = α ln β − ln Γ(α).
  public func naturalForm(_ parameters: [Double]) -> (eta: [Double], constant: Double) {
    let (shape, rate) = (parameters[0], parameters[1])
    return (
      [-rate, shape - 1], shape * Elementary.log(rate) - Elementary.logGamma(shape)
    )
  }

  /// True.
  public var hasCenters: Bool { true }

  /// Whether terms of the natural form are beyond 10⁵: shapes of more, or fewer far from 1.
  public func needsCenter(_ parameters: [Double]) -> Bool {
    let (shape, rate) = (parameters[0], parameters[1])
    return shape > 100 && shape * max(1, abs(Elementary.log(shape / rate))) > 1e5
  }

  /// The density about the mean.
  public func centered(at parameters: [Double]) -> any CenteredDensity {
    CentredGamma(shape: parameters[0], rate: parameters[1])
  }

  /// The root of ln α − ψ(α) = s.
  public func estimate(sums: [Double], count: Double, previous: [Double])
    -> [Double]
  {
    let mean = sums[0] / count
    // Where numbers are so alike that their logarithms don't tell them apart, any large shape leads on: the
    // next sums are about the mean.
    return Self.estimate(
      mean: mean, spread: max(Elementary.log(mean) - sums[1] / count, 1e-16))
  }

  /// Shape and rate from the mean and s = ln E(x) − E(ln x); ln α − ψ(α) falls from ∞ to 0, and its root is
  /// found in ln α.
  static func estimate(mean: Double, spread s: Double) -> [Double] {
    let mean = min(max(mean, means.lowerBound), means.upperBound)
    let begin = (3 - s + ((s - 3) * (s - 3) + 24 * s).squareRoot()) / (12 * s)
    let logShape = SafeguardedNewton.root(
      in: Elementary.log(1e-8)...Elementary.log(largestShape), from: Elementary.log(begin)
    ) { t in
      let shape = Elementary.exp(t)
      let (value, slope) = SpecialFunctions.logMinusDigamma(shape)
      // Relative to s, which may be tiny.
      return (value / s - 1, shape * slope / s)
    }
    let shape = Elementary.exp(logShape)
    return [shape, shape / mean]
  }

  /// Numbers that are all alike, or beyond the doubles.
  public func problem(_ parameters: [Double], count: Double) -> String? {
    problem(parameters, leastVariance: 1e-24)
  }

  /// The same, where alike is what is small beside the relative deviation of all numbers.
  public func problem(_ parameters: [Double], count: Double, in scale: ColumnScale) -> String? {
    let relative = scale.deviation / scale.mean
    return problem(parameters, leastVariance: scale.leastVariance(relative: relative * relative))
  }

  private func problem(_ parameters: [Double], leastVariance: Double) -> String? {
    if parameters[0] * leastVariance > 0.99 { return "has collapsed: its numbers are all alike" }
    let mean = parameters[0] / parameters[1]
    let isSound = mean > 1.01 * Self.means.lowerBound && mean < 0.99 * Self.means.upperBound
    return isSound ? nil : "has numbers whose sums leave the doubles; rescale them"
  }

  /// A gamma number.
  public func sample(_ parameters: [Double], using random: inout CounterRandom) -> Double {
    max(random.gamma(shape: parameters[0]) / parameters[1], .leastNormalMagnitude)
  }

  /// P(α, βx), the incomplete gamma function.
  public func distribution(_ parameters: [Double]) -> CumulativeDistribution? {
    let (shape, rate) = (parameters[0], parameters[1])
    return CumulativeDistribution(on: 0...Double.infinity) { x in
      SpecialFunctions.regularizedGamma(shape, rate * x)
    }
  }

  /// α/β and α/β².
  public func moments(_ parameters: [Double]) -> (mean: Double, variance: Double)? {
    let mean = parameters[0] / parameters[1]
    return (mean, mean / parameters[1])
  }
}
