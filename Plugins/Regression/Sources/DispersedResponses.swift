import Emulsion

/// y ~ Gamma of mean e^η and a shape α: ln p = ½ ln(α/2π) − δ(α) − ln y − α d with d = y/μ − 1 − ln(y/μ), which loses
/// no digits for large α, δ being the error of Stirling's formula.
struct GammaResponse: Response {
  var name: String { "gamma" }
  var support: Support { .positive }
  var hasTrials: Bool { false }
  var dispersion: Dispersion? { .shape }

  func neutralPredictor(mean: Double, trials: Double) -> Double {
    Elementary.log(mean, atLeast: -700)
  }
  func predictor(of y: Double, trials n: Double) -> Double { Elementary.log(y) }

  func addLogDensity(
    of y: Span<Double>, trials n: Span<Double>, predictor eta: Span<Double>,
    deviation shape: Double,
    to lanes: inout MutableSpan<Double>
  ) {
    let constant =
      0.5 * Elementary.log(shape) - 0.918938533204672741780329736406
      - SpecialFunctions.stirlingError(shape)
    for i in y.indices {
      let logarithm = Elementary.log(y[i])
      lanes[i] += constant - logarithm - shape * Self.excess(logarithm - eta[i])
    }
  }

  /// y/μ − 1 − ln(y/μ), given the logarithm.
  private static func excess(_ logarithm: Double) -> Double {
    let t = Elementary.expm1(logarithm)
    return abs(t) < 0.5 ? -SpecialFunctions.log1pMinus(t) : t - logarithm
  }

  func writeDerivatives(
    of y: Span<Double>, trials n: Span<Double>, predictor eta: Span<Double>, deviation: Double,
    weights: Span<Double>, slope: inout MutableSpan<Double>, curvature: inout MutableSpan<Double>
  ) {
    for i in y.indices {
      let ratio = Elementary.exp(Elementary.log(y[i]) - eta[i])
      slope[i] = weights[i] * (ratio - 1)
      curvature[i] = weights[i] * ratio
    }
  }

  /// Σ d.
  func discrepancy(of y: Span<Double>, predictor eta: Span<Double>, weights: Span<Double>) -> Double
  {
    var sum = 0.0
    for i in weights.indices where weights[i] > 0 {
      sum += weights[i] * Self.excess(Elementary.log(y[i]) - eta[i])
    }
    return sum
  }

  func mean(predictor eta: Double, trials n: Double) -> Double { Elementary.exp(eta) }

  /// The shape for which ln α − ψ(α) is the mean d.
  static func shape(_ d: Double) -> Double {
    // Minka's approximation is where the search begins.
    let begin = (3 - d + ((d - 3) * (d - 3) + 24 * d).squareRoot()) / (12 * d)
    return Elementary.exp(
      SafeguardedNewton.root(
        in: Elementary.log(1e-8)...Elementary.log(1e16), from: Elementary.log(begin)
      ) { t in
        let shape = Elementary.exp(t)
        let (value, slope) = SpecialFunctions.logMinusDigamma(shape)
        return (value / d - 1, shape * slope / d)
      })
  }
}

/// y ~ negative binomial of mean e^η and a size r: the variance is μ + μ²/r.
struct NegativeBinomialResponse: Response {
  var name: String { "negative_binomial" }
  var support: Support { .counts }
  var hasTrials: Bool { false }
  var dispersion: Dispersion? { .size }
  var separated: String { "rows of 0 from others" }

  /// Sizes end here, where the variance of likely counts is the mean.
  static let largestSize = 1e10
  static let leastSize = 1e-8

  func neutralPredictor(mean: Double, trials: Double) -> Double {
    Elementary.log(mean, atLeast: -30)
  }
  func predictor(of y: Double, trials n: Double) -> Double { Elementary.log(y + 0.5) }

  func addLogDensity(
    of y: Span<Double>, trials n: Span<Double>, predictor eta: Span<Double>, deviation size: Double,
    to lanes: inout MutableSpan<Double>
  ) {
    let sizeError = SpecialFunctions.stirlingError(size)
    for i in y.indices {
      let density = NegativeBinomialDensity(
        mean: Elementary.exp(eta[i]), size: size, sizeError: sizeError)
      lanes[i] += density.logDensity(of: y[i])
    }
  }

  func writeDerivatives(
    of y: Span<Double>, trials n: Span<Double>, predictor eta: Span<Double>, deviation size: Double,
    weights: Span<Double>, slope: inout MutableSpan<Double>, curvature: inout MutableSpan<Double>
  ) {
    for i in y.indices {
      let mean = Elementary.exp(eta[i])
      let share = size / (size + mean)
      slope[i] = weights[i] * (y[i] - mean) * share
      curvature[i] = weights[i] * (y[i] + size) * share * (mean / (size + mean))
    }
  }

  func sizeDerivatives(
    of y: Span<Double>, predictor eta: Span<Double>, size: Double, weights: Span<Double>
  ) -> (slope: Double, curvature: Double) {
    var (slope, curvature) = (0.0, 0.0)
    for i in weights.indices where weights[i] > 0 {
      let (first, second) = NegativeBinomialDensity.sizeSlope(
        y[i], mean: Elementary.exp(eta[i]), size: size)
      slope += weights[i] * size * first
      curvature -= weights[i] * size * (first + size * second)
    }
    return (slope, curvature)
  }

  func mean(predictor eta: Double, trials n: Double) -> Double { Elementary.exp(eta) }
}
