/// Volumes λₖ and one shape b, of geometric mean 1, that fit the scatters wₖⱼ along K sets of axes:
/// the minimum of Σₖ ( Nₖ d ln λₖ + Σⱼ wₖⱼ / (λₖ bⱼ) ).
///
/// λₖ and b are improved in turn (Celeux & Govaert 1995, models [λₖB] and [λₖDₖADₖᵀ]). In the
/// logarithms of both the function is convex, so that any start leads to the one minimum.
struct VolumesAndShape {
  private(set) var volumes: [Double]
  private(set) var shape: [Double]

  /// Starts from the shape of some variances, best those of the M step before. O(K·d) an iteration.
  init(of scatters: [[Double]], counts: [Double], from start: [Double]?) {
    let d = scatters.first?.count ?? 0
    let isUsable = start?.allSatisfy { $0 > 0 && $0.isFinite } ?? false
    shape = isUsable ? start ?? [] : Array(repeating: 1, count: d)
    volumes = counts.map { _ in 0 }
    let total = counts.reduce(0, +)
    defer { normalise() }
    for _ in 0..<iterationLimit {
      let last = volumes
      for k in scatters.indices where counts[k] > 0 {
        var sum = 0.0
        for j in 0..<d { sum += scatters[k][j] / shape[j] }
        volumes[k] = sum / (Double(d) * counts[k])
      }
      if areSettled(volumes, last) { return }
      var sums = [Double](repeating: 0, count: d)
      // A component that is a point says nothing of the shape.
      for k in scatters.indices where volumes[k] > 0 {
        for j in 0..<d { sums[j] += scatters[k][j] / (volumes[k] * total) }
      }
      guard sums.allSatisfy({ $0 > 0 }) else { return }
      shape = sums
    }
  }

  /// Gives the shape its geometric mean, which steps leave alone.
  private mutating func normalise() {
    let size = exponential(shape.reduce(0) { $0 + naturalLog($1) } / Double(shape.count))
    shape = shape.map { $0 / size }
    volumes = volumes.map { $0 * size }
  }
}

/// The most iterations of an M step that is not closed; few need a tenth of them.
let iterationLimit = 1000

/// Whether values have stopped changing so far that what is left, which goes into the likelihood by its
/// square, is rounding.
func areSettled(_ values: [Double], _ last: [Double]) -> Bool {
  for i in values.indices where !(abs(values[i] - last[i]) <= 1e-9 * values[i]) { return false }
  return true
}
