import Emulsion

/// Numbers with tails heavier than the Gaussian's: p(x) = e^(−|x − μ|/b)/(2b); several columns are
/// independent given the component.
///
/// The maximum is at the weighted median μ with b = Σγ|x − μ|/Σγ (Johnson, Kotz & Balakrishnan 1995,
/// section 24.4). No fixed number of sums tells the median, so the M step searches: from one look at
/// the data it knows Σγ|x − c| exactly for 323 candidates c around the last location, takes the
/// best, and looks again around that until it moves by less than b/1000. Since the last location is
/// one of them, no step goes down.
public struct Laplace: UnivariateComponentwiseFamily {
  /// Makes the family.
  public init() {}
  /// `laplace`.
  public var name: String { "laplace" }
  /// For help.
  public var summary: String {
    "numbers with a sharp peak and heavy tails; parameters location, scale"
  }
  /// `location` μ, the median, and `scale` b, the mean absolute deviation from it.
  public var parameters: [UnivariateParameter] {
    [
      UnivariateParameter("location", in: .real, neutral: 0),
      UnivariateParameter("scale", in: .positive, neutral: 1),
    ]
  }
  /// All numbers.
  public var support: Support { .real }

  /// The least scale that doubles around this location let be evaluated.
  private static func leastScale(_ location: Double) -> Double {
    1e-14 * max(abs(location), 1e-280)
  }

  /// No rows.
  public func emptyStatistics() -> LaplaceStatistics { LaplaceStatistics() }

  /// −|x − μ|/b − ln 2b.
  public func addLogDensity(
    of values: Span<Double>, under parameters: [Double], to lanes: inout MutableSpan<Double>
  ) {
    let (location, inverse) = (parameters[0], 1 / parameters[1])
    let constant = -Elementary.log(2 * parameters[1])
    for i in values.indices { lanes[i] += constant - abs(values[i] - location) * inverse }
  }

  /// Adds (x − μ)/b to its bin.
  public func accumulate(
    _ values: Span<Double>, weights: Span<Double>, under parameters: [Double],
    into sums: inout LaplaceStatistics
  ) {
    let (location, scale) = (parameters[0], parameters[1])
    for i in values.indices where weights[i] > 0 {
      let t = (values[i] - location) / scale
      sums.add(min(max(t, -1e290), 1e290), weight: weights[i])
    }
  }

  /// The best candidate, and the mean absolute deviation from it.
  public func estimate(_ sums: LaplaceStatistics, count: Double, previous: [Double]) -> [Double] {
    let (border, sum) = sums.best
    let location = previous[0] + border * previous[1]
    let scale = sum / count * previous[1]
    guard location.isFinite && scale.isFinite else { return previous }
    return [location, max(scale, Self.leastScale(location))]
  }

  /// Locations first, then scales about them.
  ///
  /// What is maximised over a tied μ, with Sₖ(μ) = Σγ|x − μ|, is −Σ Nₖ ln Sₖ(μ) where scales are free,
  /// −ln Σ Sₖ(μ) where they are tied, and −Σ Sₖ(μ)/b where they are fixed. Each Sₖ is known at its own
  /// candidates alone; since it is convex, the chord between two of them lies above it, and touches it at
  /// the last location, so that no step goes down.
  public func estimate(
    _ sums: [LaplaceStatistics], counts: [Double], previous: [[Double]], roles: [ParameterRole]
  ) -> [[Double]]? {
    let used = counts.indices.filter { counts[$0] > 0 }
    let curves = used.map {
      DeviationCurve(sums[$0], location: previous[$0][0], scale: previous[$0][1])
    }
    func loss(_ location: Double) -> Double {
      let deviations = curves.map { max($0.value(at: location), Self.leastScale(location)) }
      return switch roles[1] {
      case .free:
        zip(used, deviations).reduce(0) {
          $0 + counts[$1.0] * Elementary.log($1.1 / counts[$1.0])
        }
      case .tied, .fixed: deviations.reduce(0, +)
      }
    }
    var locations = previous.map { $0[0] }
    switch roles[0] {
    case .fixed(let value): locations = previous.map { _ in value }
    case .free:
      for (k, curve) in zip(used, curves) { locations[k] = curve.best }
    case .tied:
      let last = used.first.map { previous[$0][0] } ?? 0
      var (choice, least) = (last, loss(last))
      for location in curves.flatMap(\.locations) {
        let found = loss(location)
        if found < least - 1e-14 * abs(least) { (choice, least) = (location, found) }
      }
      locations = previous.map { _ in choice }
    }
    var scales = previous.map { $0[1] }
    let deviations = zip(used, curves).map { $1.value(at: locations[$0]) }
    switch roles[1] {
    case .fixed(let value): scales = scales.map { _ in value }
    case .tied:
      let shared = deviations.reduce(0, +) / counts.reduce(0, +)
      let least = locations.map(Self.leastScale).max() ?? 0
      scales = scales.map { _ in max(shared, least) }
    case .free:
      for (k, deviation) in zip(used, deviations) {
        scales[k] = max(deviation / counts[k], Self.leastScale(locations[k]))
      }
    }
    return zip(locations, scales).map { [$0, $1] }
  }

  /// Whether the location has moved by less than a thousandth of the scale.
  public func isSettled(_ parameters: [Double], measuredUnder previous: [Double]) -> Bool {
    abs(parameters[0] - previous[0]) <= 1e-3 * parameters[1]
  }

  /// A component whose numbers are all alike.
  public func problem(_ parameters: [Double], count: Double) -> String? {
    parameters[1] > 1.01 * Self.leastScale(parameters[0])
      ? nil : "has collapsed: its numbers are all alike"
  }

  /// μ ± b·ln u.
  public func sample(_ parameters: [Double], using random: inout CounterRandom) -> Double {
    let size = -parameters[1] * Elementary.log(1 - random.uniform())
    return parameters[0] + (random.uniform() < 0.5 ? -size : size)
  }

  /// ½e^((x − μ)/b) below μ, and as much above.
  public func distribution(_ parameters: [Double]) -> CumulativeDistribution? {
    let (location, scale) = (parameters[0], parameters[1])
    return CumulativeDistribution { x in
      let tail = 0.5 * Elementary.exp(-abs(x - location) / scale)
      return x < location ? TailProbabilities(lower: tail) : TailProbabilities(upper: tail)
    }
  }

  /// μ and 2b².
  public func moments(_ parameters: [Double]) -> (mean: Double, variance: Double)? {
    (parameters[0], 2 * parameters[1] * parameters[1])
  }
}
