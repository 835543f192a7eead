/// The distribution function of one number.
public struct CumulativeDistribution: Sendable {
  /// The ends of the support, infinite where it has none.
  public let support: ClosedRange<Double>
  /// Whether it rises by steps.
  public let isDiscrete: Bool
  private let within: @Sendable (Double) -> TailProbabilities

  /// Makes a distribution.
  ///
  /// - Parameters:
  ///   - support: Where it rises from 0 to 1.
  ///   - isDiscrete: Whether it rises by steps.
  ///   - tails: P(X ≤ x) and P(X > x) for x in the support.
  public init(
    on support: ClosedRange<Double> = -Double.infinity...Double.infinity, isDiscrete: Bool = false,
    tails: @escaping @Sendable (_ x: Double) -> TailProbabilities
  ) {
    (self.support, self.isDiscrete, within) = (support, isDiscrete, tails)
  }

  /// P(X ≤ x) and P(X > x) at any x; not numbers where x is none.
  public func tails(at x: Double) -> TailProbabilities {
    if x < support.lowerBound || x == -.infinity { return TailProbabilities(lower: 0, upper: 1) }
    if x >= support.upperBound { return TailProbabilities(lower: 1, upper: 0) }
    return x.isNaN ? TailProbabilities(lower: .nan, upper: .nan) : within(x)
  }

  /// Steps of the given probabilities at ascending levels.
  public static func steps(_ levels: [Double], probabilities: [Double]) -> CumulativeDistribution {
    guard let least = levels.first, let greatest = levels.last else {
      return CumulativeDistribution(isDiscrete: true) { _ in
        TailProbabilities(lower: .nan, upper: .nan)
      }
    }
    return CumulativeDistribution(on: least...greatest, isDiscrete: true) { x in
      let places = levels.indices
      return TailProbabilities(
        lower: places.reduce(0) { levels[$1] <= x ? $0 + probabilities[$1] : $0 },
        upper: places.reduce(0) { levels[$1] > x ? $0 + probabilities[$1] : $0 })
    }
  }
}

extension UniformRange {
  /// Its distribution.
  var distribution: CumulativeDistribution {
    switch self {
    case .interval(let a, let b):
      CumulativeDistribution(on: a...max(a, b)) {
        TailProbabilities(lower: ($0 - a) / (b - a), upper: (b - $0) / (b - a))
      }
    case .whole(let a, let b):
      CumulativeDistribution(on: a...max(a, b), isDiscrete: true) {
        let (below, count) = ($0.rounded(.down) - a + 1, b - a + 1)
        return TailProbabilities(lower: below / count, upper: (count - below) / count)
      }
    case .levels(let list):
      .steps(list, probabilities: list.map { _ in 1 / Double(list.count) })
    }
  }
}
