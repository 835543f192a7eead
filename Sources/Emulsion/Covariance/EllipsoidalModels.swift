/// Σₖ = Σ (EEE, `tied`).
struct EqualEllipsoids: GeometricCovariance {
  let geometry = Geometry(.equal, .equal, .equal)

  /// Σ = W / N; closed (Celeux & Govaert 1995, model [λDADᵀ]).
  func covariances(of scatters: [Scatter], counts: [Double], previous: [Scatter]) -> [Scatter] {
    let shared = Scatter.sum(scatters).divided(by: counts.reduce(0, +))
    return scatters.map { _ in shared }
  }
}

/// Σₖ = λₖC with |C| = 1 (VEE).
struct EqualShapeEllipsoids: GeometricCovariance {
  let geometry = Geometry(.variable, .equal, .equal)

  /// λₖ = tr(WₖC⁻¹) / (Nₖ·d) and C = Σₖ Wₖ/λₖ / N in turn, until they agree (Celeux & Govaert 1995,
  /// model [λₖDADᵀ]; the scale of C doesn't matter). C starts from that of `previous`.
  /// O(K·d² + d³) an iteration.
  func covariances(of scatters: [Scatter], counts: [Double], previous: [Scatter]) -> [Scatter] {
    let total = counts.reduce(0, +)
    var volumes = counts.map { _ in 0.0 }
    var shape = Scatter.sum(scatters).divided(by: total)
    var known = previous.first.flatMap { CovarianceFactor($0) }
    for _ in 0..<iterationLimit {
      guard let factor = known ?? CovarianceFactor(shape) else { break }
      known = nil
      let last = volumes
      for k in scatters.indices where counts[k] > 0 {
        volumes[k] = factor.quotientTrace(scatters[k]) / (Double(shape.dimension) * counts[k])
      }
      // A component that is a point says nothing of the shape.
      let extended = scatters.indices.filter { volumes[$0] > 0 }
      if extended.isEmpty || areSettled(volumes, last) { break }
      shape = Scatter.weightedSum(extended.map { scatters[$0] }) {
        1 / (volumes[extended[$0]] * total)
      }
    }
    return volumes.map { shape.scaled(by: $0) }
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
      let volumes = OneVolume(counts: counts, dimension: scatters.first?.dimension ?? 0)
      return zip(scatters, volumes.counts(sizes)).map { $0.divided(by: $1) }
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
