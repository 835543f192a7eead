import Emulsion

/// Counts: p(x) = λˣ e^−λ / x!; several columns are independent given the component.
///
/// The M step is λ = Σγx / Σγ (Johnson, Kemp & Kotz 2005, section 4.7).
public struct Poisson: UnivariateExponentialFamily {
  /// Makes the family.
  public init() {}
  /// `poisson`.
  public var name: String { "poisson" }
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

  /// The weighted mean.
  public func estimate(sums: ArraySlice<Double>, count: Double, previous: ArraySlice<Double>)
    -> [Double]
  { [(sums.first ?? 0) / count] }

  /// Draws by inversion of sums of exponential waiting times, in parts of rate ≤ 500.
  public func sample(_ parameters: [Double], using random: inout CounterRandom) -> Double {
    var (remaining, count) = (parameters[0], 0.0)
    while remaining > 0 {
      let part = min(remaining, 500)
      remaining -= part
      let limit = Elementary.exp(-part)
      var product = 1 - random.uniform()
      while product > limit {
        count += 1
        product *= 1 - random.uniform()
      }
    }
    return count
  }

  /// λ and λ.
  public func moments(_ parameters: [Double]) -> (mean: Double, variance: Double)? {
    (parameters[0], parameters[0])
  }
}
