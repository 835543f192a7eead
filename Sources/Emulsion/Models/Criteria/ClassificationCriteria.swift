/// BIC − 2 Σ w ln γ(n, MAP): BIC with a penalty for rows that belong to no component clearly (Biernacki, Celeux
/// & Govaert 2000).
public struct IntegratedCompletedLikelihood: SelectionCriterion {
  /// Makes the criterion.
  public init() {}
  /// `icl`.
  public var name: String { "icl" }
  /// ICL.
  public func value(of fit: FitFigures) -> Double {
    BayesianInformation().value(of: fit) - 2 * fit.logMAP
  }
}

/// −2ℓ + 2E with E the entropy of the classification: twice what the classification likelihood lacks
/// (Biernacki & Govaert 1997).
public struct ClassificationLikelihood: SelectionCriterion {
  /// Makes the criterion.
  public init() {}
  /// `clc`.
  public var name: String { "clc" }
  /// CLC.
  public func value(of fit: FitFigures) -> Double { -2 * fit.logLikelihood + 2 * fit.entropy }
}

/// E/(ℓ − ℓ₁), the entropy of the classification against what is gained over one component of the same
/// family and structure (Celeux & Soromenho 1996); 1 for one component (Biernacki, Celeux & Govaert
/// 1999).
public struct NormalizedEntropy: SelectionCriterion {
  /// Makes the criterion.
  public init() {}
  /// `nec`.
  public var name: String { "nec" }
  /// NEC; +∞ where the fit gains nothing, or one component has no fit.
  public func value(of fit: FitFigures) -> Double {
    if fit.components == 1 { return 1 }
    guard let one = fit.oneComponentLogLikelihood, fit.logLikelihood > one else { return .infinity }
    return fit.entropy / (fit.logLikelihood - one)
  }
  /// True.
  public var needsOneComponent: Bool { true }
  /// 4: most are below 1.
  public var decimals: Int { 4 }
}
