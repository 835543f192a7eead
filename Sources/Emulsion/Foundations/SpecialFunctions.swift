/// Special functions that estimators need.
public enum SpecialFunctions {
  /// ψ(x) = d ln Γ(x)/dx for x > 0: recurrence up to 10, then the asymptotic series (Abramowitz &
  /// Stegun 1964, 6.3.5 and 6.3.18); absolute error about 1e-15 times the largest term.
  public static func digamma(_ x: Double) -> Double {
    guard x > 0 else { return .nan }
    var (shift, argument) = (0.0, x)
    while argument < 10 {
      shift -= 1 / argument
      argument += 1
    }
    let t = 1 / (argument * argument)
    let series =
      t * (1 / 12 - t * (1 / 120 - t * (1 / 252 - t * (1 / 240 - t * (1 / 132 - t * 691 / 32760)))))
    return shift + naturalLog(argument) - 0.5 / argument - series
  }

  /// ψ′(x) for x > 0, likewise (6.4.6 and 6.4.12).
  public static func trigamma(_ x: Double) -> Double {
    guard x > 0 else { return .nan }
    var (shift, argument) = (0.0, x)
    while argument < 10 {
      shift += 1 / (argument * argument)
      argument += 1
    }
    let t = 1 / (argument * argument)
    let series =
      t * (1 / 6 - t * (1 / 30 - t * (1 / 42 - t * (1 / 30 - t * (5 / 66 - t * 691 / 2730)))))
    return shift + 1 / argument + t / 2 + series / argument
  }

  /// a(ln(b/a) − (b/a − 1)) for a, b ≥ 0, at most 0: what a count of `a` loses where `b` are expected (Loader
  /// 2000), with all digits also where both are large and nearly alike.
  public static func negativeDeviance(_ a: Double, expected b: Double) -> Double {
    guard a > 0, b < .infinity else { return -b }
    let t = (b - a) / a
    return t < -0.5
      ? a * (Elementary.log(b, atLeast: -700) - naturalLog(a)) + (a - b) : a * log1pMinus(t)
  }

  /// ln(xˣ e⁻ˣ/x!) for a whole number x ≥ 0: Poisson's log-density at its own mean.
  public static func saddlePoint(_ x: Double) -> Double {
    x > 0 ? -0.5 * (logTwoPi + naturalLog(x)) - stirlingError(x) : 0
  }

  /// ln x − ψ(x) and its derivative for x > 0, without the cancellation of large x (6.3.18 and 6.4.12).
  public static func logMinusDigamma(_ x: Double) -> (value: Double, slope: Double) {
    guard x >= 10 else { return (naturalLog(x) - digamma(x), 1 / x - trigamma(x)) }
    let r = 1 / x
    let t = r * r
    let value =
      t * (1 / 12 - t * (1 / 120 - t * (1 / 252 - t * (1 / 240 - t * (1 / 132 - t * 691 / 32760)))))
    let slope =
      t * (1 / 6 - t * (1 / 30 - t * (1 / 42 - t * (1 / 30 - t * (5 / 66 - t * 691 / 2730)))))
    return (0.5 * r + value, -0.5 * t - r * slope)
  }

  /// ln Γ(x + a) − ln Γ(x) for x, a > 0, without the cancellation of large x.
  ///
  /// Beyond 1e4 it is Stirling's difference, (x + a − ½) ln(1 + a/x) + a (ln x − 1) and the terms in
  /// 1/x.
  public static func logGammaRatio(_ x: Double, plus a: Double) -> Double {
    guard x > 1e4 else { return Elementary.logGamma(x + a) - Elementary.logGamma(x) }
    guard x.isFinite else { return x }
    let y = x + a
    return (y - 0.5) * Elementary.log1p(a / x) + a * (naturalLog(x) - 1)
      + (1 / (12 * y) - 1 / (12 * x)) - (1 / (360 * y * y * y) - 1 / (360 * x * x * x))
  }

  /// ln B(a, b) = ln Γ(a) + ln Γ(b) − ln Γ(a + b) for a, b > 0, without the cancellation of these
  /// where one or both are large (Didonato & Morris 1992, section 4).
  public static func logBeta(_ a: Double, _ b: Double) -> Double {
    let (p, q) = (min(a, b), max(a, b))
    guard q >= 10 else {
      return Elementary.logGamma(p) + (Elementary.logGamma(q) - Elementary.logGamma(p + q))
    }
    let tail = stirlingError(q) - stirlingError(p + q)
    let common = Elementary.log1p(p / q)
    guard p >= 10 else {
      return Elementary.logGamma(p) + tail + p - p * naturalLog(p + q) - (q - 0.5) * common
    }
    return 0.5 * (logTwoPi - naturalLog(q)) + stirlingError(p) + tail
      + (p - 0.5) * naturalLog(p / (p + q)) - q * common
  }

  /// δ(x) = ln Γ(x) − ((x − ½) ln x − x + ½ ln 2π) for x > 0: the series from 10 on (Abramowitz & Stegun
  /// 1964, 6.1.41), the difference itself below.
  public static func stirlingError(_ x: Double) -> Double {
    guard x >= 10 else {
      return Elementary.logGamma(x) - ((x - 0.5) * naturalLog(x) - x + 0.5 * logTwoPi)
    }
    let t = 1 / x / x
    return
      (1 / 12 - t * (1 / 360 - t * (1 / 1260 - t * (1 / 1680 - t * (1 / 1188 - t * 691 / 360360)))))
      / x
  }
}
