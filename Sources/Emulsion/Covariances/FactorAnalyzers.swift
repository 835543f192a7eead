/// Covariances of factor analysers, as a model by name: `factors:3`, or `factors:3:UCU` for another pattern than
/// UUU.
///
/// Families keep them as loadings and uniquenesses, by ``CovarianceModel/factorPattern``, so that no work grows
/// with d².
public struct FactorAnalyzers: CovarianceModel {
  /// What components share.
  public let pattern: FactorPattern

  /// Covariances of a pattern.
  public init(_ pattern: FactorPattern) { self.pattern = pattern }

  /// The model of such a name; `nil` where the name is of another kind.
  ///
  /// - Throws: `invalid-option` for a number of factors or letters that are none.
  public init?(named name: String) throws {
    let parts = name.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts[0] == Self.prefix, parts.count > 1 else { return nil }
    guard parts.count <= 3, let factors = Int(parts[1]) else {
      throw EmulsionError(
        .invalidOption,
        "covariance: factors are named as in \"factors:3\" or \"factors:3:UCU\", not \(quoted(name))"
      )
    }
    pattern = try FactorPattern(factors: factors, letters: parts.count == 3 ? parts[2] : "UUU")
  }

  /// How the names of all of them begin.
  public static let prefix = "factors"

  /// `factors:3`, or `factors:3:UCU`.
  public var name: String {
    let letters = pattern.letters
    return "\(Self.prefix):\(pattern.factors)" + (letters == "UUU" ? "" : ":\(letters)")
  }
  /// The pattern.
  public var factorPattern: FactorPattern? { pattern }
  /// All of them, where a matrix must be made.
  public var form: ScatterForm { .full }
  /// Unless uniquenesses of columns are the same.
  public var isColumnScaleEquivariant: Bool { !pattern.isIsotropic }
  /// Where both parts are shared.
  public var sharesCovariance: Bool { pattern.sharesLoadings && pattern.sharesUniquenesses }
  /// One more than there are factors.
  public var minimumColumns: Int { pattern.factors + 1 }

  /// Patterns of no more factors that share at least as much, and diagonal covariances, which have none.
  public func includes(_ other: any CovarianceModel) -> Bool {
    if let own = other.factorPattern { return pattern.includes(own) }
    guard let geometry = (other as? any GeometricCovariance)?.geometry,
      geometry.orientation == .identity
    else { return false }
    return (!pattern.sharesUniquenesses || other.sharesCovariance)
      && (!pattern.isIsotropic || geometry.shape == .identity)
  }

  /// None: matrices are no place for them.
  public func covariances(of scatters: [Scatter], counts: [Double], previous: [Scatter]) throws
    -> [Scatter]
  {
    throw EmulsionError(
      .invalidOption,
      "covariance: \(quoted(name)) is there for the family \"gaussian\" alone; use \"full\" or another structure"
    )
  }
  /// By the pattern.
  public func freeParameters(components: Int, dimension: Int) -> Int {
    pattern.freeParameters(components: components, dimension: dimension)
  }
  /// Two more than there are factors: fewer rows lie in a plane of these.
  public func rowsNeeded(dimension: Int) -> Int {
    sharesCovariance ? 1 : pattern.factors + 2
  }
  /// Where there are more factors than covariances can tell apart.
  public func notes(components: Int, columns: Int) -> [String] {
    guard !pattern.isIdentified(components: components, dimension: columns) else { return [] }
    let most = pattern.mostIdentified(components: components, dimension: columns)
    return [
      "\(columns) columns identify \(most == 0 ? "no factor" : "\(most.counted("factor")) at most"), not "
        + "\(pattern.factors) (Ledermann's bound): loadings and uniquenesses are not unique, and more parameters are "
        + "counted than the covariances have"
    ]
  }
}
