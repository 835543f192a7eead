import Emulsion

/// All components share one covariance without correlations: Σ = diag(Σₖ Wₖ)/N (mclust's EEI).
///
/// Put another structure in its place: given the scatters Wₖ and counts Nₖ of all components, it gives the
/// covariances that maximise Σₖ −½(Nₖ ln|Σₖ| + tr(Σₖ⁻¹Wₖ)).
public struct Template: CovarianceModel {
  /// Makes the model.
  public init() {}
  /// `template`.
  public var name: String { "template" }
  /// Variances are all that it looks at.
  public var form: ScatterForm { .diagonal }
  /// A column may be measured in other units.
  public var isColumnScaleEquivariant: Bool { true }
  /// True.
  public var sharesCovariance: Bool { true }

  /// The pooled variances.
  public func covariances(of scatters: [Scatter], counts: [Double], previous: [Scatter])
    -> [Scatter]
  {
    guard var shared = scatters.first else { return [] }
    let total = counts.reduce(0, +)
    for j in shared.values.indices {
      shared.values[j] = scatters.reduce(0) { $0 + $1.values[j] } / total
    }
    return scatters.map { _ in shared }
  }

  /// One variance a column.
  public func freeParameters(components: Int, dimension: Int) -> Int { dimension }
}
