/// The distribution function of a mixture of one number, and its inverse.
struct MixtureDistribution: Sendable {
  let parts: [CumulativeDistribution]
  /// They sum to 1.
  let weights: [Double]

  /// Whether it rises by steps somewhere.
  private var isStepped: Bool { parts.contains(where: \.isDiscrete) }

  /// Σ πₖ Fₖ(x), and the same of what lies above. O(K).
  func tails(at x: Double) -> TailProbabilities {
    var sum = TailProbabilities(lower: 0, upper: 0)
    for (part, weight) in zip(parts, weights) where weight > 0 {
      let own = part.tails(at: x)
      sum.lower += weight * own.lower
      sum.upper += weight * own.upper
    }
    return TailProbabilities(lower: min(1, sum.lower), upper: min(1, sum.upper))
  }

  /// The least double x with F(x) ≥ p; where p is 0 or 1, the end of the support.
  ///
  /// The inverse of the smaller tail. Chandrupatla's (1997) steps, and bisections over the doubles
  /// themselves where these don't shrink the bracket, so that neither scale nor steps nor gaps matter: some
  /// twenty evaluations, at most a few hundred.
  func quantile(_ p: Double) -> Double {
    let used = zip(parts, weights).filter { $0.1 > 0 }.map(\.0.support)
    let (least, greatest) = (
      used.map(\.lowerBound).min() ?? -.infinity, used.map(\.upperBound).max() ?? .infinity
    )
    if p <= 0 { return least }
    if p >= 1 { return greatest }
    // What F is rounded by must not make a step miss itself.
    let slack = isStepped ? 8 * Double.ulpOfOne : 0
    /// Rising with x, ≥ 0 where F(x) ≥ p.
    func excess(_ x: Double) -> Double {
      let tails = tails(at: x)
      return p <= 0.5 ? tails.lower - p * (1 - slack) : (1 - p) + slack - tails.upper
    }
    let (low, high) = (
      max(least, -Double.greatestFiniteMagnitude), min(greatest, Double.greatestFiniteMagnitude)
    )
    if excess(low) >= 0 { return low }
    var bracket = Bracket(low: low, high: high, excess(low), excess(high))
    return bracket.leastRoot(isStepped: isStepped, excess)
  }
}

/// Two doubles between which a rising function passes 0.
private struct Bracket {
  private var low: Double
  private var high: Double
  private var valueLow: Double
  private var valueHigh: Double

  init(low: Double, high: Double, _ valueLow: Double, _ valueHigh: Double) {
    (self.low, self.high, self.valueLow, self.valueHigh) = (low, high, valueLow, valueHigh)
  }

  /// The least double at which the function is ≥ 0; where it rises without steps, to a few ulps.
  mutating func leastRoot(isStepped: Bool, _ function: (Double) -> Double) -> Double {
    var share = 0.5
    var slowSteps = 0
    while low.nextUp < high {
      let wide = high - low
      if !isStepped && wide <= 2 * high.ulp { break }
      // Far apart, halves of the distance are no halves of the doubles between.
      let isNear = low.sign == high.sign && abs(high) <= 4 * abs(low) && abs(low) <= 4 * abs(high)
      var x = isNear && slowSteps < 4 ? low + share * wide : Self.middle(low, high)
      // Steps past a root that is close to an end bring in the other one.
      let least = high.ulp * Double(1 << (3 * slowSteps))
      x = min(max(x, low + least), high - least)
      x = min(max(x, low.nextUp), high.nextDown)
      let value = function(x)
      if value == 0 && !isStepped { return x }
      let dropped: (x: Double, value: Double)
      if value >= 0 {
        dropped = (high, valueHigh)
        (high, valueHigh) = (x, value)
      } else {
        dropped = (low, valueLow)
        (low, valueLow) = (x, value)
      }
      slowSteps = high - low > 0.5 * wide ? min(4, slowSteps + 1) : 0
      share = interpolated(dropped)
    }
    return high
  }

  /// Where the inverse parabola through the ends and the point that was dropped passes 0, as a share of the
  /// bracket; a half where Chandrupatla's test doesn't trust it.
  private func interpolated(_ dropped: (x: Double, value: Double)) -> Double {
    // a is the newer end, b the other.
    let isHigh = dropped.x > high
    let (a, fa) = isHigh ? (high, valueHigh) : (low, valueLow)
    let (b, fb) = isHigh ? (low, valueLow) : (high, valueHigh)
    let (c, fc) = dropped
    let (xi, phi) = ((a - b) / (c - b), (fa - fb) / (fc - fb))
    guard phi * phi < xi, (1 - phi) * (1 - phi) < 1 - xi else { return 0.5 }
    let linear = fa / (fb - fa) * (fc / (fb - fc))
    let t = linear + (c - a) / (b - a) * (fa / (fc - fa)) * (fb / (fc - fb))
    guard t > 0, t < 1 else { return 0.5 }
    return isHigh ? 1 - t : t
  }

  /// The double that has as many doubles between it and one end as between it and the other.
  private static func middle(_ a: Double, _ b: Double) -> Double {
    func place(_ x: Double) -> Int64 {
      let bits = Int64(bitPattern: x.bitPattern)
      return bits >= 0 ? bits : Int64.min &- bits
    }
    let (p, q) = (place(a), place(b))
    let middle = (p >> 1) + (q >> 1) + (p & q & 1)
    return Double(bitPattern: UInt64(bitPattern: middle >= 0 ? middle : Int64.min &- middle))
  }
}
