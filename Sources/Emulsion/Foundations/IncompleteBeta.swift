extension SpecialFunctions {
  /// x^a y^b / B(a, b) for x + y = 1, without the cancellation of large a and b.
  private static func betaTerm(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
    guard min(a, b) >= 10 else {
      let (logX, logY) = (
        x < 0.5 ? naturalLog(x) : Elementary.log1p(-y),
        y < 0.5 ? naturalLog(y) : Elementary.log1p(-x)
      )
      return exponential(a * logX + b * logY - logBeta(a, b))
    }
    // By Stirling's formula; with u = (xn − a)/a and v = (yn − b)/b, au + bv = 0.
    let n = a + b
    let (u, v) = ((x * n - a) / a, (y * n - b) / b)
    return exponential(
      a * log1pMinus(max(u, -1)) + b * log1pMinus(max(v, -1)) + stirlingError(n) - stirlingError(a)
        - stirlingError(b)) * (a / n * b / (2 * Double.pi)).squareRoot()
  }

  /// I(x; a, b) and 1 − I(x; a, b), the regularised incomplete beta function, for a, b > 0 and
  /// 0 ≤ x ≤ 1: the beta distribution.
  ///
  /// The continued fraction (Abramowitz & Stegun 1964, 26.5.8) by Lentz's method, from the side where
  /// it converges; where a and b are both above 10⁴ the density is integrated over the smaller tail.
  /// Errors are a few hundred ulps of the smaller of the two, unless a or b is far below 1.
  ///
  /// - Parameter y: 1 − x, where that is known better.
  public static func regularizedBeta(_ a: Double, _ b: Double, _ x: Double, complement y: Double)
    -> TailProbabilities
  {
    guard a > 0, b > 0, x >= 0, y >= 0, a.isFinite, b.isFinite else {
      return TailProbabilities(lower: .nan, upper: .nan)
    }
    if x == 0 { return TailProbabilities(lower: 0, upper: 1) }
    if y == 0 { return TailProbabilities(lower: 1, upper: 0) }
    // As x ≤ (a + 1)/(a + b + 2), in numbers that bear x near 1.
    guard (a + 1) * y >= (b + 1) * x else {
      return regularizedBeta(b, a, y, complement: x).reversed
    }
    guard min(a, b) <= largestExpanded else { return integratedBeta(a, b, x, y) }
    var (c, d) = (1.0, 1 / nonZero(1 - (a + b) / (a + 1) * x))
    var fraction = d
    for i in 1..<1_000_000 {
      let m = Double(i)
      let even = m * (b - m) / (a - 1 + 2 * m) / (a + 2 * m) * x
      d = 1 / nonZero(1 + even * d)
      c = nonZero(1 + even / c)
      fraction *= c * d
      let odd = -(a + m) / (a + 2 * m) * ((a + b + m) / (a + 1 + 2 * m)) * x
      d = 1 / nonZero(1 + odd * d)
      c = nonZero(1 + odd / c)
      fraction *= c * d
      if abs(c * d - 1) < 3e-16 { break }
    }
    return TailProbabilities(lower: betaTerm(a, b, x, y) * fraction / a)
  }

  private static func integratedBeta(_ a: Double, _ b: Double, _ x: Double, _ y: Double)
    -> TailProbabilities
  {
    let n = a + b
    let unit = (a / n * (b / n) / (n + 1)).squareRoot()
    // x is below the mean, or beyond it by less than a standard deviation.
    let isBelow = a * y >= b * x
    let tail = TailQuadrature.integral(
      from: 0, deviations: abs(b * x - a * y) / n / unit, unit: unit, direction: isBelow ? -1 : 1
    ) { s in
      let (t, rest) = (x + s, y - s)
      return t > 0 && rest > 0 ? betaTerm(a, b, t, rest) / t / rest : 0
    }
    return isBelow ? TailProbabilities(lower: tail) : TailProbabilities(upper: tail)
  }
}
