import Emulsion

/// Counts that vary more than Poisson's: p(x) = Γ(x + r)/(x! Γ(r)) (r/(r + μ))ʳ (μ/(r + μ))ˣ, with
/// mean μ, size r and variance μ + μ²/r; several columns are independent given the component.
///
/// The M step is exact: μ = Σγx/Σγ, and r is the root of Σγ[ψ(x + r) − ψ(r)] = Σγ ln(1 + μ/r), which
/// is unique where the variance exceeds the mean and ∞ elsewhere (Anscombe 1950; Levin & Reeds 1977).
/// The sums over rows are those of the histogram of counts. Nothing cancels for large counts: densities are
/// evaluated about their mean (Loader 2000), and the equation for r row by row likewise.
public struct NegativeBinomial: UnivariateComponentwiseFamily {
  private static let leastSize = 1e-8

  static func largestSize(mean: Double) -> Double {
    NegativeBinomialDensity.largestSize(mean: mean)
  }

  /// Makes the family.
  public init() {}
  /// `negative_binomial`.
  public var name: String { "negative_binomial" }
  /// For help.
  public var summary: String {
    "counts that vary more than Poisson's; parameters mean, size"
  }
  /// `mean` μ, and `size` r, which is 10¹⁰·max(1, μ) where a component varies no more than Poisson's.
  public var parameters: [UnivariateParameter] {
    [
      UnivariateParameter("mean", in: .nonNegative, neutral: 1),
      UnivariateParameter("size", in: .positive, neutral: 1),
    ]
  }
  /// Poisson's distribution is the limit of large sizes.
  public func parameters(
    like other: any FamilyDefinition, with parameters: [String: ParameterValue]
  ) -> [String: ParameterValue]? {
    guard other.name == "poisson", let rate = parameters["rate"] else { return nil }
    let sizes = rate.numbers.map { Self.largestSize(mean: $0) }
    if case .scalar = rate { return ["mean": rate, "size": .scalar(sizes[0])] }
    return ["mean": rate, "size": .vector(sizes)]
  }
  /// Whole numbers ≥ 0.
  public var support: Support { .counts }

  /// ln p of the counts below 512, and the parameters for others.
  public struct Table: Sendable {
    let density: NegativeBinomialDensity
    let values: [Double]

    init(mean: Double, size: Double) {
      let density = NegativeBinomialDensity(mean: mean, size: size)
      var values = [density.logNone]
      for x in 0..<511 {
        values.append(values[x] + Elementary.log(density.ratio(after: Double(x)), atLeast: -700))
      }
      // Where ln p(0) is large, what is added to it would keep its rounding.
      if density.logNone < -1e3 {
        values = values.indices.map { density.logDensity(of: Double($0)) }
      }
      self.density = density
      self.values = values
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
      lanes[i] += x < Double(small.count) ? small[Int(x)] : table.density.logDensity(of: x)
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
    let largest = Self.largestSize(mean: mean)
    guard excess > 0 else { return [mean, largest] }
    let logSize = SafeguardedNewton.root(
      in: Elementary.log(Self.leastSize)...Elementary.log(largest),
      from: Elementary.log(mean * mean * total / excess)
    ) { t in
      let size = Elementary.exp(t)
      var (value, slope) = (0.0, 0.0)
      for entry in entries {
        let (rise, fall) = NegativeBinomialDensity.sizeSlope(entry.count, mean: mean, size: size)
        value += entry.weight * rise
        slope += entry.weight * fall
      }
      return (size * value, size * (value + size * slope))
    }
    // The end of the bracket is Poisson's, to the bit.
    return [mean, logSize < Elementary.log(largest) ? Elementary.exp(logSize) : largest]
  }

  /// Σγ ln p.
  public func logLikelihood(of sums: CountHistogram, at parameters: [Double]) -> Double? {
    let density = NegativeBinomialDensity(mean: parameters[0], size: parameters[1])
    return sums.entries.reduce(0) { $0 + $1.weight * density.logDensity(of: $1.count) }
  }

  /// Poisson with a gamma mean.
  public func sample(_ parameters: [Double], using random: inout CounterRandom) -> Double {
    random.poisson(mean: random.gamma(shape: parameters[1]) * (parameters[0] / parameters[1]))
  }

  /// I(r/(r + μ); r, ⌊x⌋ + 1), the incomplete beta function (Abramowitz & Stegun 1964, 26.5.26).
  public func distribution(_ parameters: [Double]) -> CumulativeDistribution? {
    let (mean, size) = (parameters[0], parameters[1])
    if size >= Self.largestSize(mean: mean) {
      return CumulativeDistribution(on: 0...Double.infinity, isDiscrete: true) { x in
        SpecialFunctions.regularizedGamma(x.rounded(.down) + 1, mean).reversed
      }
    }
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
