import Emulsion

/// Modified Bessel functions of the first kind, in the forms that don't leave the doubles.
enum ModifiedBessel {
  /// From this order on eight terms of Debye's expansion are exact to about 1e-15.
  private static let leastOrder = 64.0

  /// ln(I_ν(x)/x^ν) and I_{ν+1}(x)/(x I_ν(x)) for ν ≥ 0 and 0 ≤ x ≤ 1e10.
  ///
  /// Debye's uniform expansion at an order of at least 64 (Abramowitz & Stegun 1964, 9.7.7 and
  /// 9.7.9), from there the recurrence downwards, which is stable.
  static func evaluate(order: Double, at x: Double) -> (logScaled: Double, ratio: Double) {
    let steps = max(0, (leastOrder - order).rounded(.up))
    var j = order + steps
    var logScaled = debye(order: j, at: x)
    var ratio = x > j ? debyeRatio(order: j, at: x) : smallRatio(order: j, at: x)
    while j > order {
      j -= 1
      ratio = 1 / (2 * (j + 1) + x * x * ratio)
      logScaled -= Elementary.log(ratio)
    }
    return (logScaled, ratio)
  }

  /// √(ν² + x²) − ν ln(ν + √(ν² + x²)) − ½ ln 2π√(ν² + x²) + ln Σ uₖ(t)/νᵏ.
  private static func debye(order: Double, at x: Double) -> Double {
    let root = (order * order + x * x).squareRoot()
    return root - order * Elementary.log(order + root)
      - 0.5 * Elementary.log(2 * .pi * root)
      + Elementary.log(sum(\.u, order: order, t: order / root))
  }

  /// From I′/I = (√(ν² + x²)/x)·Σ vₖ(t)νᵏ⁻¹/Σ uₖ(t)νᵏ⁻¹ and I_{ν+1} = I′_ν − (ν/x)I_ν.
  private static func debyeRatio(order: Double, at x: Double) -> Double {
    let root = (order * order + x * x).squareRoot()
    let t = order / root
    let quotient = sum(\.v, order: order, t: t) / sum(\.u, order: order, t: t)
    return 1 / (order + root) + root / (x * x) * (quotient - 1)
  }

  /// The recurrence downwards from a bound of Amos's (1974), whose error shrinks by more than five
  /// a step where x ≤ ν.
  private static func smallRatio(order: Double, at x: Double) -> Double {
    var j = order + 40
    var ratio = 1 / (j + 0.5 + ((j + 1.5) * (j + 1.5) + x * x).squareRoot())
    while j > order {
      j -= 1
      ratio = 1 / (2 * (j + 1) + x * x * ratio)
    }
    return ratio
  }

  private static func sum(
    _ polynomials: KeyPath<Debye, [[Double]]>, order: Double, t: Double
  ) -> Double {
    Debye.standard[keyPath: polynomials].reversed().reduce(0) { sum, polynomial in
      sum / order + polynomial.reversed().reduce(0) { $0 * t + $1 }
    }
  }
}

/// The polynomials uₖ and vₖ of Debye's expansions, by their recurrences (Abramowitz & Stegun 1964,
/// 9.3.10 and 9.3.14); coefficients from the lowest power.
private struct Debye {
  private(set) var u: [[Double]] = [[1]]
  private(set) var v: [[Double]] = [[1]]

  static let standard = Debye(terms: 8)

  private init(terms: Int) {
    for k in 1..<terms {
      // u' = ½t²(1 − t²)u′ + ⅛∫(1 − 5s²)u ds; v' = u' + t(t² − 1)(½u + tu′).
      let before = u[k - 1]
      var next = [Double](repeating: 0, count: before.count + 3)
      var other = next
      for (power, c) in before.enumerated() {
        let n = Double(power)
        next[power + 1] += c * (0.5 * n + 0.125 / (n + 1))
        next[power + 3] -= c * (0.5 * n + 0.625 / (n + 3))
        other[power + 1] -= c * (0.5 + n)
        other[power + 3] += c * (0.5 + n)
      }
      u.append(next)
      v.append(zip(next, other).map(+))
    }
  }
}
