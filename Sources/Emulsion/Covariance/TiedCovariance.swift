/// All components share one covariance: Σ = Σₖ Wₖ / N (EEE).
public struct TiedCovariance: CovarianceModel {
  /// Makes the model.
  public init() {}
  /// `tied`.
  public var name: String { "tied" }
  /// `EEE`, and `E` for one column.
  public var aliases: [String] { ["EEE", "E"] }
  /// All second moments.
  public var form: ScatterForm { .full }
  /// True.
  public var isColumnScaleEquivariant: Bool { true }

  /// True.
  public var sharesCovariance: Bool { true }

  /// The pooled scatter over the total count; closed (Celeux & Govaert 1995, model [λC]).
  public func covariances(of scatters: [Scatter], counts: [Double]) -> [Scatter] {
    guard var pooled = scatters.first else { return [] }
    for scatter in scatters.dropFirst() {
      for i in pooled.values.indices { pooled.values[i] += scatter.values[i] }
    }
    let shared = pooled.divided(by: counts.reduce(0, +))
    return scatters.map { _ in shared }
  }

  /// d(d+1)/2.
  public func freeParameters(components k: Int, dimension d: Int) -> Int { d * (d + 1) / 2 }
}

extension Scatter {
  /// Every value divided by `count`; zero where the count is 0.
  func divided(by count: Double) -> Scatter {
    guard count > 0 else {
      return Scatter(form, dimension: dimension, values: values.map { _ in 0 })
    }
    return Scatter(form, dimension: dimension, values: values.map { $0 / count })
  }
}
