/// Σₖ = λI (EII).
struct EqualSpheres: GeometricCovariance {
  let geometry = Geometry(.equal, .identity, .identity)

  /// λ = Σₖ tr(Wₖ) / (N·d); closed (Celeux & Govaert 1995, model [λI]).
  func covariances(of scatters: [Scatter], counts: [Double], previous: [Scatter]) -> [Scatter] {
    let pooled = Scatter.sum(scatters)
    let shared = pooled.divided(by: counts.reduce(0, +) * Double(pooled.dimension))
    return scatters.map { _ in shared }
  }
}

/// Σₖ = λₖI (VII, `spherical`).
struct Spheres: GeometricCovariance {
  let geometry = Geometry(.variable, .identity, .identity)

  /// λₖ = tr(Wₖ) / (Nₖ·d); closed (Celeux & Govaert 1995, model [λₖI]).
  func covariances(of scatters: [Scatter], counts: [Double], previous: [Scatter]) -> [Scatter] {
    zip(scatters, counts).map { $0.divided(by: $1 * Double($0.dimension)) }
  }
}
