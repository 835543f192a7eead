import Emulsion

/// The beta density about its mean m = α/(α + β), with φ = α + β: with a = ln(x/m) and b = ln((1 − x)/(1 − m)),
/// features are l = a − b and s = ma + (1 − m)b ≤ 0, of the order of the deviation and of its square, and
/// ln p(x) = φs + ½ ln(αβ/2πφ) + δ(φ) − δ(α) − δ(β) − ln x(1 − x), δ the error of Stirling's formula.
struct CentredBeta: CenteredDensity {
  let alpha: Double
  let beta: Double
  let precision: Double
  /// m and 1 − m.
  let mean: Double
  let rest: Double

  init(alpha: Double, beta: Double) {
    (self.alpha, self.beta) = (alpha, beta)
    precision = alpha + beta
    (mean, rest) = (alpha / precision, beta / precision)
  }

  /// l and s, from u = x/m − 1 and v = (1 − x)/(1 − m) − 1, where mu + (1 − m)v = 0.
  func writeFeatures(of values: Span<Double>, into features: inout LaneMatrix, row: Int) {
    let rows = values.count
    var ratios = LaneMatrix(rows: 2, lanes: rows)
    var excesses = LaneMatrix(rows: 2, lanes: rows)
    var u = ratios[row: 0]
    // Near 1, 1 − x has the digits.
    for i in values.indices { u[i] = difference(values[i]) / mean }
    var v = ratios[row: 1]
    for i in values.indices { v[i] = -difference(values[i]) / rest }
    writeExcess(ratios.lanes(0, rows), of: values, complement: false, &excesses, row: 0)
    writeExcess(ratios.lanes(1, rows), of: values, complement: true, &excesses, row: 1)
    combine(ratios, excesses, into: &features, row: row, rows)
  }

  private func difference(_ x: Double) -> Double { mean <= 0.5 ? x - mean : rest - (1 - x) }

  /// ln(1 + t) − t; where 1 + t has lost the digits of x or 1 − x, by these.
  private func writeExcess(
    _ t: Span<Double>, of values: Span<Double>, complement: Bool, _ excesses: inout LaneMatrix,
    row: Int
  ) {
    var lanes = excesses[row: row]
    Lanes.log1pMinus(t, into: &lanes)
    let centre = Elementary.log(complement ? rest : mean)
    for i in t.indices where t[i] < -0.5 {
      let x = complement ? 1 - values[i] : values[i]
      lanes[i] = Elementary.log(x) - centre - t[i]
    }
  }

  private func combine(
    _ ratios: borrowing LaneMatrix, _ excesses: borrowing LaneMatrix,
    into features: inout LaneMatrix, row: Int, _ rows: Int
  ) {
    let (u, v) = (ratios.lanes(0, rows), ratios.lanes(1, rows))
    let (g, h) = (excesses.lanes(0, rows), excesses.lanes(1, rows))
    var logits = features[row: row]
    for i in u.indices { logits[i] = (u[i] + g[i]) - (v[i] + h[i]) }
    var deviances = features[row: row + 1]
    for i in u.indices { deviances[i] = mean * g[i] + rest * h[i] }
  }

  /// φs − ln x(1 − x), where a + b = 2s + (1 − 2m)l.
  func addLogDensity(
    of values: Span<Double>, features: borrowing LaneMatrix, row: Int,
    to lanes: inout MutableSpan<Double>
  ) {
    let (l, s) = (features.lanes(row, values.count), features.lanes(row + 1, values.count))
    let constant = peak(alpha, beta) - Elementary.log(mean) - Elementary.log(rest)
    let skew = rest - mean
    for i in values.indices { lanes[i] += (precision - 2) * s[i] - skew * l[i] + constant }
  }

