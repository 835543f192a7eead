/// Σₖ = λDₖADₖᵀ: ellipsoids alike but for how they are turned (EEV).
struct TurnedEllipsoids: GeometricCovariance {
  let geometry = Geometry(.equal, .equal, .variable)

  /// Wₖ = LₖΩₖLₖᵀ with eigenvalues in order; Dₖ = Lₖ, λA = Σₖ Ωₖ / N; closed (Celeux & Govaert 1995,
  /// model [λDₖADₖᵀ]). O(K·d³).
  func covariances(of scatters: [Scatter], counts: [Double], previous: [Scatter]) -> [Scatter] {
    let parts = scatters.map(PrincipalAxes.init)
    let total = counts.reduce(0, +)
    let shared = (parts.first?.variances ?? []).indices.map { j in
      parts.reduce(0) { $0 + $1.variances[j] } / total
    }
    return parts.map { Scatter(axes: $0.axes, variances: shared) }
  }
}

/// Σₖ = λₖDₖADₖᵀ: ellipsoids of one shape, each of its own size and turned its own way (VEV).
struct TurnedScaledEllipsoids: GeometricCovariance {
  let geometry = Geometry(.variable, .equal, .variable)

  /// Dₖ from the eigenvectors of Wₖ, then λₖ and A from its eigenvalues, iteratively (Celeux & Govaert
  /// 1995, model [λₖDₖADₖᵀ]); see ``VolumesAndShape``. O(K·d³).
  func covariances(of scatters: [Scatter], counts: [Double], previous: [Scatter]) -> [Scatter] {
    let parts = scatters.map(PrincipalAxes.init)
    let fit = VolumesAndShape(
      of: parts.map(\.variances), counts: counts,
      from: previous.first.map { PrincipalAxes($0).variances })
    return zip(parts, fit.volumes).map { part, volume in
      Scatter(axes: part.axes, variances: fit.shape.map { volume * $0 })
    }
  }
}

/// Eigenvectors of a scatter, one a row, and its eigenvalues, ascending.
struct PrincipalAxes {
  let axes: Matrix
  let variances: [Double]

  init(_ scatter: Scatter) {
    let d = scatter.dimension
    let (values, vectors) =
      LinearAlgebra.eigen(scatter.matrix)
      ?? (Array(repeating: .nan, count: d), .identity(d))
    (axes, variances) = (vectors, values.map { max(0, $0) })
  }
  /// The axes that covariances share: those of a sum of all, each with a factor of its own, so that
  /// axes of equal length in one are told apart by another; `nil` for spheres.
  init?(sharedBy covariances: [Scatter]) {
    self.init(
      Scatter.weightedSum(covariances) { k in
        let trace = covariances[k].trace
        return trace > 0 ? 1 / (trace * Double(k + 1)) : 0
      })
    guard let least = variances.first, let most = variances.last, least < (1 - 1e-12) * most
    else { return nil }
  }
}
