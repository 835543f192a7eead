// The code of the article "Adding a family"; a test compares the two.

// article: geometric
import Emulsion

/// Failures before the first success: p(x) = p(1 − p)ˣ.
struct Geometric: UnivariateExponentialFamily {
  var name: String { "geometric" }
  var parameters: [UnivariateParameter] {
    let domain = Support("numbers above 0 and up to 1") { $0 > 0 && $0 <= 1 }
    return [UnivariateParameter("probability", in: domain, neutral: 0.5)]
  }
  var support: Support { .counts }

  func naturalForm(_ parameters: [Double]) -> (eta: [Double], constant: Double) {
    let p = parameters[0]
    return ([Elementary.log(1 - p, atLeast: -700)], Elementary.log(p))
  }

  func estimate(sums: [Double], count: Double, previous: [Double]) -> [Double] {
    [count / (count + sums[0])]
  }

  func sample(_ parameters: [Double], using random: inout CounterRandom) -> Double {
    var failures = 0.0
    while random.uniform() >= parameters[0] { failures += 1 }
    return failures
  }

  func moments(_ parameters: [Double]) -> (mean: Double, variance: Double)? {
    let p = parameters[0]
    return ((1 - p) / p, (1 - p) / (p * p))
  }

  func distribution(_ parameters: [Double]) -> CumulativeDistribution? {
    // (1 − p)^(⌊x⌋ + 1) lies above x.
    let logarithm = Elementary.log1p(-parameters[0])
    return CumulativeDistribution(on: 0...Double.infinity, isDiscrete: true) { x in
      let exponent = (x.rounded(.down) + 1) * logarithm
      return TailProbabilities(lower: -Elementary.expm1(exponent), upper: Elementary.exp(exponent))
    }
  }
}
// article: end
