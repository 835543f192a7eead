import Emulsion

/// −2ℓ + 2p ln ln n (Hannan & Quinn 1979): between AIC and BIC. Smaller is better.
///
/// Put another value in its place; fits whose criterion is +∞ have none.
public struct Template: SelectionCriterion {
  /// Makes the criterion.
  public init() {}
  /// `template`.
  public var name: String { "template" }

  /// The value of a fit.
  public func value(of fit: FitFigures) -> Double {
    let penalty = 2 * Elementary.log(max(Elementary.log(fit.totalWeight), 1))
    return -2 * fit.logLikelihood + penalty * Double(fit.freeParameters)
  }
}
