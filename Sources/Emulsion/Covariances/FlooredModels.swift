// M steps of structures whose components share a part of their eigenvalues, with none below a floor.
// Each is the maximum over one part given the others in turn, from the previous parameters: hence it
// is never below these.

extension EqualShapeAxisAligned {
  func covariances(
    of scatters: [Scatter], counts: [Double], previous: [Scatter], atLeast floor: Double
  ) -> [Scatter] {
    let fit = VolumesAndShape(
      of: scatters.map(\.values), counts: counts, from: previous.first?.values, atLeast: floor)
    return zip(scatters, fit.volumes).map { scatter, volume in
      Scatter(.diagonal, dimension: scatter.dimension, values: fit.shape.map { volume * $0 })
    }
  }
}

extension TurnedScaledEllipsoids {
  func covariances(
    of scatters: [Scatter], counts: [Double], previous: [Scatter], atLeast floor: Double
  ) -> [Scatter] {
    let parts = scatters.map(PrincipalAxes.init)
    let fit = VolumesAndShape(
      of: parts.map(\.variances), counts: counts,
      from: previous.first.map { PrincipalAxes($0).variances }, atLeast: floor)
    return zip(parts, fit.volumes).map { part, volume in
      Scatter(axes: part.axes, variances: fit.shape.map { volume * $0 })
    }
  }
}

extension EqualShapeEllipsoids {
  func covariances(
    of scatters: [Scatter], counts: [Double], previous: [Scatter], atLeast floor: Double
  ) -> [Scatter] {
    let total = counts.reduce(0, +)
    let used = scatters.indices.filter { counts[$0] > 0 }
    var volumes = counts.map { _ in 0.0 }
    var shape = previous.first ?? scatters[0]
    if CovarianceFactor(shape) == nil {
      shape = Scatter.sum(scatters).divided(by: total).raised(to: floor)
    }
    for _ in 0..<Self.flooredIterationLimit {
      guard let factor = CovarianceFactor(shape),
        let least = LinearAlgebra.eigenvalues(shape.matrix)?.first, least > 0
      else { break }
      let last = volumes
      for k in used {
        let own = factor.quotientTrace(scatters[k]) / (Double(shape.dimension) * counts[k])
        volumes[k] = max(own, floor / least)
      }
      if areSettled(volumes, last) { break }
      let smallest = used.map { volumes[$0] }.min() ?? 1
      shape = Scatter.weightedSum(used.map { scatters[$0] }) { 1 / (volumes[used[$0]] * total) }
        .raised(to: floor / smallest)
    }
    let smallest = used.map { volumes[$0] }.min() ?? 1
    return volumes.map { shape.scaled(by: $0 > 0 ? $0 : smallest) }
  }

  /// What has collapsed crawls, and is of no use at the end.
  private static var flooredIterationLimit: Int { 50 }
}

extension EqualVolumeAxisAligned {
  func covariances(
    of scatters: [Scatter], counts: [Double], previous: [Scatter], atLeast floor: Double
  ) -> [Scatter] {
    ofOccupied(scatters, counts) { scatters, counts in
      let spectra = OneVolumeAtLeast(floor, counts: counts, longest: .infinity)
        .variances(scatters.map(\.values))
      return zip(scatters, spectra).map {
        Scatter(.diagonal, dimension: $0.dimension, values: $1)
      }
    }
  }
}

extension EqualVolumeEllipsoids {
  func covariances(
    of scatters: [Scatter], counts: [Double], previous: [Scatter], atLeast floor: Double
  ) -> [Scatter] {
    ofOccupied(scatters, counts) { scatters, counts in
      let parts = scatters.map(PrincipalAxes.init)
      let spectra = OneVolumeAtLeast(floor, counts: counts).variances(parts.map(\.variances))
      return zip(parts, spectra).map { Scatter(axes: $0.axes, variances: $1) }
    }
  }
}

extension EqualVolumeCommonAxes {
  func covariances(
    of scatters: [Scatter], counts: [Double], previous: [Scatter], atLeast floor: Double
  ) throws -> [Scatter] {
    try onCommonAxes(scatters, counts, previous, floor) { counts, spectra in
      OneVolumeAtLeast(floor, counts: counts).variances(spectra)
    }
  }
}

extension CommonAxesEllipsoids {
  func covariances(
    of scatters: [Scatter], counts: [Double], previous: [Scatter], atLeast floor: Double
  ) throws -> [Scatter] {
    try onCommonAxes(scatters, counts, previous, floor) { counts, spectra in
      zip(counts, spectra).map { count, spectrum in spectrum.map { max(floor, $0 / count) } }
    }
  }
}

extension CovarianceModel {
  /// The best variances along common axes: those of scatters raised to the floor, with which the axes
  /// can be found, or the previous ones.
  fileprivate func onCommonAxes(
    _ scatters: [Scatter], _ counts: [Double], _ previous: [Scatter], _ floor: Double,
    _ variances: (_ counts: [Double], _ spectra: [[Double]]) -> [[Double]]
  ) throws -> [Scatter] {
    let raised = try raisedCovariances(
      of: scatters, counts: counts, previous: previous, atLeast: floor)
    let dimension = scatters.first?.dimension ?? 0
    return ofOccupied(scatters, counts) { scatters, counts in
      [raised, previous].map { covariances -> (cost: Double, covariances: [Scatter]) in
        let axes = PrincipalAxes(sharedBy: covariances)?.axes ?? .identity(dimension)
        let spectra = scatters.map { scatter in
          let turned = scatter.congruent(axes)
          return (0..<scatter.dimension).map { max(0, turned[$0, $0]) }
        }
        let found = variances(counts, spectra)
        var cost = 0.0
        for (count, (own, spectrum)) in zip(counts, zip(found, spectra)) {
          for (variance, sum) in zip(own, spectrum) {
            cost += count * naturalLog(variance) + sum / variance
          }
        }
        return (cost, found.map { Scatter(axes: axes, variances: $0) })
      }.min { $0.cost < $1.cost }?.covariances ?? scatters
    }
  }
}
