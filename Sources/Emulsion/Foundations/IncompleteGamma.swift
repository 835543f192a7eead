extension SpecialFunctions {
  /// From here on, tails are integrated: series and continued fractions would need √a terms.
  static let largestExpanded = 1e4

  /// ln(1 + u) − u for u > −1 without the cancellation of small u (Loader 2000).
  public static func log1pMinus(_ u: Double) -> Double {
    guard abs(u) < 0.5 else { return Elementary.log1p(u) - u }
    let r = u / (2 + u)
    let square = r * r
    // 2 artanh r − u, where u = 2r/(1 − r): 2r(r²/3 + r⁴/5 + …) − ur.
    var (sum, power, order) = (0.0, square, 3.0)
    while true {
      let next = sum + power / order
      if next == sum { break }
      (sum, power, order) = (next, power * square, order + 2)
    }
    return 2 * r * sum - u * r
  }

  /// x^a e^−x / Γ(a + 1) for a ≥ 0, x > 0, to relative errors of a few hundred ulps, by the saddle point
  /// (Loader 2000).
  static func poissonTerm(_ a: Double, _ x: Double) -> Double {
    guard a >= 10 else { return exponential(a * naturalLog(x) - x - Elementary.logGamma(a + 1)) }
    // a ln(x/a) − (x − a) = a(ln(1 + u) − u) with u = (x − a)/a.
    return exponential(a * log1pMinus((x - a) / a) - stirlingError(a))
      / (2 * Double.pi * a).squareRoot()
  }

  /// P(a, x) and Q(a, x), the regularised incomplete gamma functions, for a > 0 and x ≥ 0: the gamma
  /// distribution of shape a.
  ///
  /// The series below a + 1 and Legendre's continued fraction above (Abramowitz & Stegun 1964, 6.5.29 and
  /// 6.5.31); for a above 10⁴ the density is integrated over the smaller tail. Errors are a few hundred
  /// ulps of the smaller of the two, unless a is far below 1.
  public static func regularizedGamma(_ a: Double, _ x: Double) -> TailProbabilities {
    guard a > 0, x >= 0, a.isFinite else { return TailProbabilities(lower: .nan, upper: .nan) }
    if x == 0 { return TailProbabilities(lower: 0, upper: 1) }
    if x == .infinity { return TailProbabilities(lower: 1, upper: 0) }
    guard a <= largestExpanded else { return integratedGamma(a, x) }
    let term = poissonTerm(a, x)
    if x < a + 1 {
      var (sum, next, n) = (1.0, 1.0, a)
      while next > sum * 1e-17 {
        n += 1
        next *= x / n
        sum += next
      }
      return TailProbabilities(lower: term * sum)
    }
    // Lentz's method; the first term is x + 1 − a.
    var b = x + 1 - a
    var (c, d) = (1e300, 1 / b)
    var fraction = d
    for i in 1..<100_000 {
      let numerator = Double(i) * (a - Double(i))
      b += 2
      d = 1 / nonZero(numerator * d + b)
      c = nonZero(b + numerator / c)
      fraction *= c * d
      if abs(c * d - 1) < 2e-16 { break }
    }
    return TailProbabilities(upper: term * a * fraction)
  }

  private static func integratedGamma(_ a: Double, _ x: Double) -> TailProbabilities {
    let unit = a.squareRoot()
    let direction: Double = x < a ? -1 : 1
    let tail = TailQuadrature.integral(
      from: x, deviations: abs(x - a) / unit, unit: unit, direction: direction
    ) { t in t > 0 ? poissonTerm(a, t) * (a / t) : 0 }
    return direction < 0 ? TailProbabilities(lower: tail) : TailProbabilities(upper: tail)
  }

  /// Keeps Lentz's method from dividing by 0.
  static func nonZero(_ x: Double) -> Double { abs(x) < 1e-300 ? 1e-300 : x }
}
