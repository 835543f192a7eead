import Emulsion

/// Waiting times: p(x) = λ e^−λx for x ≥ 0; several columns are independent given the component.
///
/// The M step is λ = Σγ / Σγx (Johnson, Kotz & Balakrishnan 1994, chapter 19).
public struct Exponential: UnivariateExponentialFamily {
  /// The largest rate: where all of a component's numbers are 0 no maximum exists.
  private static let largestRate = 1e300

  /// Makes the family.
  public init() {}
  /// `exponential`.
  public var name: String { "exponential" }
  /// For help.
  public var summary: String {
    "waiting times and other numbers from 0 without memory; parameter rate"
  }
  /// `rate`, one over the mean.
  public var parameters: [UnivariateParameter] {
    [UnivariateParameter("rate", in: .positive, neutral: 1)]
  }
  /// Numbers ≥ 0.
  public var support: Support { .nonNegative }

  /// η = −λ and −A = ln λ.
  public func naturalForm(_ parameters: [Double]) -> (eta: [Double], constant: Double) {
    ([-parameters[0]], Elementary.log(parameters[0], atLeast: -700))
  }

  /// One over the weighted mean.
  public func estimate(sums: [Double], count: Double, previous: [Double])
    -> [Double]
  { [min(Self.largestRate, count / sums[0])] }

  /// A component whose numbers are all 0.
  public func problem(_ parameters: [Double], count: Double) -> String? {
    parameters[0] < Self.largestRate ? nil : "has collapsed: all of its numbers are 0"
  }

  /// −ln(1 − u)/λ.
  public func sample(_ parameters: [Double], using random: inout CounterRandom) -> Double {
    -Elementary.log(1 - random.uniform(), atLeast: -700) / parameters[0]
  }

  /// 1 − e^−λx.
  public func distribution(_ parameters: [Double]) -> CumulativeDistribution? {
    let rate = parameters[0]
    return CumulativeDistribution(on: 0...Double.infinity) { x in
      TailProbabilities(lower: -Elementary.expm1(-rate * x), upper: Elementary.exp(-rate * x))
    }
  }

  /// 1/λ and 1/λ².
  public func moments(_ parameters: [Double]) -> (mean: Double, variance: Double)? {
    (1 / parameters[0], 1 / (parameters[0] * parameters[0]))
  }
}
