/// What components' volumes make of the logarithms uₖ = ln |Wₖ| of their scatters: the covariances
/// Wₖ/cₖ, and F = Σₖ Nₖ ln |Wₖ/cₖ| up to a constant.
protocol VolumeRule {
  /// N.
  var total: Double { get }
  /// cₖ, which are the derivatives of F as well.
  var counts: [Double] { get }
  /// Sets u.
  mutating func begin(at logSizes: [Double])
  /// F(u + Δ) − F(u).
  func change(_ changes: [Double]) -> Double
  /// Adds Δ to u.
  mutating func move(by changes: [Double])
  /// The second derivative of F in the direction `slopes`.
  func curvature(_ slopes: [Double]) -> Double
}

/// Volumes of their own: cₖ = Nₖ, F = Σₖ Nₖ uₖ.
struct FreeVolumes: VolumeRule {
  let counts: [Double]
  let total: Double

  init(counts: [Double]) {
    self.counts = counts
    total = counts.reduce(0, +)
  }

  func begin(at logSizes: [Double]) {}

  func change(_ changes: [Double]) -> Double {
    var sum = 0.0
    for k in counts.indices { sum += counts[k] * changes[k] }
    return sum
  }

  func move(by changes: [Double]) {}

  func curvature(_ slopes: [Double]) -> Double { 0 }
}

/// One volume, λ = Σₖ gₖ / N with gₖ = e^(uₖ/d): cₖ = gₖ/λ, F = N·d·ln Σₖ gₖ (Celeux & Govaert 1995, models
/// [λBₖ] and [λCₖ]).
struct OneVolume: VolumeRule {
  private(set) var counts: [Double]
  let total: Double
  let dimension: Double

  init(counts: [Double], dimension: Int) {
    self.counts = counts
    total = counts.reduce(0, +)
    self.dimension = Double(dimension)
  }

  mutating func begin(at logSizes: [Double]) {
    // The largest as the unit, so that nothing over- or underflows.
    let largest = logSizes.max() ?? 0
    for k in counts.indices { counts[k] = exponential((logSizes[k] - largest) / dimension) }
    normalise()
  }

  func change(_ changes: [Double]) -> Double {
    var sum = 0.0
    for k in counts.indices { sum += counts[k] * exponentialLessOne(changes[k] / dimension) }
    return total * dimension * Elementary.log1p(sum / total)
  }

  mutating func move(by changes: [Double]) {
    for k in counts.indices { counts[k] *= exponential(changes[k] / dimension) }
    normalise()
  }

  private mutating func normalise() {
    let factor = total / counts.reduce(0, +)
    for k in counts.indices { counts[k] *= factor }
  }

  func curvature(_ slopes: [Double]) -> Double {
    var (mean, square) = (0.0, 0.0)
    for k in counts.indices {
      mean += counts[k] * slopes[k]
      square += counts[k] * slopes[k] * slopes[k]
    }
    return (square - mean * mean / total) / dimension
  }
}
