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
    let d = scatters.first?.dimension ?? 1
    let total = counts.reduce(0, +)
    var volumes = counts.map { _ in 0.0 }
    var last = volumes
    var shape = previous.first?.values ?? []
    var precision = Precision(order: d)
    if !precision.invert(shape) {
      shape = Scatter.sum(scatters).divided(by: total).values
      guard precision.invert(shape) else {
        return volumes.map { Scatter(.full, dimension: d, values: shape).scaled(by: $0) }
      }
    }
    for _ in 0..<iterationLimit {
      swap(&volumes, &last)
      for k in scatters.indices where counts[k] > 0 {
        volumes[k] = precision.traceOfProduct(scatters[k].values) / (Double(d) * counts[k])
      }
      // A component that is a point says nothing of the shape.
      if areSettled(volumes, last) || !volumes.contains(where: { $0 > 0 }) { break }
      for i in shape.indices { shape[i] = 0 }
      for k in scatters.indices where volumes[k] > 0 {
        let weight = 1 / (volumes[k] * total)
        let values = scatters[k].values
        for i in shape.indices { shape[i] += weight * values[i] }
      }
      guard precision.invert(shape) else { break }
    }
    return volumes.map { volume in
      Scatter(.full, dimension: d, values: shape.map { $0 * volume })
    }
  }
}

/// The inverse of a covariance matrix in its packed triangle, with its room kept for the next one.
private struct Precision {
  private let order: Int
  private var deviations: [Double]
  private var factor: [Double]
  private var values: [Double]

  init(order d: Int) {
    order = d
    deviations = Array(repeating: 0, count: d)
    factor = Array(repeating: 0, count: d * d)
    values = Array(repeating: 0, count: ScatterForm.full.count(d))
  }

  /// Takes the inverse, by way of the correlation matrix; false where there is none. O(d³).
  mutating func invert(_ covariance: [Double]) -> Bool {
    let d = order
    guard covariance.count == values.count else { return false }
    for a in 0..<d {
      let deviation = covariance[Scatter.packed(a, a, d)].squareRoot()
      guard deviation > 0 && deviation.isFinite else { return false }
      deviations[a] = deviation
    }
    var index = 0
    for a in 0..<d {
      for b in a..<d {
        factor[b * d + a] = covariance[index] / (deviations[a] * deviations[b])
        index += 1
      }
    }
    guard LinearAlgebra.factorise(&factor, order: d) else { return false }
    LinearAlgebra.invertLower(&factor, order: d)
    index = 0
    for a in 0..<d {
      for b in a..<d {
        var sum = 0.0
        for q in b..<d { sum += factor[q * d + a] * factor[q * d + b] }
        values[index] = sum / (deviations[a] * deviations[b])
        index += 1
      }
    }
    return true
  }

  /// tr(WΣ⁻¹) of a packed W. O(d²).
  func traceOfProduct(_ scatter: [Double]) -> Double {
    var (sum, index) = (0.0, 0)
    for a in 0..<order {
      sum += values[index] * scatter[index]
      for b in index + 1..<index + order - a { sum += 2 * values[b] * scatter[b] }
      index += order - a
    }
    return sum
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
