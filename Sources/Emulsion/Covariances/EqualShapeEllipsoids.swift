/// Σₖ = λₖC with |C| = 1 (VEE).
struct EqualShapeEllipsoids: GeometricCovariance {
  let geometry = Geometry(.variable, .equal, .equal)

  /// λₖ = tr(WₖC⁻¹) / (Nₖ·d) and C = Σₖ Wₖ/λₖ / N in turn, until they agree (Celeux & Govaert 1995,
  /// model [λₖDADᵀ]; the scale of C doesn't matter); see ``VolumesOfOneShape``. C starts from that of
  /// `previous`. O(K·d² + d³) an iteration.
  func covariances(of scatters: [Scatter], counts: [Double], previous: [Scatter]) -> [Scatter] {
    let d = scatters.first?.dimension ?? 1
    var search = VolumesOfOneShape(scatters, counts)
    if !search.begin(at: previous.first?.values ?? []) {
      let pooled = Scatter.sum(scatters).divided(by: counts.reduce(0, +)).values
      guard search.begin(at: pooled) else {
        return counts.map { _ in Scatter(.full, dimension: d, values: pooled).scaled(by: 0) }
      }
    }
    search.improve()
    return search.volumes.map { volume in
      Scatter(.full, dimension: d, values: search.shape.map { $0 * volume })
    }
  }
}

/// Volumes λₖ and one shape C, not normed, that fit scatters Wₖ: the minimum of
/// F = d Σₖ Nₖ ln λₖ + N ln |Σₖ Wₖ/λₖ|, convex in ln λ.
///
/// Improving both in turn lowers F by less and less. Every third step goes on along the way of the last
/// two, in ln λ and as far as they have shrunk (Varadhan & Roland 2008, scheme S3), if F has not risen
/// there: where each step takes nine tenths of the last, a sixth of the steps do.
private struct VolumesOfOneShape {
  private(set) var volumes: [Double]
  private(set) var shape: [Double]
  private let scatters: [Scatter]
  private let counts: [Double]
  private let total: Double
  private let dimension: Double
  private var precision: Precision
  /// F at the volumes that `shape` was made of, up to a constant.
  private var cost = Double.infinity

  init(_ scatters: [Scatter], _ counts: [Double]) {
    (self.scatters, self.counts) = (scatters, counts)
    total = counts.reduce(0, +)
    let d = scatters.first?.dimension ?? 1
    dimension = Double(d)
    precision = Precision(order: d)
    volumes = counts.map { _ in 0 }
    shape = []
  }

  /// Starts from a shape; false where it is singular.
  mutating func begin(at shape: [Double]) -> Bool {
    guard precision.invert(shape) != nil else { return false }
    self.shape = shape
    fitVolumes()
    return true
  }

  private mutating func fitVolumes() {
    for k in counts.indices where counts[k] > 0 {
      volumes[k] = precision.traceOfProduct(scatters[k].values) / (dimension * counts[k])
    }
  }

  /// The shape of the volumes, then the volumes of that shape; false where there is none.
  private mutating func step() -> Bool {
    // A component that is a point says nothing of the shape.
    guard volumes.contains(where: { $0 > 0 }) else { return false }
    for i in shape.indices { shape[i] = 0 }
    var logVolumes = 0.0
    for k in scatters.indices where volumes[k] > 0 {
      let weight = 1 / (volumes[k] * total)
      let values = scatters[k].values
      for i in shape.indices { shape[i] += weight * values[i] }
      logVolumes += counts[k] * naturalLog(volumes[k])
    }
    guard let logDeterminant = precision.invert(shape) else { return false }
    cost = dimension * logVolumes + total * logDeterminant
    fitVolumes()
    return true
  }

  mutating func improve() {
    var iterations = 0
    while iterations < iterationLimit {
      let first = volumes
      guard step(), !areSettled(volumes, first) else { return }
      let second = volumes
      guard step(), !areSettled(volumes, second) else { return }
      iterations += 3
      let (third, known) = (volumes, cost)
      guard let far = extrapolated(first, second, third) else { continue }
      volumes = far
      if !step() || !(cost <= known) {
        volumes = third
        guard step() else { return }
      }
    }
  }

  /// Further along the way of three volumes; `nil` where they don't tell.
  private func extrapolated(_ first: [Double], _ second: [Double], _ third: [Double]) -> [Double]? {
    var (steps, bends) = (0.0, 0.0)
    var ratios: [(step: Double, bend: Double)] = []
    ratios.reserveCapacity(first.count)
    for k in first.indices {
      guard first[k] > 0 else {
        ratios.append((0, 0))
        continue
      }
      let step = naturalLog(second[k] / first[k])
      let bend = naturalLog(third[k] / second[k]) - step
      ratios.append((step, bend))
      steps += step * step
      bends += bend * bend
    }
    let reach = (steps / bends).squareRoot()
    guard reach > 1 && reach.isFinite else { return nil }
    return first.indices.map {
      first[$0] * exponential(reach * (2 * ratios[$0].step + reach * ratios[$0].bend))
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
    deviations = .zeros(d)
    factor = .zeros(d * d)
    values = .zeros(ScatterForm.full.count(d))
  }

  /// Takes the inverse, by way of the correlation matrix, and gives ln |Σ|; `nil` where there is none. O(d³).
  mutating func invert(_ covariance: [Double]) -> Double? {
    let d = order
    guard covariance.count == values.count else { return nil }
    for a in 0..<d {
      let deviation = covariance[Scatter.packed(a, a, d)].squareRoot()
      guard deviation > 0 && deviation.isFinite else { return nil }
      deviations[a] = deviation
    }
    var index = 0
    for a in 0..<d {
      for b in a..<d {
        factor[b * d + a] = covariance[index] / (deviations[a] * deviations[b])
        index += 1
      }
    }
    guard LinearAlgebra.factorise(&factor, order: d) else { return nil }
    var logDeterminant = 0.0
    for a in 0..<d { logDeterminant += 2 * naturalLog(deviations[a] * factor[a * d + a]) }
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
    return logDeterminant
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
