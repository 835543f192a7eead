/// Σₖ = B, diagonal (EEI).
struct EqualAxisAligned: GeometricCovariance {
  let geometry = Geometry(.equal, .equal, .identity)

  /// B = diag(W) / N; closed (Celeux & Govaert 1995, model [λB]).
  func covariances(of scatters: [Scatter], counts: [Double], previous: [Scatter]) -> [Scatter] {
    let shared = Scatter.sum(scatters).divided(by: counts.reduce(0, +))
    return scatters.map { _ in shared }
  }
}

/// Σₖ = λₖB with B diagonal, |B| = 1 (VEI).
struct EqualShapeAxisAligned: GeometricCovariance {
  let geometry = Geometry(.variable, .equal, .identity)

  /// Iterative (Celeux & Govaert 1995, model [λₖB]); see ``VolumesAndShape``.
  func covariances(of scatters: [Scatter], counts: [Double], previous: [Scatter]) -> [Scatter] {
    let fit = VolumesAndShape(
      of: scatters.map(\.values), counts: counts, from: previous.first?.values)
    return zip(scatters, fit.volumes).map { scatter, volume in
      Scatter(.diagonal, dimension: scatter.dimension, values: fit.shape.map { volume * $0 })
    }
  }
}

/// Σₖ = λBₖ with Bₖ diagonal, |Bₖ| = 1 (EVI).
struct EqualVolumeAxisAligned: GeometricCovariance {
  let geometry = Geometry(.equal, .variable, .identity)

  /// Bₖ = diag(Wₖ) / |diag(Wₖ)|^(1/d), λ = Σₖ |diag(Wₖ)|^(1/d) / N; closed (Celeux & Govaert 1995,
  /// model [λBₖ]); see ``OneVolume``.
  func covariances(of scatters: [Scatter], counts: [Double], previous: [Scatter]) -> [Scatter] {
    ofOccupied(scatters, counts) { scatters, counts in
      let sizes = scatters.map { $0.values.reduce(0) { $0 + naturalLog($1) } }
      var volumes = OneVolume(counts: counts, dimension: scatters.first?.dimension ?? 0)
      volumes.begin(at: sizes)
      return zip(scatters, volumes.counts).map { $0.divided(by: $1) }
    }
  }
}

/// Σₖ = λₖBₖ, diagonal (VVI, `diagonal`).
struct AxisAligned: GeometricCovariance {
  let geometry = Geometry(.variable, .variable, .identity)

  /// diag(Wₖ) / Nₖ; closed (Celeux & Govaert 1995, model [λₖBₖ]).
  func covariances(of scatters: [Scatter], counts: [Double], previous: [Scatter]) -> [Scatter] {
    zip(scatters, counts).map { $0.divided(by: $1) }
  }
}
