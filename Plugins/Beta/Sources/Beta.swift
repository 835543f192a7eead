import Emulsion

/// Shares: p(x) = x^(α−1) (1 − x)^(β−1) / B(α, β) for 0 < x < 1; several columns are independent
/// given the component.
///
/// The M step solves ψ(α) − ψ(α + β) = Σγ ln x/Σγ and ψ(β) − ψ(α + β) = Σγ ln(1 − x)/Σγ, whose
/// solution maximises a concave function, by Newton's method with steps halved where they go down
/// (Johnson, Kotz & Balakrishnan 1995, section 25.4).
public struct Beta: UnivariateExponentialFamily {
  /// The smaller of α and β ends here, where a component's shares are alike to 10⁻¹², …
  static let largestSmaller = 1e24
  /// … and the larger one at so many times the smaller one, if that is above 1, or itself.
  private static let largestRatio = 1e12

  /// Makes the family.
  public init() {}
  /// `beta`.
  public var name: String { "beta" }
  /// For help.
  public var summary: String {
    "shares between 0 and 1; parameters alpha, beta"
  }
  /// `alpha` and `beta`; the mean is α/(α + β).
  public var parameters: [UnivariateParameter] {
    [
      UnivariateParameter("alpha", in: .positive, neutral: 1),
      UnivariateParameter("beta", in: .positive, neutral: 1),
    ]
  }
  /// Numbers above 0 and below 1.
  public var support: Support { .openUnitInterval }
  /// ln x and ln(1 − x).
  public var featureCount: Int { 2 }

  /// ln x, ln(1 − x).
  public func writeFeature(
    _ i: Int, of values: Span<Double>, into lanes: inout MutableSpan<Double>
  ) {
    if i == 0 { return Lanes.log(values, into: &lanes) }
    var rest = LaneMatrix(rows: 1, lanes: values.count)
    var complement = rest[row: 0]
    for r in values.indices { complement[r] = -values[r] }
    // −x keeps the digits of small x, 1 − x those of x near 1.
    Lanes.log1pMinus(rest.lanes(0, values.count), into: &lanes)
    for r in values.indices { lanes[r] -= values[r] }
  }

  /// η = (α − 1, β − 1) and −A = −ln B(α, β).
  public func naturalForm(_ parameters: [Double]) -> (eta: [Double], constant: Double) {
    (
      [parameters[0] - 1, parameters[1] - 1],
      -SpecialFunctions.logBeta(parameters[0], parameters[1])
    )
  }

  /// Newton's method from a guess by the geometric means.
  public func estimate(sums: [Double], count: Double, previous: [Double])
    -> [Double]
  {
    let logs = sums.map { $0 / count }
    let (g, h) = (Elementary.exp(logs[0]), Elementary.exp(logs[1]))
    // 1 − G(x) − G(1 − x) is ≥ 0, and 0 for shares that are all alike; about 1/2(α + β) where these are large.
    let difference = g < h ? -Elementary.expm1(logs[1]) - g : -Elementary.expm1(logs[0]) - h
    let rest = 2 * max(difference, 1e-13 * min(g, h))
    var (a, b) = (0.5 + g / rest, 0.5 + h / rest)
    // The next sums are about the mean, and digamma functions would lose it.
    if min(a, b) > 1e8 && needsCenter([a, b]) { return [a, b] }
    func objective(_ a: Double, _ b: Double) -> Double {
      a > 0 && b > 0 ? a * logs[0] + b * logs[1] - SpecialFunctions.logBeta(a, b) : -.infinity
    }
    var value = objective(a, b)
    for _ in 0..<200 {
      let both = SpecialFunctions.trigamma(a + b)
      let (p, q) = (SpecialFunctions.trigamma(a) - both, SpecialFunctions.trigamma(b) - both)
      let sum = SpecialFunctions.digamma(a + b)
      let u = logs[0] - SpecialFunctions.digamma(a) + sum
      let v = logs[1] - SpecialFunctions.digamma(b) + sum
      let determinant = p * q - both * both
      guard determinant > 0 else { break }
      let (da, db) = ((q * u + both * v) / determinant, (both * u + p * v) / determinant)
      var step = 1.0
      var next = objective(a + da, b + db)
      while !(next >= value) && step > 1e-10 {
        step /= 2
        next = objective(a + step * da, b + step * db)
      }
      guard next >= value else { break }
      (a, b, value) = (a + step * da, b + step * db, next)
      if abs(step * da) <= 1e-14 * a && abs(step * db) <= 1e-14 * b { break }
    }
    let factor = min(
      1, Self.largestSmaller / min(a, b), Self.largestRatio * max(1, min(a, b)) / max(a, b))
    return [max(a * factor, 1e-10), max(b * factor, 1e-10)]
  }

  /// True.
  public var hasCenters: Bool { true }

  /// Whether terms of the natural form are beyond 10⁵.
  public func needsCenter(_ parameters: [Double]) -> Bool {
    let (a, b) = (parameters[0], parameters[1])
    guard min(a, b) > 100 else { return false }
    return a * Elementary.log1p(b / a) + b * Elementary.log1p(a / b) > 1e5
  }

  /// The density about the mean.
  public func centered(at parameters: [Double]) -> any CenteredDensity {
    CentredBeta(alpha: parameters[0], beta: parameters[1])
  }

  /// Shares that are all alike, or too close to 0 or 1.
  public func problem(_ parameters: [Double], count: Double) -> String? {
    problem(parameters, leastVariance: 1e-24)
  }

  /// The same, where alike is what is small beside the deviation of all shares relative to their distance
  /// from 0 and 1.
  public func problem(_ parameters: [Double], count: Double, in scale: ColumnScale) -> String? {
    let nearest = scale.deviation / min(scale.mean, 1 - scale.mean)
    return problem(parameters, leastVariance: scale.leastVariance(relative: nearest * nearest))
  }

  private func problem(_ parameters: [Double], leastVariance: Double) -> String? {
    let (a, b) = (parameters[0], parameters[1])
    if min(a, b) * leastVariance > 0.99 { return "has collapsed: its numbers are all alike" }
    return max(a, b) > 0.99 * Self.largestRatio * max(1, min(a, b))
      ? "lies too close to 0 or 1" : nil
  }

  /// X/(X + Y) of two gamma numbers.
  public func sample(_ parameters: [Double], using random: inout CounterRandom) -> Double {
    let (x, y) = (random.gamma(shape: parameters[0]), random.gamma(shape: parameters[1]))
    // Both may underflow to 0 for tiny shapes.
    let share = x + y > 0 ? x / (x + y) : random.uniform()
    return min(max(share, .leastNormalMagnitude), 1 - 0x1p-53)
  }

  /// I(x; α, β), the incomplete beta function.
  public func distribution(_ parameters: [Double]) -> CumulativeDistribution? {
    let (alpha, beta) = (parameters[0], parameters[1])
    return CumulativeDistribution(on: 0...1) { x in
      SpecialFunctions.regularizedBeta(alpha, beta, x, complement: 1 - x)
    }
  }

  /// α/(α + β) and αβ/((α + β)²(α + β + 1)).
  public func moments(_ parameters: [Double]) -> (mean: Double, variance: Double)? {
    let sum = parameters[0] + parameters[1]
    let mean = parameters[0] / sum
    return (mean, mean * (parameters[1] / sum) / (sum + 1))
  }
}