  /// ½ ln(αβ/2πφ) + δ(φ) − δ(α) − δ(β).
  private func peak(_ a: Double, _ b: Double) -> Double {
    let (p, q) = (min(a, b), max(a, b))
    return 0.5 * (Elementary.log(p / (2 * .pi)) - Elementary.log1p(p / q))
      + SpecialFunctions.stirlingError(a + b) - SpecialFunctions.stirlingError(a)
      - SpecialFunctions.stirlingError(b)
  }

  /// The likelihood equations in the mean, m + d, and in φ, turn by turn: with ρ(t) = ln t − ψ(t),
  /// l + ρ(α) − ρ(β) = ln(1 + d/m) − ln(1 − d/(1 − m)), and the one of φ in ``precisionSlope(_:_:_:_:)``.
  func estimate(sums: [Double], count: Double) -> [Double] {
    let means = sums.map { $0 / count }
    let (l, s) = (means[0], min(means[1], -0.1 * min(mean, rest) / Beta.largestSmaller))
    guard Beta().needsCenter([alpha, beta]) else {
      // The natural form's, whose own two equations are solved together.
      let natural = [
        Elementary.log(mean) + s + rest * l, Elementary.log(rest) + s - mean * l,
      ]
      return Beta().estimate(
        sums: natural.map { $0 * count }, count: count, previous: [alpha, beta])
    }
    var (d, size) = (0.0, precision)
    for _ in 0..<100 {
      let (a, b) = (size * (mean + d), size * (rest - d))
      let before = (d, size)
      let tilt =
        l + SpecialFunctions.logMinusDigamma(a).value - SpecialFunctions.logMinusDigamma(b).value
      // Odds times e^tilt: d = m(1 − m)(e^tilt − 1)/(1 + m(e^tilt − 1)).
      let growth = Elementary.expm1(tilt)
      d = mean * rest * growth / (1 + mean * growth)
      size = bestPrecision(d, l, s, from: size)
      if abs(d - before.0) <= 1e-12 * (mean * rest / size).squareRoot()
        && abs(size - before.1) <= 1e-13 * size
      {
        break
      }
    }
    return [size * (mean + d), size * (rest - d)]
  }

  private func bestPrecision(_ d: Double, _ l: Double, _ s: Double, from start: Double) -> Double {
    let (p, q) = (mean + d, rest - d)
    // s + dl − the divergence of the new mean from the old one.
    let level =
      s + d * l + p * SpecialFunctions.log1pMinus(-d / p) + q * SpecialFunctions.log1pMinus(d / q)
    let most = Beta.largestSmaller / min(p, q)
    let logSize = SafeguardedNewton.root(
      in: 0...Elementary.log(most), from: Elementary.log(start)
    ) { t in precisionSlope(Elementary.exp(t), p, q, level) }
    return Elementary.exp(logSize)
  }

  /// level + pρ(pφ) + qρ(qφ) − ρ(φ), q = 1 − p, relative to the level, and its derivative in ln φ.
  private func precisionSlope(_ size: Double, _ p: Double, _ q: Double, _ level: Double)
    -> (Double, Double)
  {
    let (a, b, c) = (
      SpecialFunctions.logMinusDigamma(size * p), SpecialFunctions.logMinusDigamma(size * q),
      SpecialFunctions.logMinusDigamma(size)
    )
    let scale = max(abs(level), 1e-300)
    return (
      (level + (p * a.value + q * b.value - c.value)) / scale,
      size * (p * p * a.slope + q * q * b.slope - c.slope) / scale
    )
  }

  /// φ′(s + (m′ − m)l − KL) and the peak there, KL the divergence of m′ from m.
  func logLikelihood(sums: [Double], count: Double, at parameters: [Double]) -> Double {
    let (a, b) = (parameters[0], parameters[1])
    let other = a + b
    let (p, q) = (a / other, b / other)
    let d = mean <= 0.5 ? p - mean : rest - q
    let divergence =
      p * SpecialFunctions.log1pMinus(-d / p) + q * SpecialFunctions.log1pMinus(d / q)
    return other * (sums[1] + d * sums[0] + count * divergence) + count * peak(a, b)
  }
}
