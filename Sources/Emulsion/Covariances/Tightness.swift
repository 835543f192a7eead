/// How tight a component is beside the others, and whether its rows are enough to believe it.
///
/// A likelihood grows without bound as a component closes in on a few rows that happen to lie near
/// a point, a line or a hyperplane; the local maxima on that way are spurious (McLachlan & Peel
/// 2000, section 3.10). Let ε be the smallest eigenvalue of W⁻¹Σₖ with W = Σⱼ πⱼΣⱼ. It is the same
/// in all units and after any linear map of the columns, as is Hathaway's (1985) constraint on
/// Σⱼ⁻¹Σₖ, to which García-Escudero et al. (2018) compare others. A fixed bound on ε would forbid narrow
/// clusters of many rows, and allow a line through three. So the bound falls with the rows:
///
/// ```
/// spurious   where   ε < e^−(Nₖ − m),
/// ```
///
/// m the rows that any ellipsoid of the structure passes through without error, d of a full
/// covariance and 1 of a sphere. Every row beyond them vouches for a factor e.
public struct Tightness: Sendable {
  /// e^−(Nₖ − m) of each component.
  public let bounds: [Double]
  private let covariances: [Scatter]
  /// W.
  private let pooled: Scatter

  /// Measures all components against each other. O(K·d²).
  public init(of covariances: [Scatter], counts: [Double], model: any CovarianceModel) {
    let d = covariances.first?.dimension ?? 1
    let free = Double(model.rowsNeeded(dimension: d) - 1)
    bounds = counts.map { model.sharesCovariance ? 0 : exponential(-max(0, $0 - free)) }
    let total = counts.reduce(0, +)
    self.covariances = covariances
    pooled = Scatter.weightedSum(covariances) { counts[$0] / total }
  }

  /// ε of each component; 1 where it can't be told. O(K·d³).
  public var smallestRatios: [Double] {
    let factor = CovarianceFactor(pooled)
    return covariances.map { factor?.ratios(of: $0)?.min() ?? 1 }
  }

  /// Whether component `k` is spurious. O(d³).
  public func isSpurious(_ k: Int) -> Bool { spuriousRatio(k) != nil }

  /// ε of component `k` if it is spurious: only where Σₖ less its share of W is not positive definite is
  /// it measured. O(d³).
  func spuriousRatio(_ k: Int) -> Double? {
    guard bounds[k] > 0, !covariances[k].exceeds(bounds[k], times: pooled, or: pooled.values),
      let ratio = CovarianceFactor(pooled)?.ratios(of: covariances[k])?.min(), ratio < bounds[k]
    else { return nil }
    return ratio
  }
}
