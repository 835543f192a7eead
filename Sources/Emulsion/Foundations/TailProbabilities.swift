/// P(X ≤ x) and P(X > x), each with digits of its own: one is not 1 less the other where that would
/// lose them.
public struct TailProbabilities: Sendable, Hashable {
  /// P(X ≤ x).
  public var lower: Double
  /// P(X > x).
  public var upper: Double

  /// Makes them from both.
  public init(lower: Double, upper: Double) { (self.lower, self.upper) = (lower, upper) }

  /// Makes them from the first.
  public init(lower: Double) { self.init(lower: min(1, max(0, lower)), rest: ()) }

  /// Makes them from the second.
  public init(upper: Double) { self = TailProbabilities(lower: upper).reversed }

  private init(lower: Double, rest: Void) { self.init(lower: lower, upper: 1 - lower) }

  /// Those of −X.
  public var reversed: TailProbabilities { TailProbabilities(lower: upper, upper: lower) }

  /// Those of the standard Gaussian: ½ erfc(∓z/√2).
  public static func gaussian(_ z: Double) -> TailProbabilities {
    let t = z * 0.5.squareRoot()
    return TailProbabilities(
      lower: 0.5 * complementaryErrorFunction(-t), upper: 0.5 * complementaryErrorFunction(t))
  }
}

/// Integrals over a tail of a density that has one hump, by Gauss and Legendre's rule panel by panel.
enum TailQuadrature {
  /// Points and weights of 12 points on [−1, 1].
  private static let rule = legendreRule(12)

  /// ∫ density(start + direction·s) ds over s > 0.
  ///
  /// Panels are a half of the standard deviation wide, or, far out, as wide as the density falls by about e²;
  /// the sum ends where a panel adds nothing.
  ///
  /// - Parameters:
  ///   - deviations: How many standard deviations `start` is from the hump.
  ///   - unit: The standard deviation.
  ///   - direction: 1 or −1.
  static func integral(
    from start: Double, deviations: Double, unit: Double, direction: Double,
    _ density: (Double) -> Double
  ) -> Double {
    let width = unit / max(2, deviations / 2)
    var (sum, edge) = (0.0, 0.0)
    for _ in 0..<1000 {
      var panel = 0.0
      for (point, weight) in rule {
        panel += weight * density(start + direction * (edge + 0.5 * width * (1 + point)))
      }
      panel *= 0.5 * width
      sum += panel
      edge += width
      if !(panel > 1e-18 * sum) { break }
    }
    return sum
  }

  /// Roots of the Legendre polynomial of order n by Newton's method, and their weights (Abramowitz &
  /// Stegun 1964, 25.4.29).
  private static func legendreRule(_ n: Int) -> [(point: Double, weight: Double)] {
    (0..<n).map { i in
      var x = cosine(Double.pi * (Double(i) + 0.75) / (Double(n) + 0.5))
      var slope = 1.0
      for _ in 0..<20 {
        var (before, value) = (1.0, x)
        for k in 2...n {
          (before, value) = (
            value, (Double(2 * k - 1) * x * value - Double(k - 1) * before) / Double(k)
          )
        }
        slope = Double(n) * (x * value - before) / (x * x - 1)
        x -= value / slope
      }
      return (x, 2 / ((1 - x * x) * slope * slope))
    }
  }
}
