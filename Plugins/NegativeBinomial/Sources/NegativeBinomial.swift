import Emulsion

/// Counts that vary more than Poisson's: p(x) = Γ(x + r)/(x! Γ(r)) (r/(r + μ))ʳ (μ/(r + μ))ˣ, with
/// mean μ, size r and variance μ + μ²/r; several columns are independent given the component.
///
/// The M step is exact: μ = Σγx/Σγ, and r is the root of Σγ[ψ(x + r) − ψ(r)] = Σγ ln(1 + μ/r), which
/// is unique where the variance exceeds the mean and ∞ elsewhere (Anscombe 1950; Levin & Reeds 1977).
/// The sums over rows are those of the histogram of counts.
public struct NegativeBinomial: UnivariateComponentwiseFamily {
  private static let sizes = 1e-8...1e10

  /// Makes the family.
  public init() {}
  /// `negative_binomial`.
  public var name: String { "negative_binomial" }
  /// `mean` μ, and `size` r, which is 10¹⁰ where a component varies no more than Poisson's.
  public var parameters: [UnivariateParameter] {
    [
      UnivariateParameter("mean", in: .nonNegative, neutral: 1),
      UnivariateParameter("size", in: .positive, neutral: 1),
    ]
  }
  /// Whole numbers ≥ 0.
  public var support: Support { .counts }

  /// ln p of the counts below 512, and the parameters for others.
  public struct Table: Sendable {
    let size: Double
    /// ln p(0).
    let logNone: Double
    /// ln μ/(r + μ).
    let logStep: Double
    let values: [Double]

    init(mean: Double, size: Double) {
      self.size = size
      logNone = -size * Elementary.log1p(mean / size)
      logStep = Elementary.log(mean / (size + mean), atLeast: -700)
      var values = [logNone]
      for x in 0..<511 {
        let step = (Double(x) + size) / (size + mean) * mean / Double(x + 1)
        values.append(values[x] + Elementary.log(step, atLeast: -700))
      }
      self.values = values
    }

    /// −ln x B(x, r) + r ln(r/(r + μ)) + x ln(μ/(r + μ)).
    func logDensity(ofLarge x: Double) -> Double {
      logNone + x * logStep - Elementary.log(x) - SpecialFunctions.logBeta(x, size)
    }
  }

  /// The table of a column.
  public func prepare(_ parameters: [Double]) -> Table {
    Table(mean: parameters[0], size: parameters[1])
  }

  /// No rows.
  public func emptyStatistics() -> CountHistogram { CountHistogram() }

  /// Looks ln p up.
  public func addLogDensity(
    of values: Span<Double>, under table: Table, to lanes: inout MutableSpan<Double>
  ) {
    let small = table.values.span
    for i in values.indices {
      let x = max(0, values[i])
      lanes[i] += x < Double(small.count) ? small[Int(x)] : table.logDensity(ofLarge: x)
    }
  }

  /// Adds every count to the histogram.
  public func accumulate(
    _ values: Span<Double>, weights: Span<Double>, under table: Table,
    into sums: inout CountHistogram
  ) {
    for i in values.indices where weights[i] > 0 {
      sums.add(max(0, values[i]), weight: weights[i])
    }
  }

  /// The mean, then the size in ln r.
  public func estimate(_ sums: CountHistogram, count: Double, previous: [Double]) -> [Double] {
    let entries = sums.entries
    let total = entries.reduce(0) { $0 + $1.weight }
    let mean = entries.reduce(0) { $0 + $1.weight * $1.count } / total
    let excess = entries.reduce(0) {
      $0 + $1.weight * (($1.count - mean) * ($1.count - mean) - mean)
    }
    guard excess > 1e-10 * mean * total else { return [mean, Self.sizes.upperBound] }
    let logSize = SafeguardedNewton.root(
      in: Elementary.log(Self.sizes.lowerBound)...Elementary.log(Self.sizes.upperBound),
      from: Elementary.log(mean * mean * total / excess)
    ) { t in
      let size = Elementary.exp(t)
      var value = -total * Elementary.log1p(mean / size)
      var slope = total * mean / (size * (size + mean))
      for entry in entries where entry.count > 0 {
        let (rise, fall) = Self.digammaRise(size, by: entry.count)
        value += entry.weight * rise
        slope += entry.weight * fall
      }
      return (size * value, size * (value + size * slope))
    }
    return [mean, Elementary.exp(logSize)]
  }

  /// Σγ[ln Γ(x + r) − ln Γ(r) − r ln(1 + μ/r) + x ln(μ/(r + μ))].
  public func logLikelihood(of sums: CountHistogram, at parameters: [Double]) -> Double? {
    let (mean, size) = (parameters[0], min(parameters[1], Self.sizes.upperBound))
    let none = -size * Elementary.log1p(mean / size)
    let step = Elementary.log(mean / (size + mean), atLeast: -700)
    return sums.entries.reduce(0) { sum, entry in
      let x = entry.count
      let rise = x > 0 ? SpecialFunctions.logGammaRatio(size, plus: x) : 0
      return sum + entry.weight * (rise + none + x * step)
    }
  }

  /// ψ(x + r) − ψ(r) and its derivative in r, without cancellation: as Σ 1/(r + j) over j < x for
  /// few terms, by the leading terms of the asymptotic series for large r.
  private static func digammaRise(_ r: Double, by x: Double) -> (Double, Double) {
    if r >= 1000 {
      let (product, sum) = (r * (r + x), 2 * r + x)
      let rise = Elementary.log1p(x / r) + x / product * (0.5 + sum / product / 12)
      return (rise, -x / product * (1 + 0.5 * sum / product))
    }
    guard x <= 32 else {
      return (
        SpecialFunctions.digamma(x + r) - SpecialFunctions.digamma(r),
        SpecialFunctions.trigamma(x + r) - SpecialFunctions.trigamma(r)
      )
    }
    var (rise, fall) = (0.0, 0.0)
    for j in 0..<Int(x) {
      let term = 1 / (r + Double(j))
      rise += term
      fall -= term * term
    }
    return (rise, fall)
  }

  /// Poisson with a gamma mean.
  public func sample(_ parameters: [Double], using random: inout CounterRandom) -> Double {
    random.poisson(mean: random.gamma(shape: parameters[1]) * (parameters[0] / parameters[1]))
  }

  /// I(r/(r + μ); r, ⌊x⌋ + 1), the incomplete beta function (Abramowitz & Stegun 1964, 26.5.26).
  public func distribution(_ parameters: [Double]) -> CumulativeDistribution? {
    let (mean, size) = (parameters[0], parameters[1])
    let whole = mean + size
    return CumulativeDistribution(on: 0...Double.infinity, isDiscrete: true) { x in
      SpecialFunctions.regularizedBeta(
        size, x.rounded(.down) + 1, size / whole, complement: mean / whole)
    }
  }

  /// μ and μ + μ²/r.
  public func moments(_ parameters: [Double]) -> (mean: Double, variance: Double)? {
    (parameters[0], parameters[0] * (1 + parameters[0] / parameters[1]))
  }
}
