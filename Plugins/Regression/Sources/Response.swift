import Emulsion

/// What a response has beside its mean.
enum Dispersion: String {
  /// That of a Gaussian response, in the units of the data.
  case deviation = "standard_deviation"
  /// The shape of a gamma response: 1/shape is the squared coefficient of variation.
  case shape
  /// The size of a negative binomial response: the variance is μ + μ²/size.
  case size
}

/// How a response is distributed about its linear predictor η: with the canonical link, or the logarithm of
/// the mean.
protocol Response: Sendable {
  var name: String { get }
  /// The values that have a density.
  var support: Support { get }
  /// Whether it counts successes among trials.
  var hasTrials: Bool { get }
  /// What it has beside its mean, a number a component, which densities get as `deviation`.
  var dispersion: Dispersion? { get }
  /// What terms tell apart whose coefficients grow without end; empty where means have no border to grow to.
  var separated: String { get }
  /// η where the mean is that of all rows, to begin with.
  func neutralPredictor(mean: Double, trials: Double) -> Double
  /// η that a single response suggests.
  func predictor(of y: Double, trials n: Double) -> Double
  /// The mean of y given η.
  func mean(predictor eta: Double, trials n: Double) -> Double
  /// Adds ln p(y | η) to `lanes`.
  func addLogDensity(
    of y: Span<Double>, trials n: Span<Double>, predictor eta: Span<Double>, deviation: Double,
    to lanes: inout MutableSpan<Double>)
  /// Writes ∂ ln p/∂η and −∂² ln p/∂η², apart from a deviation or shape, times the weights of the rows.
  func writeDerivatives(
    of y: Span<Double>, trials n: Span<Double>, predictor eta: Span<Double>, deviation: Double,
    weights: Span<Double>, slope: inout MutableSpan<Double>, curvature: inout MutableSpan<Double>)
  /// Σ of what the estimate of the dispersion is made from, times the weights of the rows.
  func discrepancy(of y: Span<Double>, predictor eta: Span<Double>, weights: Span<Double>) -> Double
  /// ∂ ln p/∂ ln size and −∂² ln p/∂(ln size)², times the weights of the rows, summed; 0 without a size.
  func sizeDerivatives(
    of y: Span<Double>, predictor eta: Span<Double>, size: Double, weights: Span<Double>
  ) -> (slope: Double, curvature: Double)
}

extension Response {
  /// Whether it has a standard deviation.
  var hasDeviation: Bool { dispersion == .deviation }

  /// Nothing.
  var separated: String { "" }

  /// Squared differences.
  func discrepancy(of y: Span<Double>, predictor eta: Span<Double>, weights: Span<Double>) -> Double
  {
    var sum = 0.0
    for i in weights.indices where weights[i] > 0 {
      sum += weights[i] * (y[i] - eta[i]) * (y[i] - eta[i])
    }
    return sum
  }

  func sizeDerivatives(
    of y: Span<Double>, predictor eta: Span<Double>, size: Double, weights: Span<Double>
  ) -> (slope: Double, curvature: Double) { (0, 0) }
}

/// The responses by name.
let responses: [any Response] = [
  GaussianResponse(), PoissonResponse(), BinomialResponse(), GammaResponse(),
  NegativeBinomialResponse(),
]

/// y ~ N(η, σ²).
struct GaussianResponse: Response {
  var name: String { "gaussian" }
  var support: Support { .real }
  var hasTrials: Bool { false }
  var dispersion: Dispersion? { .deviation }

  func neutralPredictor(mean: Double, trials: Double) -> Double { mean }
  func predictor(of y: Double, trials n: Double) -> Double { y }

  func addLogDensity(
    of y: Span<Double>, trials n: Span<Double>, predictor eta: Span<Double>, deviation: Double,
    to lanes: inout MutableSpan<Double>
  ) {
    let constant = -0.918938533204672741780329736406 - Elementary.log(deviation)
    let factor = 1 / deviation
    for i in y.indices {
      let t = (y[i] - eta[i]) * factor
      lanes[i] += constant - 0.5 * t * t
    }
  }

  func writeDerivatives(
    of y: Span<Double>, trials n: Span<Double>, predictor eta: Span<Double>, deviation: Double,
    weights: Span<Double>, slope: inout MutableSpan<Double>, curvature: inout MutableSpan<Double>
  ) {
    for i in y.indices {
      slope[i] = weights[i] * (y[i] - eta[i])
      curvature[i] = weights[i]
    }
  }
}

/// y ~ Poisson(e^η).
struct PoissonResponse: Response {
  var name: String { "poisson" }
  var support: Support { .counts }
  var hasTrials: Bool { false }
  var dispersion: Dispersion? { nil }
  var separated: String { "rows of 0 from others" }

