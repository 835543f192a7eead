/// Volumes λₖ and one shape b, of geometric mean 1, that fit the scatters wₖⱼ along K sets of axes:
/// the minimum of Σₖ ( Nₖ d ln λₖ + Σⱼ wₖⱼ / (λₖ bⱼ) ).
///
/// λₖ and b are improved in turn (Celeux & Govaert 1995, models [λₖB] and [λₖDₖADₖᵀ]). In the
/// logarithms of both the function is convex, so that any start leads to the one minimum.
struct VolumesAndShape {
  private(set) var volumes: [Double]
  private(set) var shape: [Double]

  /// O(K·d) an iteration.
  init(of scatters: [[Double]], counts: [Double]) {
    let d = scatters.first?.count ?? 0
    shape = Array(repeating: 1, count: d)
    volumes = counts.map { _ in 0 }
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
        for j in 0..<d { sums[j] += scatters[k][j] / volumes[k] }
      }
      let size = geometricMean(sums)
      guard size > 0 else { return }
      shape = sums.map { $0 / size }
    }
  }
}

/// The most iterations of an M step that is not closed; few need a tenth of them.
let iterationLimit = 1000

/// Whether values have stopped changing but for rounding.
func areSettled(_ values: [Double], _ last: [Double]) -> Bool {
  zip(values, last).allSatisfy { abs($0 - $1) <= 1e-13 * $0 }
}

/// (∏ⱼ xⱼ)^(1/d); 0 where any is not positive.
func geometricMean(_ values: [Double]) -> Double {
  guard values.allSatisfy({ $0 > 0 }) else { return 0 }
  return exponential(values.reduce(0) { $0 + naturalLog($1) } / Double(values.count))
}
