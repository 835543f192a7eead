import Emulsion

/// Counts: p(x) = λˣ e^−λ / x!; several columns are independent given the component.
///
/// The M step is λ = Σγx / Σγ (Johnson, Kemp & Kotz 2005, section 4.7).
public struct Poisson: UnivariateExponentialFamily {
  /// Makes the family.
  public init() {}
  /// `poisson`.
  public var name: String { "poisson" }
  /// For help.
  public var summary: String {
    "counts; parameter rate"
  }
  /// `rate`, the mean; 0 where a component's counts are all 0.
  public var parameters: [UnivariateParameter] {
    [UnivariateParameter("rate", in: .nonNegative, neutral: 1)]
  }
  /// Whole numbers ≥ 0.
  public var support: Support { .counts }

  /// η = ln λ and −A = −λ; a rate of 0 is evaluated as e⁻⁷⁰⁰.
  public func naturalForm(_ parameters: [Double]) -> (eta: [Double], constant: Double) {
    ([Elementary.log(parameters[0], atLeast: -700)], -parameters[0])
  }

  /// −ln x! varies with x.
  public var hasBaseMeasure: Bool { true }

  /// Adds −ln x!.
  public func addLogBaseMeasure(of values: Span<Double>, to lanes: inout MutableSpan<Double>) {
    Lanes.subtractLogFactorials(of: values, from: &lanes)
  }

  /// True.
  public var hasCenters: Bool { true }

  /// Whether x ln λ and ln x! are beyond 10⁶, of which a double keeps ten decimals.
  public func needsCenter(_ parameters: [Double]) -> Bool { parameters[0] > 1e5 }

  /// The density about the mean.
  public func centered(at parameters: [Double]) -> any CenteredDensity {
    CentredPoisson(rate: parameters[0])
  }

  /// Adds ln(xˣ e⁻ˣ/x!).
  public func addCenteredBaseMeasure(of values: Span<Double>, to lanes: inout MutableSpan<Double>) {
    var scratch = LaneMatrix(rows: 1, lanes: values.count)
    var terms = scratch[row: 0]
    Lanes.saddlePoint(of: values, into: &terms)
    for i in values.indices { lanes[i] += terms[i] }
  }

  /// The weighted mean.
  public func estimate(sums: [Double], count: Double, previous: [Double])
    -> [Double]
  { [sums[0] / count] }

  /// Draws a count.
  public func sample(_ parameters: [Double], using random: inout CounterRandom) -> Double {
    random.poisson(mean: parameters[0])
  }

  /// Q(⌊x⌋ + 1, λ), the incomplete gamma function (Abramowitz & Stegun 1964, 26.4.21).
  public func distribution(_ parameters: [Double]) -> CumulativeDistribution? {
    let rate = parameters[0]
    return CumulativeDistribution(on: 0...Double.infinity, isDiscrete: true) { x in
      SpecialFunctions.regularizedGamma(x.rounded(.down) + 1, rate).reversed
    }
  }

  /// λ and λ.
  public func moments(_ parameters: [Double]) -> (mean: Double, variance: Double)? {
    (parameters[0], parameters[0])
  }
}
