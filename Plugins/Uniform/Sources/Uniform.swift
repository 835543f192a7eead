import Emulsion

/// Numbers of an interval: p(x) = 1/(b − a) for a ≤ x ≤ b; several columns are independent given
/// the component, which makes boxes.
///
/// The M step is the smallest interval that holds every row with a responsibility above 0. All rows
/// of an interval keep one, so that EM moves the weights alone: intervals are those of the start.
public struct Uniform: UnivariateComponentwiseFamily {
  /// The log-density outside of the interval: low enough that any move that covers a row pays.
  private static let outside = -1e15

  /// Makes the family.
  public init() {}
  /// `uniform`.
  public var name: String { "uniform" }
  /// For help.
  public var summary: String {
    "numbers of an interval, together boxes; parameters minimum, maximum"
  }
  /// `minimum` and `maximum`.
  public var parameters: [UnivariateParameter] {
    [
      UnivariateParameter("minimum", in: .real, neutral: 0),
      UnivariateParameter("maximum", in: .real, neutral: 1),
    ]
  }
  /// All numbers.
  public var support: Support { .real }

  /// What lies within ends that are fixed.
  public func support(fixed: [Double?]) -> Support {
    guard fixed.contains(where: { $0 != nil }) else { return support }
    let (a, b) = (fixed[0] ?? -.infinity, fixed[1] ?? .infinity)
    let ends = [("from", fixed[0]), ("to", fixed[1])].compactMap { word, end in
      end.map { "\(word) \($0.formatted(significant: 6))" }
    }
    return Support("numbers \(ends.joined(separator: " ")), as fixed") { $0 >= a && $0 <= b }
  }

  /// The narrowest interval that doubles around these ends let be evaluated.
  private static func narrowest(_ a: Double, _ b: Double) -> Double {
    1e-14 * max(abs(a), abs(b), 1e-280)
  }

  /// The extent of a column.
  public struct Extremes: SufficientStatistics {
    var minimum = Double.infinity
    var maximum = -Double.infinity

    /// Covers both.
    public mutating func merge(_ other: Extremes) {
      minimum = min(minimum, other.minimum)
      maximum = max(maximum, other.maximum)
    }

    /// An extent has no weight.
    public mutating func scale(by factor: Double) {}
  }

  /// No rows.
  public func emptyStatistics() -> Extremes { Extremes() }

  /// −ln(b − a); outside −10¹⁵(1 + ln(1 + t)), t the distance in widths, so that a row outside of
  /// all intervals belongs to the nearest, which the next M step widens.
  public func addLogDensity(
    of values: Span<Double>, under parameters: [Double], to lanes: inout MutableSpan<Double>
  ) {
    let (a, b) = (parameters[0], parameters[1])
    let width = max(b - a, Self.narrowest(a, b))
    let inside = -Elementary.log(width)
    for i in values.indices {
      let distance = max(a - values[i], values[i] - b)
      lanes[i] +=
        distance <= 0
        ? inside : Self.outside * (1 + Elementary.log1p(min(distance / width, 1e300)))
    }
  }

  /// Covers every row of positive weight.
  public func accumulate(
    _ values: Span<Double>, weights: Span<Double>, under parameters: [Double],
    into sums: inout Extremes
  ) {
    for i in values.indices where weights[i] > 0 {
      sums.minimum = min(sums.minimum, values[i])
      sums.maximum = max(sums.maximum, values[i])
    }
  }

  /// The extent of the rows.
  public func estimate(_ sums: Extremes, count: Double, previous: [Double]) -> [Double] {
    sums.minimum <= sums.maximum ? [sums.minimum, sums.maximum] : previous
  }

  /// An interval of no width.
  public func problem(_ parameters: [Double], count: Double) -> String? {
    let (a, b) = (parameters[0], parameters[1])
    return b - a > Self.narrowest(a, b) ? nil : "has collapsed: its numbers are all alike"
  }

  /// a + (b − a)u.
  public func sample(_ parameters: [Double], using random: inout CounterRandom) -> Double {
    let u = random.uniform()
    return (1 - u) * parameters[0] + u * parameters[1]
  }

  /// (x − a)/(b − a).
  public func distribution(_ parameters: [Double]) -> CumulativeDistribution? {
    let (a, b) = (parameters[0], parameters[1])
    guard a <= b else { return nil }
    return CumulativeDistribution(on: a...b) { x in
      TailProbabilities(lower: (x - a) / (b - a), upper: (b - x) / (b - a))
    }
  }

  /// (a + b)/2 and (b − a)²/12.
  public func moments(_ parameters: [Double]) -> (mean: Double, variance: Double)? {
    let half = 0.5 * parameters[1] - 0.5 * parameters[0]
    return (parameters[0] + half, half * half / 3)
  }
}
