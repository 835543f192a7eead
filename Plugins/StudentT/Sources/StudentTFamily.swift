import Emulsion

/// A Student-t component: mean and scale matrix of a Gaussian, and degrees of freedom ν.
public struct StudentTComponent: MixtureComponent {
  let gaussian: Gaussian
  /// ν; infinite for the neutral component, which is Gaussian.
  let degreesOfFreedom: Double
}

/// What the M step needs: the Gaussian's sums weighted by r·u, Σ r·u, Σ r(E ln u − u), where
/// E ln u = ln u + ψ((ν + d)/2) − ln((ν + d)/2), and what rows say of Σ r ln t(x) as a function of ν.
public struct StudentTSums: SufficientStatistics {
  var gaussian: FeatureSums
  /// Σ r·u of each component.
  var masses: [Double]
  /// Σ r(E ln u − u) of each component.
  var logTerms: [Double]
  /// Σ r ln t(x) of each component about its ν.
  var profiles: [DegreesProfile]

  /// Adds the sums of other rows.
  public mutating func merge(_ other: StudentTSums) {
    gaussian.merge(other.gaussian)
    for k in masses.indices {
      masses[k] += other.masses[k]
      logTerms[k] += other.logTerms[k]
      profiles[k].add(other.profiles[k])
    }
  }

  /// Multiplies every sum.
  public mutating func scale(by factor: Double) {
    gaussian.scale(by: factor)
    for k in masses.indices {
      masses[k] *= factor
      logTerms[k] *= factor
      profiles[k].scale(by: factor)
    }
  }
}

/// Student-t components as Gaussians whose rows have latent weights u = (ν + d)/(ν + δ), δ the squared
/// Mahalanobis distance: ln N becomes ln t, and responsibilities r become r·u.
public struct StudentTFamily: WholeFamily {
  let gaussian: GaussianFamily
  let degreesOfFreedom: StudentT.DegreesOfFreedom

  /// Where an estimated number of degrees of freedom begins.
  private static let firstEstimate = 10.0

  /// `student_t`.
  public var name: String { "student_t" }
  /// d.
  public var dimension: Int { gaussian.dimension }

  /// The Gaussian's, and what the degrees of freedom are.
  public var roles: [ParameterRole] {
    let own: ParameterRole =
      switch degreesOfFreedom {
      case .fixed(let value): .fixed(value)
      case .shared: .tied
      case .each: .free
      }
    if gaussian.roles.isEmpty && own == .free { return [] }
    return gaussian.roles.completed(to: dimension * (dimension + 1)) + [own]
  }

  /// The Gaussian's neutral components, without weights.
  public func neutralComponents(_ k: Int) throws -> [StudentTComponent] {
    gaussian.neutralComponents(k).map {
      StudentTComponent(gaussian: $0, degreesOfFreedom: .infinity)
    }
  }

  /// The Gaussian mixture, wrapped.
  public func prepare(_ components: [StudentTComponent]) throws
    -> any PreparedMixture<StudentTSums>
  { try StudentTMixture(self, components) }

  /// The Gaussian's: Σ r(E ln u − u) has none.
  public func reference(of components: [StudentTComponent]) -> SumReference {
    gaussian.reference(of: components.map(\.gaussian))
  }

  /// Means, scale matrices by the covariance model, and degrees of freedom where estimated.
  public func freeParameters(_ components: [StudentTComponent]) -> Int {
    let own =
      switch degreesOfFreedom {
      case .fixed: 0
      case .shared: 1
      case .each: components.count
      }
    return gaussian.freeParameters(components.map(\.gaussian)) + own
  }

  /// ECM (Liu & Rubin 1995): μ = Σruxₙ/Σru, the covariance model on Σru(x − μ)(x − μ)ᵀ with counts
  /// Σr, then ν from its likelihood equation.
  public func estimate(
    _ statistics: StudentTSums, counts: [Double], previous: [StudentTComponent]
  ) throws -> [StudentTComponent] {
    let gaussians = try gaussian.estimate(
      statistics.gaussian, masses: statistics.masses, counts: counts,
      previous: previous.map(\.gaussian))
    let degrees = estimateDegrees(statistics, counts, previous)
    return zip(gaussians, degrees).map {
      StudentTComponent(gaussian: $0, degreesOfFreedom: $1)
    }
  }

  private func estimateDegrees(
    _ statistics: StudentTSums, _ counts: [Double], _ previous: [StudentTComponent]
  ) -> [Double] {
    if case .fixed(let value) = degreesOfFreedom { return previous.map { _ in value } }
    // After the neutral component there are no weights to learn from.
    guard previous.allSatisfy({ $0.degreesOfFreedom.isFinite }) else {
      return previous.map { _ in Self.firstEstimate }
    }
    if case .shared = degreesOfFreedom {
      let mean = statistics.logTerms.reduce(0, +) / counts.reduce(0, +)
      return previous.map { _ in DegreesOfFreedomEquation(constant: 1 + mean).root }
    }
    return previous.indices.map { k in
      counts[k] > 0
        ? DegreesOfFreedomEquation(constant: 1 + statistics.logTerms[k] / counts[k]).root
        : previous[k].degreesOfFreedom
    }
  }

  /// What the Gaussian says of its scale matrices.
  public func diagnose(_ components: [StudentTComponent], counts: [Double]) -> [Diagnosis] {
    gaussian.diagnose(components.map(\.gaussian), counts: counts)
  }

  /// The same.
  public func notes(on components: [StudentTComponent]) -> [String] {
    gaussian.notes(on: components.map(\.gaussian))
  }
}

/// ln(ν/2) − ψ(ν/2) + c = 0, whose left side falls with ν.
struct DegreesOfFreedomEquation {
  /// c.
  let constant: Double

  /// Where estimates stop: at tails heavier than any data show, and at Gaussian ones, from which the
  /// log-likelihood differs by about d²/4ν nats a row.
  static let range = 0.01...1e5

  /// The root, by bisection of ln ν; the end of the range where there is none inside.
  var root: Double {
    let low = Elementary.log(Self.range.lowerBound)
    let high = Elementary.log(Self.range.upperBound)
    if value(low) <= 0 { return Self.range.lowerBound }
    if value(high) >= 0 { return Self.range.upperBound }
    return Elementary.exp(Bisection.root(from: low, to: high, ofFalling: value))
  }

  private func value(_ logarithm: Double) -> Double {
    let half = 0.5 * Elementary.exp(logarithm)
    return Elementary.log(half) - SpecialFunctions.digamma(half) + constant
  }
}
