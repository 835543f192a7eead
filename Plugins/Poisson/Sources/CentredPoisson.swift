import Emulsion

/// Poisson's density about its mean: ln p(x) = ln(xˣ e⁻ˣ/x!) − D, where D = x ln(x/λ) − (x − λ) is at most a
/// few nats for likely counts, however large these are (Loader 2000).
struct CentredPoisson: CenteredDensity {
  let rate: Double

  /// x − λ.
  func writeFeatures(of values: Span<Double>, into features: inout LaneMatrix, row: Int) {
    var lanes = features[row: row]
    for i in values.indices { lanes[i] = values[i] - rate }
  }

  /// −D = x(ln(1 + t) − t) with t = (λ − x)/x.
  func addLogDensity(
    of values: Span<Double>, features: borrowing LaneMatrix, row: Int,
    to lanes: inout MutableSpan<Double>
  ) {
    // For a count of 0 the limit is −λ; so small a number comes to that.
    let least = 0x1p-60
    let differences = features.lanes(row, values.count)
    var ratios = LaneMatrix(rows: 1, lanes: values.count)
    var terms = LaneMatrix(rows: 1, lanes: values.count)
    var t = ratios[row: 0]
    for i in values.indices { t[i] = -differences[i] / max(values[i], least) }
    var logarithms = terms[row: 0]
    Lanes.log1pMinus(ratios.lanes(0, values.count), into: &logarithms)
    let logRate = Elementary.log(rate, atLeast: -700)
    let ts = ratios.lanes(0, values.count)
    for i in values.indices {
      let (count, t) = (max(values[i], least), ts[i])
      // Far above the mean, λ is lost in λ − x.
      let term = t < -0.5 ? logRate - Elementary.log(count) - t : logarithms[i]
      lanes[i] += count * term
    }
  }

  /// The weighted mean.
  func estimate(sums: [Double], count: Double) -> [Double] {
    [max(0, rate + sums[0] / count)]
  }

  /// Σγ(x ln λ′ − λ′), less its value at λ.
  func logLikelihood(sums: [Double], count: Double, at parameters: [Double]) -> Double {
    let (other, excess) = (parameters[0], sums[0])
    guard rate > 0 else { return -count * other }
    // (Nλ + S) ln(λ′/λ) − N(λ′ − λ) with λ′ = λ(1 + t).
    let t = (other - rate) / rate
    return count * rate * SpecialFunctions.log1pMinus(t) + excess * Elementary.log1p(t)
  }
}
