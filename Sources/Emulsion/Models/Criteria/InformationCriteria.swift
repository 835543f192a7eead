/// −2ℓ + p ln n (Schwarz 1978).
public struct BayesianInformation: SelectionCriterion {
  /// Makes the criterion.
  public init() {}
  /// `bic`.
  public var name: String { "bic" }
  /// BIC.
  public func value(of fit: FitFigures) -> Double {
    -2 * fit.logLikelihood + Double(fit.freeParameters) * naturalLog(fit.totalWeight)
  }
}

/// −2ℓ + 2p (Akaike 1974).
public struct AkaikeInformation: SelectionCriterion {
  /// Makes the criterion.
  public init() {}
  /// `aic`.
  public var name: String { "aic" }
  /// AIC.
  public func value(of fit: FitFigures) -> Double {
    -2 * fit.logLikelihood + 2 * Double(fit.freeParameters)
  }
}

/// −2ℓ + p(ln n + 1): BIC with one more for every parameter (Bozdogan 1987).
public struct ConsistentAkaikeInformation: SelectionCriterion {
  /// Makes the criterion.
  public init() {}
  /// `caic`.
  public var name: String { "caic" }
  /// CAIC.
  public func value(of fit: FitFigures) -> Double {
    BayesianInformation().value(of: fit) + Double(fit.freeParameters)
  }
}

/// −2ℓ + p ln((n + 2)/24): BIC for the number of rows that Sclove (1987) adjusts it by.
public struct AdjustedBayesianInformation: SelectionCriterion {
  /// Makes the criterion.
  public init() {}
  /// `sabic`.
  public var name: String { "sabic" }
  /// The sample-size adjusted BIC.
  public func value(of fit: FitFigures) -> Double {
    -2 * fit.logLikelihood + Double(fit.freeParameters) * naturalLog((fit.totalWeight + 2) / 24)
  }
}

/// −2 Σₙ wₙ ln p(xₙ | the fit to the parts of the data that n is not in): Smyth (2000).
public struct CrossValidatedLikelihood: SelectionCriterion {
  /// Makes the criterion.
  public init() {}
  /// `cv`.
  public var name: String { "cv" }
  /// The cross-validated −2ℓ.
  public func value(of fit: FitFigures) -> Double {
    fit.heldOutLogLikelihood.map { -2 * $0 } ?? .infinity
  }
  /// True.
  public var needsHeldOutRows: Bool { true }
}