  func neutralPredictor(mean: Double, trials: Double) -> Double {
    Elementary.log(mean, atLeast: -30)
  }
  func predictor(of y: Double, trials n: Double) -> Double { Elementary.log(y + 0.5) }

  func addLogDensity(
    of y: Span<Double>, trials n: Span<Double>, predictor eta: Span<Double>, deviation: Double,
    to lanes: inout MutableSpan<Double>
  ) {
    // For large counts the terms would cancel; a row's density is the same in any company.
    func isLarge(_ i: Int) -> Bool { y[i] > 1e5 || eta[i] > 11 }
    var hasLarge = false
    for i in y.indices {
      guard isLarge(i) else {
        lanes[i] += y[i] * eta[i] - Elementary.exp(eta[i])
        continue
      }
      hasLarge = true
      lanes[i] +=
        SpecialFunctions.negativeDeviance(y[i], expected: Elementary.exp(eta[i]))
        + SpecialFunctions.saddlePoint(y[i])
    }
    guard hasLarge else { return Lanes.subtractLogFactorials(of: y, from: &lanes) }
    var scratch = LaneMatrix(rows: 1, lanes: y.count)
    var negative = scratch[row: 0]
    Lanes.subtractLogFactorials(of: y, from: &negative)
    for i in y.indices where !isLarge(i) { lanes[i] += negative[i] }
  }

  func writeDerivatives(
    of y: Span<Double>, trials n: Span<Double>, predictor eta: Span<Double>, deviation: Double,
    weights: Span<Double>, slope: inout MutableSpan<Double>, curvature: inout MutableSpan<Double>
  ) {
    for i in y.indices {
      let mean = Elementary.exp(eta[i])
      slope[i] = weights[i] * (y[i] - mean)
      curvature[i] = weights[i] * mean
    }
  }
}

/// y ~ Binomial(n, 1/(1 + e^−η)); logistic regression for n = 1.
struct BinomialResponse: Response {
  var name: String { "binomial" }
  var support: Support { .counts }
  var hasTrials: Bool { true }
  var dispersion: Dispersion? { nil }
  var separated: String { "successes from failures" }

  func neutralPredictor(mean: Double, trials: Double) -> Double {
    predictor(of: mean, trials: trials)
  }

  func predictor(of y: Double, trials n: Double) -> Double {
    Elementary.log((y + 0.5) / (max(n - y, 0) + 0.5))
  }

  func addLogDensity(
    of y: Span<Double>, trials n: Span<Double>, predictor eta: Span<Double>, deviation: Double,
    to lanes: inout MutableSpan<Double>
  ) {
    for i in y.indices {
      guard y[i] <= n[i] else {
        lanes[i] = -.infinity
        continue
      }
      guard n[i] <= 1e5 else {
        lanes[i] += Self.logDensity(ofLarge: n[i], y[i], eta[i])
        continue
      }
      // ln(1 + e^η) without overflow.
      let size = abs(eta[i])
      let softened = max(eta[i], 0) + Elementary.log1p(Elementary.exp(-size))
      lanes[i] += y[i] * eta[i] - n[i] * softened
      guard n[i] > 1 else { continue }
      lanes[i] +=
        Elementary.logGamma(n[i] + 1) - Elementary.logGamma(y[i] + 1)
        - Elementary.logGamma(n[i] - y[i] + 1)
    }
  }

  /// ln p where terms of the size of n would cancel: about np and n(1 − p) (Loader 2000).
  private static func logDensity(ofLarge n: Double, _ y: Double, _ eta: Double) -> Double {
    let (yes, no) = (n / (1 + Elementary.exp(-eta)), n / (1 + Elementary.exp(eta)))
    return SpecialFunctions.negativeDeviance(y, expected: yes)
      + SpecialFunctions.negativeDeviance(n - y, expected: no)
      + SpecialFunctions.saddlePoint(y) + SpecialFunctions.saddlePoint(n - y)
      - SpecialFunctions.saddlePoint(n)
  }

  func writeDerivatives(
    of y: Span<Double>, trials n: Span<Double>, predictor eta: Span<Double>, deviation: Double,
    weights: Span<Double>, slope: inout MutableSpan<Double>, curvature: inout MutableSpan<Double>
  ) {
    for i in y.indices {
      let probability = 1 / (1 + Elementary.exp(-eta[i]))
      slope[i] = weights[i] * (y[i] - n[i] * probability)
      curvature[i] = weights[i] * n[i] * probability * (1 - probability)
    }
  }
}
