/// What fits are compared by; smaller is better.
public protocol SelectionCriterion: Sendable {
  /// The name it is chosen by.
  var name: String { get }
  /// The criterion's value for a fitted model.
  func value(of model: Model) -> Double
}

/// −2ℓ + p ln n.
public struct BayesianInformation: SelectionCriterion {
  /// Makes the criterion.
  public init() {}
  /// `bic`.
  public var name: String { "bic" }
  /// The model's BIC.
  public func value(of model: Model) -> Double { model.bic }
}

/// −2ℓ + 2p.
public struct AkaikeInformation: SelectionCriterion {
  /// Makes the criterion.
  public init() {}
  /// `aic`.
  public var name: String { "aic" }
  /// The model's AIC.
  public func value(of model: Model) -> Double { model.aic }
}

/// BIC with a penalty for rows that belong to no component clearly.
public struct IntegratedCompletedLikelihood: SelectionCriterion {
  /// Makes the criterion.
  public init() {}
  /// `icl`.
  public var name: String { "icl" }
  /// The model's ICL.
  public func value(of model: Model) -> Double { model.icl }
}

extension SelectionCriterion where Self == BayesianInformation {
  /// The criteria by name.
  static var all: [any SelectionCriterion] {
    [BayesianInformation(), AkaikeInformation(), IntegratedCompletedLikelihood()]
  }
}
