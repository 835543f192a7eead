/// ln p of counts under one mean μ and size r, about its maximum (Loader 2000): no term is larger than what
/// likely counts come to, however large these and r are.
public struct NegativeBinomialDensity: Sendable {
  /// μ.
  public let mean: Double
  /// r.
  public let size: Double
  /// ln p(0).
  public let logNone: Double
  /// Whether r is so large that p is Poisson's.
  private let isPoisson: Bool
  /// δ(r), of Stirling's formula.
  private let sizeError: Double

  /// Sizes end here, where variances exceed Poisson's by 10⁻¹⁰ of it; from there on p is Poisson's.
  public static func largestSize(mean: Double) -> Double { 1e10 * max(1, mean) }

  /// The density of counts of a mean and size.
  ///
  /// - Parameter sizeError: The ``SpecialFunctions/stirlingError(_:)`` of the size, where it is known.
  public init(mean: Double, size: Double, sizeError: Double? = nil) {
    self.mean = mean
    self.size = size
    isPoisson = size >= Self.largestSize(mean: mean)
    logNone = isPoisson ? -mean : -size * Elementary.log1p(mean / size)
    self.sizeError = sizeError ?? SpecialFunctions.stirlingError(size)
  }

  /// p(x + 1)/p(x).
  public func ratio(after x: Double) -> Double {
    isPoisson ? mean / (x + 1) : (x + size) / (size + mean) * mean / (x + 1)
  }

  /// With G(t) = ln(1 + t) − t: r·G((x − μ)/(r + μ)) + x·G(r(μ − x)/(x(r + μ))) + ½ ln(r/2πx(x + r)) and Stirling's
  /// errors δ(x + r) − δ(x) − δ(r); x·G((μ − x)/x) − ½ ln 2πx − δ(x) in Poisson's limit.
  public func logDensity(of x: Double) -> Double {
    guard x > 0 else { return logNone }
    if isPoisson || mean == 0 {
      return SpecialFunctions.negativeDeviance(x, expected: mean) + SpecialFunctions.saddlePoint(x)
    }
    let (whole, sum) = (size + mean, x + size)
    let share = size / whole
    let own = size * excess(sum, over: whole, (x - mean) / whole)
    let other = x * excess(mean * (sum / whole), over: x, share * (mean - x) / x)
    return own + other + (SpecialFunctions.stirlingError(sum) - sizeError)
      + 0.5 * Elementary.log(size / sum) + SpecialFunctions.saddlePoint(x)
  }

  /// ln(a/b) − t for t = a/b − 1.
  private func excess(_ a: Double, over b: Double, _ t: Double) -> Double {
    t < -0.5 ? Elementary.log(a) - Elementary.log(b) - t : SpecialFunctions.log1pMinus(t)
  }

  /// What a count adds to the slope in r of Σ ln p at μ the mean of the counts, and to its derivative:
  /// ln(1 + e) − e + ρ(r) − ρ(x + r) with e = (x − μ)/(r + μ) and ρ(r) = ln r − ψ(r); the terms −e of all counts
  /// sum to 0. All is of the size of (x − μ)²/r² and x/r².
  public static func sizeSlope(_ x: Double, mean: Double, size r: Double) -> (Double, Double) {
    let e = (x - mean) / (r + mean)
    let (rise, fall) = remainder(r, by: x)
    return (SpecialFunctions.log1pMinus(e) + rise, e * e / (x + r) + fall)
  }

  /// ρ(r) − ρ(x + r) and its derivative in r: Σ 1/(r + j) over j < x less ln(1 + x/r) for few terms, by the
  /// leading terms of the asymptotic series for large r.
  private static func remainder(_ r: Double, by x: Double) -> (Double, Double) {
    if r >= 1000 {
      let (a, b) = (1 / r, 1 / (r + x))
      let step = x * a * b
      let rise = step * (0.5 + (a + b) / 12)
      let fall = -step * (0.5 * (a + b) + (a * a + a * b + b * b) / 6)
      return (rise, fall)
    }
    guard x <= 32 else {
      let (low, high) = (
        SpecialFunctions.logMinusDigamma(r), SpecialFunctions.logMinusDigamma(x + r)
      )
      return (low.value - high.value, low.slope - high.slope)
    }
    var (rise, fall) = (-Elementary.log1p(x / r), x / (r * (r + x)))
    for j in 0..<Int(x) {
      let term = 1 / (r + Double(j))
      rise += term
      fall -= term * term
    }
    return (rise, fall)
  }
}
