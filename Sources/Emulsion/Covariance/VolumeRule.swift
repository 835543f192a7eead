/// What components' volumes make of the logarithms uₖ = ln |Wₖ| of their scatters: the covariances
/// Wₖ/cₖ, and F = Σₖ Nₖ ln |Wₖ/cₖ| up to a constant.
protocol VolumeRule {
  /// N.
  var total: Double { get }
  /// cₖ, which are the derivatives of F as well.
  func counts(_ logSizes: [Double]) -> [Double]
  /// F(u + Δ) − F(u), given the counts at u.
  func change(counts: [Double], _ changes: [Double]) -> Double
  /// The second derivative of F in the direction `slopes`, given the counts at u.
  func curvature(counts: [Double], _ slopes: [Double]) -> Double
}

/// Volumes of their own: cₖ = Nₖ, F = Σₖ Nₖ uₖ.
struct FreeVolumes: VolumeRule {
  let own: [Double]
  let total: Double

  init(counts: [Double]) {
    own = counts
    total = counts.reduce(0, +)
  }

  func counts(_ logSizes: [Double]) -> [Double] { own }

  func change(counts: [Double], _ changes: [Double]) -> Double {
    zip(counts, changes).reduce(0) { $0 + $1.0 * $1.1 }
  }

  func curvature(counts: [Double], _ slopes: [Double]) -> Double { 0 }
}

/// One volume, λ = Σₖ gₖ / N with gₖ = e^(uₖ/d): cₖ = gₖ/λ, F = N·d·ln Σₖ gₖ (Celeux & Govaert 1995, models
/// [λBₖ] and [λCₖ]).
struct OneVolume: VolumeRule {
  let total: Double
  let dimension: Double

  init(counts: [Double], dimension: Int) {
    total = counts.reduce(0, +)
    self.dimension = Double(dimension)
  }

  func counts(_ logSizes: [Double]) -> [Double] {
    // The largest as the unit, so that nothing over- or underflows.
    let largest = logSizes.max() ?? 0
    let sizes = logSizes.map { exponential(($0 - largest) / dimension) }
    let sum = sizes.reduce(0, +)
    return sizes.map { $0 / sum * total }
  }

  func change(counts: [Double], _ changes: [Double]) -> Double {
    var sum = 0.0
    for (count, change) in zip(counts, changes) {
      sum += count * exponentialLessOne(change / dimension)
    }
    return total * dimension * Elementary.log1p(sum / total)
  }

  func curvature(counts: [Double], _ slopes: [Double]) -> Double {
    var (mean, square) = (0.0, 0.0)
    for (count, slope) in zip(counts, slopes) {
      mean += count * slope
      square += count * slope * slope
    }
    return (square - mean * mean / total) / dimension
  }
}
