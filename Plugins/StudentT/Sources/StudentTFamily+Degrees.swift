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
    let known = steps(statistics, previous)
    let isHeldBack = zip(known, zip(previous, result)).contains { step, components in
      let (old, new) = (1 / components.0.degreesOfFreedom, 1 / components.1.degreesOfFreedom)
      return step.gain > Self.worthAPass
        && abs(step.target - old) > Self.heldBack * abs(new - old)
    }
    guard isHeldBack else { return result }
    var current = zip(result, previous).map {
      StudentTComponent(gaussian: $0.gaussian, degreesOfFreedom: $1.degreesOfFreedom)
    }
    var found = steps(try remeasured(current), current)
    for _ in 0..<Self.mostSteps {
      guard found.contains(where: { $0.gain > Self.worthAPass }) else { break }
      let trial = zip(current, found).map {
        StudentTComponent(gaussian: $0.gaussian, degreesOfFreedom: 1 / $1.target)
      }
      let next = steps(try remeasured(trial), trial)
      for k in current.indices {
        if next[k].height >= found[k].height {
          (current[k], found[k]) = (trial[k], next[k])
        } else {
          found[k].target = 0.5 * (found[k].target + 1 / current[k].degreesOfFreedom)
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

  /// Where sums lead the degrees of freedom of each component, or where they are shared those of all.
  private func steps(_ statistics: StudentTSums, _ components: [StudentTComponent])
    -> [DegreesStep]
  {
    let own = statistics.profiles
    guard case .shared = degreesOfFreedom, let first = components.first else {
      return zip(own, components).map { DegreesStep($0, from: $1.degreesOfFreedom) }
    }
    let all = own.reduce(into: DegreesProfile()) { $0.add($1) }
    return own.map { _ in DegreesStep(all, from: first.degreesOfFreedom) }
  }
}

/// Σ r ln t(x) of a component as a function of τ = 1/ν, as far as sums under one ν tell.
///
/// Rows with values in different columns are of different dimensions, and add up all the same.
struct DegreesProfile: Sendable, Codable {
  /// Σ r ln t, but for what does not depend on ν, nats.
  private(set) var height = 0.0
  /// Its first derivative in τ.
  private(set) var slope = 0.0
  /// Its second derivative in τ.
  private(set) var curvature = 0.0

  /// That of no rows.
  init() {}

  /// - Parameters:
  ///   - degrees: ν.
  ///   - dimension: The number of columns with values.
  ///   - count: Σ r.
  ///   - mass: Σ r·u.
  ///   - squares: Σ r·u².
  ///   - logTerms: Σ r(E ln u − u).
  init(
    degrees: Double, dimension d: Double, count: Double, mass: Double, squares: Double,
    logTerms: Double
  ) {
    guard degrees.isFinite else { return }
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

  /// Adds what other rows say under the same ν.
  mutating func add(_ other: DegreesProfile) {
    height += other.height
    slope += other.slope
    curvature += other.curvature
  }

  /// Multiplies all of it.
  mutating func scale(by factor: Double) {
    height *= factor
    slope *= factor
    curvature *= factor
  }
}

/// A Newton step in τ = 1/ν; where the curve does not bend down, one to half or twice τ.
struct DegreesStep {
  /// Σ r ln t at its beginning, but for what does not depend on ν, nats.
  let height: Double
  /// Where it leads, within the range of estimates.
  var target: Double
  /// What it promises, nats.
  private(set) var gain = 0.0

  init(_ profile: DegreesProfile, from degrees: Double) {
    let range = DegreesOfFreedomEquation.range
    let (least, most) = (1 / range.upperBound, 1 / range.lowerBound)
    let old = 1 / degrees
    (height, target) = (profile.height, old)
    let (slope, curvature) = (profile.slope, profile.curvature)
    guard slope.isFinite, curvature.isFinite, height.isFinite else { return }
    let far = slope > 0 ? 2 * old : 0.5 * old
    let newton = curvature < 0 ? old - slope / curvature : far
    // A parabola says little of what is more than a few times as large.
    target = min(max(newton, least), min(most, 4 * old))
    let step = target - old
    gain = max(0, slope * step + 0.5 * min(0, curvature) * step * step)
  }
}
