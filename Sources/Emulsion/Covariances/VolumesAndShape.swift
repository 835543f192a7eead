/// Volumes λₖ and one shape b, of geometric mean 1, that fit the scatters wₖⱼ along K sets of axes:
/// the minimum of Σₖ ( Nₖ d ln λₖ + Σⱼ wₖⱼ / (λₖ bⱼ) ).
///
/// λₖ and b are improved in turn (Celeux & Govaert 1995, models [λₖB] and [λₖDₖADₖᵀ]). In the
/// logarithms of both the function is convex, so that any start leads to the one minimum. With a floor
/// under all λₖbⱼ each step keeps to it, given the other part.
struct VolumesAndShape {
  private(set) var volumes: [Double]
  private(set) var shape: [Double]

  /// Starts from the shape of some variances, best those of the M step before. O(K·d) an iteration.
  init(
    of scatters: [[Double]], counts: [Double], from start: [Double]?, atLeast floor: Double = 0
  ) {
    let d = scatters.first?.count ?? 0
    let isUsable = start?.allSatisfy { $0 > 0 && $0.isFinite } ?? false
    shape = isUsable ? start ?? [] : Array(repeating: 1, count: d)
    volumes = counts.map { _ in 0 }
    improve(scatters.flatMap { $0 }, counts, floor)
    normalise()
  }

  /// Improves both in turn until they agree, in place.
  private mutating func improve(_ scatters: [Double], _ counts: [Double], _ floor: Double) {
    let (d, total) = (shape.count, counts.reduce(0, +))
    let (scatters, counts) = (scatters.span, counts.span)
    var reciprocals = [Double].zeros(d)
    for _ in 0..<iterationLimit {
      var smallest = Double.infinity
      for j in 0..<d {
        reciprocals[j] = 1 / shape[j]
        smallest = min(smallest, shape[j])
      }
      var areSettled = true
      for k in counts.indices where counts[k] > 0 {
        var sum = 0.0
        for j in 0..<d { sum += scatters[k * d + j] * reciprocals[j] }
        let volume = max(sum / (Double(d) * counts[k]), floor > 0 ? floor / smallest : 0)
        areSettled = areSettled && abs(volume - volumes[k]) <= settledBelow * volume
        volumes[k] = volume
      }
      if areSettled { return }
      smallest = .infinity
      for j in 0..<d { shape[j] = 0 }
      // A component that is a point says nothing of the shape.
      for k in counts.indices where volumes[k] > 0 {
        smallest = min(smallest, volumes[k])
        let weight = 1 / (volumes[k] * total)
        for j in 0..<d { shape[j] += weight * scatters[k * d + j] }
      }
      var isPositive = true
      for j in 0..<d {
        if floor > 0 { shape[j] = max(shape[j], floor / smallest) }
        isPositive = isPositive && shape[j] > 0
      }
      guard isPositive else { return }
    }
  }

  /// Gives the shape its geometric mean, which steps leave alone.
  private mutating func normalise() {
    guard shape.allSatisfy({ $0 > 0 }) else { return }
    let size = exponential(shape.reduce(0) { $0 + naturalLog($1) } / Double(shape.count))
    shape = shape.map { $0 / size }
    volumes = volumes.map { $0 * size }
  }
}

/// The most iterations of an M step that is not closed: few need a third of them, but what collapses
/// crawls. Each improves the last, and the next M step goes on from there.
let iterationLimit = 100

/// Changes below this share are rounding.
let settledBelow = 1e-9

/// Whether values have stopped changing so far that what is left, which goes into the likelihood by its
/// square, is rounding.
func areSettled(_ values: [Double], _ last: [Double]) -> Bool {
  for i in values.indices where !(abs(values[i] - last[i]) <= settledBelow * values[i]) {
    return false
  }
  return true
}
