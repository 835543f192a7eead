import Emulsion

/// The gamma density about its mean m = α/β: with u = x/m − 1 and g = ln(1 + u) − u,
/// ln p(x) = (α − 1)g − u − ln m + ½ ln(α/2π) − δ(α), δ the error of Stirling's formula, so that no term
/// is larger than what numbers that are likely come to.
struct CentredGamma: CenteredDensity {
  let shape: Double
  let rate: Double
  let mean: Double
  /// How much larger than this α/β is, relatively: its rounding, which numbers alike to 10⁻¹⁰ feel.
  private let rounding: Double

  init(shape: Double, rate: Double) {
    (self.shape, self.rate) = (shape, rate)
    mean = shape / rate
    rounding = shape.addingProduct(-mean, rate) / shape
  }

  /// u and g.
  func writeFeatures(of values: Span<Double>, into features: inout LaneMatrix, row: Int) {
    var scratch = LaneMatrix(rows: 1, lanes: values.count)
    var differences = scratch[row: 0]
    for i in values.indices { differences[i] = (values[i] - mean) / mean - rounding }
    let u = scratch.lanes(0, values.count)
    var lanes = features[row: row]
    for i in u.indices { lanes[i] = u[i] }
    var logarithms = features[row: row + 1]
    Lanes.log1pMinus(u, into: &logarithms)
    let logMean = Elementary.log(mean)
    for i in u.indices where u[i] < -0.5 {
      // Near 0, x is lost in x − m.
      logarithms[i] = Elementary.log(values[i]) - logMean - u[i]
    }
  }

  func addLogDensity(
    of values: Span<Double>, features: borrowing LaneMatrix, row: Int,
    to lanes: inout MutableSpan<Double>
  ) {
    let (u, g) = (features.lanes(row, values.count), features.lanes(row + 1, values.count))
    let constant =
      0.5 * Elementary.log(shape / (2 * .pi)) - SpecialFunctions.stirlingError(shape)
      - Elementary.log(mean)
    for i in values.indices { lanes[i] += (shape - 1) * g[i] - u[i] + constant }
  }

  /// The mean is m(1 + E u), and ln E(x) − E(ln x) = ln(1 + E u) − E u − E g.
  func estimate(sums: [Double], count: Double) -> [Double] {
    let means = sums.map { $0 / count }
    return Gamma.estimate(
      mean: mean + mean * (means[0] + rounding),
      spread: max(SpecialFunctions.log1pMinus(means[0]) - means[1], 0.1 / Gamma.largestShape))
  }

  /// α′(g + ln(1 + e) − e − eu) + ½ ln α′ − δ(α′) with e = m/m′ − 1.
  func logLikelihood(sums: [Double], count: Double, at parameters: [Double]) -> Double {
    let other = parameters[0]
    let otherMean = other / parameters[1]
    let e = (mean - otherMean) / otherMean
    let differences = sums[1] + count * SpecialFunctions.log1pMinus(e) - e * sums[0]
    return other * differences
      + count * (0.5 * Elementary.log(other) - SpecialFunctions.stirlingError(other))
  }
}
