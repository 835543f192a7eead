import Emulsion

extension StudentTFamily {
  /// The M step, with degrees of freedom by the log-density itself where the latent weights hold them back.
  ///
  /// Of nearly Gaussian components the weights say that they are as they are, so that EM walks to them in thousands of
  /// steps. Given means, scale matrices and responsibilities, degrees of freedom are taken instead to where
  /// Σ r ln t(x) is larger, by Newton steps in 1/ν that are taken back where it is not: the second step of ECME
  /// (Liu & Rubin 1995) but for the responsibilities, which are kept (Meng & van Dyk 1997). Each step is a pass
  /// over the data, and is made only where it promises to bring what EM would not.
  public func estimate(
    _ statistics: StudentTSums, counts: [Double], previous: [StudentTComponent],
    remeasured: (_ trial: [StudentTComponent]) throws -> StudentTSums
  ) throws -> [StudentTComponent] {
    let result = try estimate(statistics, counts: counts, previous: previous)
    guard !isFixed, previous.allSatisfy({ $0.degreesOfFreedom.isFinite }) else { return result }
    let known = profile(statistics, counts, previous)
    let isHeldBack = zip(known, zip(previous, result)).contains { profile, components in
      let (old, new) = (1 / components.0.degreesOfFreedom, 1 / components.1.degreesOfFreedom)
      return profile.gain > Self.worthAPass
        && abs(profile.target - old) > Self.heldBack * abs(new - old)
    }
    guard isHeldBack else { return result }
    var current = zip(result, previous).map {
      StudentTComponent(gaussian: $0.gaussian, degreesOfFreedom: $1.degreesOfFreedom)
    }
    var profiles = profile(try remeasured(current), counts, current)
    for _ in 0..<Self.mostSteps {
      guard profiles.contains(where: { $0.gain > Self.worthAPass }) else { break }
      let trial = zip(current, profiles).map {
        StudentTComponent(gaussian: $0.gaussian, degreesOfFreedom: 1 / $1.target)
      }
      let found = profile(try remeasured(trial), counts, trial)
      for k in current.indices {
        if found[k].height >= profiles[k].height {
          (current[k], profiles[k]) = (trial[k], found[k])
        } else {
          profiles[k].target = 0.5 * (profiles[k].target + 1 / current[k].degreesOfFreedom)
        }
      }
    }
    return current
  }

  /// Nats that a pass over the data must promise.
  private static let worthAPass = 1e-7
  /// How much farther than EM's a step must lead.
  private static let heldBack = 2.0
  private static let mostSteps = 3

  private var isFixed: Bool {
    if case .fixed = degreesOfFreedom { return true }
    return false
  }

  /// What sums say of the degrees of freedom of each component, or where they are shared of those of all.
  private func profile(
    _ statistics: StudentTSums, _ counts: [Double], _ components: [StudentTComponent]
  ) -> [DegreesProfile] {
    let own = components.indices.map { k in
      DegreesProfile(
        degrees: components[k].degreesOfFreedom, dimension: Double(dimension), count: counts[k],
        mass: statistics.masses[k], squares: statistics.squares[k],
        logTerms: statistics.logTerms[k])
    }
    guard case .shared = degreesOfFreedom, let first = own.first else {
      return own.map { $0.settled() }
    }
    let all = own.dropFirst().reduce(first) { $0.adding($1) }.settled()
    return own.map { _ in all }
  }
}

/// Σ r ln t(x) of a component as a function of τ = 1/ν, as far as sums under one ν tell: its height but for what does
/// not depend on ν, and where it leads.
struct DegreesProfile {
  private let degrees: Double
  /// Σ r ln t, nats.
  private(set) var height: Double
  private var slope: Double
  private var curvature: Double
  /// The τ of a Newton step, within the range of estimates.
  var target = 0.0
  /// What it promises, nats.
  private(set) var gain = 0.0

  /// - Parameters:
  ///   - degrees: ν.
  ///   - dimension: d.
  ///   - count: Σ r.
  ///   - mass: Σ r·u.
  ///   - squares: Σ r·u².
  ///   - logTerms: Σ r(E ln u − u).
  init(
    degrees: Double, dimension d: Double, count: Double, mass: Double, squares: Double,
    logTerms: Double
  ) {
    self.degrees = degrees
    let (half, whole) = (degrees / 2, (degrees + d) / 2)
    let logarithms = logTerms + mass + count * SpecialFunctions.logMinusDigamma(whole).value
    let normaliser =
      SpecialFunctions.logGammaRatio(half, plus: d / 2) - d / 2 * Elementary.log(half)
    // ln(1 + δ/ν) is ln((ν + d)/ν) − ln u.
    height =
      count * normaliser - whole * (count * Elementary.log1p(d / degrees) - logarithms)
    let (own, tail) = (
      SpecialFunctions.logMinusDigamma(half), SpecialFunctions.logMinusDigamma(whole)
    )
    let first = 0.5 * (count * (own.value + 1) + logTerms)
    let second =
      0.5
      * (0.5 * count * (own.slope - tail.slope) + (count - 2 * mass + squares) / (degrees + d))
    let squared = degrees * degrees
    slope = -squared * first
    curvature = squared * (squared * second + 2 * degrees * first)
  }

  /// The sum of two under the same ν.
  func adding(_ other: DegreesProfile) -> DegreesProfile {
    var sum = self
    sum.height += other.height
    sum.slope += other.slope
    sum.curvature += other.curvature
    return sum
  }

  /// With the Newton step worked out; where the curve does not bend down, a step to half or twice τ.
  func settled() -> DegreesProfile {
    var result = self
    let range = DegreesOfFreedomEquation.range
    let (least, most) = (1 / range.upperBound, 1 / range.lowerBound)
    let old = 1 / degrees
    guard slope.isFinite, curvature.isFinite, height.isFinite else {
      result.target = old
      return result
    }
    let far = slope > 0 ? 2 * old : 0.5 * old
    let newton = curvature < 0 ? old - slope / curvature : far
    // A parabola says little of what is more than a few times as large.
    result.target = min(max(newton, least), min(most, 4 * old))
    let step = result.target - old
    result.gain = max(0, slope * step + 0.5 * min(0, curvature) * step * step)
    return result
  }
}
