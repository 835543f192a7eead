/// Σₖ = λDAₖDᵀ: one volume, and one orientation (EVE).
struct EqualVolumeCommonAxes: GeometricCovariance {
  let geometry = Geometry(.equal, .variable, .equal)

  /// λAₖ = diag(DᵀWₖD)/cₖ with D by ``CommonAxes`` (Browne & McNicholas 2014, model EVE).
  func covariances(of scatters: [Scatter], counts: [Double], previous: [Scatter]) -> [Scatter] {
    let d = scatters.first?.dimension ?? 0
    return ofOccupied(scatters, counts) {
      CommonAxes.covariances(
        of: $0, previous: previous, volumes: OneVolume(counts: $1, dimension: d))
    }
  }
}

/// Σₖ = λₖDAₖDᵀ: one orientation alone (VVE), the common principal components of Flury (1984).
struct CommonAxesEllipsoids: GeometricCovariance {
  let geometry = Geometry(.variable, .variable, .equal)

  /// λₖAₖ = diag(DᵀWₖD)/Nₖ with D by ``CommonAxes`` (Browne & McNicholas 2014, model VVE).
  func covariances(of scatters: [Scatter], counts: [Double], previous: [Scatter]) -> [Scatter] {
    ofOccupied(scatters, counts) {
      CommonAxes.covariances(of: $0, previous: previous, volumes: FreeVolumes(counts: $1))
    }
  }
}

/// The covariances of components that have rows, zero for those that don't.
func ofOccupied(
  _ scatters: [Scatter], _ counts: [Double],
  _ covariances: (_ scatters: [Scatter], _ counts: [Double]) -> [Scatter]
) -> [Scatter] {
  let occupied = scatters.indices.filter { counts[$0] > 0 }
  if occupied.count == scatters.count { return covariances(scatters, counts) }
  var result = scatters.map { $0.scaled(by: 0) }
  let found = covariances(occupied.map { scatters[$0] }, occupied.map { counts[$0] })
  for (k, covariance) in zip(occupied, found) { result[k] = covariance }
  return result
}
