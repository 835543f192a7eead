/// What fits are compared by; smaller is better.
public protocol SelectionCriterion: Sendable {
  /// The name it is chosen by.
  var name: String { get }
  /// The criterion's value for a fit of the grid; +∞ where it has none.
  func value(of entry: Selection.Entry) -> Double
  /// Whether it asks how likely rows are under fits to the others.
  var needsHeldOutRows: Bool { get }
  /// Whether it compares fits with one component of the same kind.
  var needsOneComponent: Bool { get }
  /// How many decimals of it tables show.
  var decimals: Int { get }
}

extension SelectionCriterion {
  /// False.
  public var needsHeldOutRows: Bool { false }
  /// False.
  public var needsOneComponent: Bool { false }
  /// 2.
  public var decimals: Int { 2 }
}

/// −2ℓ + p ln n.
public struct BayesianInformation: SelectionCriterion {
  /// Makes the criterion.
  public init() {}
  /// `bic`.
  public var name: String { "bic" }
  /// The fit's BIC.
  public func value(of entry: Selection.Entry) -> Double { entry.bic }
}

/// −2ℓ + 2p.
public struct AkaikeInformation: SelectionCriterion {
  /// Makes the criterion.
  public init() {}
  /// `aic`.
  public var name: String { "aic" }
  /// The fit's AIC.
  public func value(of entry: Selection.Entry) -> Double { entry.aic }
}

/// BIC with a penalty for rows that belong to no component clearly.
public struct IntegratedCompletedLikelihood: SelectionCriterion {
  /// Makes the criterion.
  public init() {}
  /// `icl`.
  public var name: String { "icl" }
  /// The fit's ICL.
  public func value(of entry: Selection.Entry) -> Double { entry.icl }
}

/// −2 Σₙ wₙ ln p(xₙ | the fit to the parts of the data that n is not in): Smyth (2000).
public struct CrossValidatedLikelihood: SelectionCriterion {
  /// Makes the criterion.
  public init() {}
  /// `cv`.
  public var name: String { "cv" }
  /// The fit's cross-validated −2ℓ.
  public func value(of entry: Selection.Entry) -> Double {
    entry.crossValidation ?? .infinity
  }
  /// True.
  public var needsHeldOutRows: Bool { true }
}

extension SelectionCriterion where Self == BayesianInformation {
  /// The criteria by name.
  static var all: [any SelectionCriterion] {
    [
      BayesianInformation(), AkaikeInformation(), IntegratedCompletedLikelihood(),
      CrossValidatedLikelihood(), ConsistentAkaikeInformation(), AdjustedBayesianInformation(),
      ClassificationLikelihood(), NormalizedEntropy(),
    ]
  }
}
