/// Σₖ = Σ (EEE, `tied`).
struct EqualEllipsoids: GeometricCovariance {
  let geometry = Geometry(.equal, .equal, .equal)

  /// Σ = W / N; closed (Celeux & Govaert 1995, model [λDADᵀ]).
  func covariances(of scatters: [Scatter], counts: [Double], previous: [Scatter]) -> [Scatter] {
    let shared = Scatter.sum(scatters).divided(by: counts.reduce(0, +))
    return scatters.map { _ in shared }
  }
}

/// Σₖ = λCₖ with |Cₖ| = 1 (EVV).
struct EqualVolumeEllipsoids: GeometricCovariance {
  let geometry = Geometry(.equal, .variable, .variable)

  /// Cₖ = Wₖ / |Wₖ|^(1/d), λ = Σₖ |Wₖ|^(1/d) / N; closed (Celeux & Govaert 1995, model [λCₖ]); see
  /// ``OneVolume``.
  func covariances(of scatters: [Scatter], counts: [Double], previous: [Scatter]) -> [Scatter] {
    ofOccupied(scatters, counts) { scatters, counts in
      let sizes = scatters.map { CovarianceFactor($0)?.logDeterminant ?? -.infinity }
      var volumes = OneVolume(counts: counts, dimension: scatters.first?.dimension ?? 0)
      volumes.begin(at: sizes)
      return zip(scatters, volumes.counts).map { $0.divided(by: $1) }
    }
  }
}

/// Σₖ without constraint (VVV, `full`).
struct Ellipsoids: GeometricCovariance {
  let geometry = Geometry(.variable, .variable, .variable)

  /// Wₖ / Nₖ; closed (Celeux & Govaert 1995, model [λₖDₖAₖDₖᵀ]).
  func covariances(of scatters: [Scatter], counts: [Double], previous: [Scatter]) -> [Scatter] {
    zip(scatters, counts).map { $0.divided(by: $1) }
  }
}
