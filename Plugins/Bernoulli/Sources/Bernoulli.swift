import Emulsion

/// Yes or no: p(x) = pˣ (1 − p)^(1−x) for x of 0 and 1; several columns are independent given the
/// component, which is latent class analysis (Lazarsfeld & Henry 1968).
///
/// The M step is p = Σγx / Σγ.
public struct Bernoulli: UnivariateExponentialFamily {
  /// Makes the family.
  public init() {}
  /// `bernoulli`.
  public var name: String { "bernoulli" }
  /// For help.
  public var summary: String {
    "columns of 0 and 1, or of two texts each; parameter probability"
  }
  /// `probability` of a 1; 0 and 1 where all of a component's rows agree.
  public var parameters: [UnivariateParameter] {
    [UnivariateParameter("probability", in: .unitInterval, neutral: 0.5)]
  }
  /// 0 and 1.
  public var support: Support { .binary }

  /// η = ln p − ln(1 − p) and −A = ln(1 − p); probabilities of 0 are evaluated as e⁻⁷⁰⁰.
  public func naturalForm(_ parameters: [Double]) -> (eta: [Double], constant: Double) {
    let yes = Elementary.log(parameters[0], atLeast: -700)
    let no = Elementary.log(1 - parameters[0], atLeast: -700)
    return ([yes - no], no)
  }

  /// The weighted share of ones.
  public func estimate(sums: [Double], count: Double, previous: [Double])
    -> [Double]
  { [min(1, sums[0] / count)] }

  /// 1 with probability p.
  public func sample(_ parameters: [Double], using random: inout CounterRandom) -> Double {
    random.uniform() < parameters[0] ? 1 : 0
  }

  /// 1 − p below 1.
  public func distribution(_ parameters: [Double]) -> CumulativeDistribution? {
    .steps([0, 1], probabilities: [1 - parameters[0], parameters[0]])
  }

  /// p and p(1 − p).
  public func moments(_ parameters: [Double]) -> (mean: Double, variance: Double)? {
    (parameters[0], parameters[0] * (1 - parameters[0]))
  }
}
