/// What components share of covariances of the form Σₖ = ΛₖΛₖᵀ + Ψₖ, Λ of d × q loadings and Ψ diagonal: the
/// eight patterns of McNicholas & Murphy (2008).
///
/// Three letters name one, C for what is constrained and U for what is not: the loadings, the
/// uniquenesses (both: whether components share them), and whether a component's uniquenesses are
/// one number for all columns (C).
public struct FactorPattern: Sendable, Hashable {
  /// q.
  public let factors: Int
  /// Whether all components have the same loadings.
  public let sharesLoadings: Bool
  /// Whether all components have the same uniquenesses.
  public let sharesUniquenesses: Bool
  /// Whether the uniquenesses of all columns are the same.
  public let isIsotropic: Bool

  /// The pattern of three letters.
  ///
  /// - Throws: `invalid-option` for no factor, more than ``mostFactors``, and other letters.
  public init(factors: Int, letters: String = "UUU") throws {
    let are = Array(letters)
    guard are.count == 3, are.allSatisfy({ $0 == "C" || $0 == "U" }) else {
      throw EmulsionError(
        .invalidOption,
        "covariance: a pattern of factors is three letters of C and U, such as \"UCU\", not \(quoted(letters))"
      )
    }
    try requireOption(
      factors >= 1 && factors <= Self.mostFactors, "covariance",
      "a number of factors from 1 to \(Self.mostFactors)", factors)
    self.factors = factors
    (sharesLoadings, sharesUniquenesses, isIsotropic) = (
      are[0] == "C", are[1] == "C", are[2] == "C"
    )
  }

  /// The most factors that anyone has asked for, and more.
  public static let mostFactors = 10_000

  /// `UCU`.
  public var letters: String {
    [sharesLoadings, sharesUniquenesses, isIsotropic].map { $0 ? "C" : "U" }.joined()
  }

  /// Number of free parameters of K covariances of order d (McNicholas & Murphy 2008, table 1): loadings but for
  /// a rotation, and uniquenesses.
  public func freeParameters(components k: Int, dimension d: Int) -> Int {
    let loadings = d * factors - factors * (factors - 1) / 2
    return (sharesLoadings ? 1 : k) * loadings
      + (sharesUniquenesses ? 1 : k) * (isIsotropic ? 1 : d)
  }

  /// Whether another pattern is a special case of this one.
  public func includes(_ other: FactorPattern) -> Bool {
    other != self && other.factors <= factors && (other.sharesLoadings || !sharesLoadings)
      && (other.sharesUniquenesses || !sharesUniquenesses) && (other.isIsotropic || !isIsotropic)
  }

  /// Whether K covariances of order d tell the factors apart; see ``mostIdentified(components:dimension:)``.
  public func isIdentified(components k: Int, dimension d: Int) -> Bool {
    factors <= mostIdentified(components: k, dimension: d)
  }

  /// The most factors of the pattern that have no more parameters than the covariances: (d − q)² ≥ d + q for one
  /// component (Ledermann 1937), and for more whose uniquenesses are their own or which share all.
  ///
  /// Where uniquenesses alone are shared, all components tell them together; of one uniqueness for all columns
  /// every q < d is told.
  public func mostIdentified(components k: Int, dimension d: Int) -> Int {
    let parts = sharesUniquenesses && !sharesLoadings ? k : 1
    let uniquenesses = isIsotropic ? 1 : d
    return (0..<max(1, d)).last { q in
      parts * (d * q - q * (q - 1) / 2) + uniquenesses <= parts * d * (d + 1) / 2
    } ?? 0
  }
}

/// What a parameter of factor analysers is of their covariances.
public enum FactorPart: Sendable {
  /// Loadings, d × q, which turn: many give one covariance, so that nothing can be told of their numbers. Units are
  /// standard deviations of the columns.
  case loadings(FactorPattern, units: [Double])
  /// Uniquenesses, d, and the least that each may be.
  case uniquenesses(FactorPattern, floors: [Double])
}
