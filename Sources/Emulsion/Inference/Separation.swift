extension ParameterSpace {
  /// How far each component is from the nearest other one: by how many standard errors of their difference the
  /// parameter that tells them best apart does so, on its natural transform; ∞ where there is no other, or they have no
  /// parameter in common but weights.
  ///
  /// - Parameter replicates: The reported numbers of each replicate.
  func separations(_ replicates: [[Double]], components: Int) -> [Double] {
    var places: [[String: Int]] = Array(repeating: [:], count: components)
    for (i, number) in reported.enumerated() where !number.isWeight {
      if let k = number.component { places[k][number.name] = i }
    }
    var result = [Double](repeating: .infinity, count: components)
    for k in 0..<components {
      for l in 0..<k {
        var largest: Double?
        for (name, i) in places[k] {
          guard let j = places[l][name], let distance = distance(i, j, replicates) else { continue }
          largest = max(largest ?? 0, distance)
        }
        guard let largest else { continue }
        result[k] = min(result[k], largest)
        result[l] = min(result[l], largest)
      }
    }
    return result
  }

  /// |a − b| over the standard deviation of that in replicates; `nil` where it does not vary.
  private func distance(_ a: Int, _ b: Int, _ replicates: [[Double]]) -> Double? {
    let scale = reported[a].transform.scale
    func difference(_ x: Double, _ y: Double) -> Double {
      scale.coordinate(of: x) - scale.coordinate(of: y)
    }
    let drawn = replicates.map { difference($0[a], $0[b]) }.filter(\.isFinite)
    guard drawn.count > 1 else { return nil }
    let mean = drawn.reduce(0, +) / Double(drawn.count)
    let variance = drawn.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(drawn.count - 1)
    let own = abs(difference(base.value(reported[a]), base.value(reported[b])))
    guard own.isFinite, variance.squareRoot() > 1e-9 * max(own, abs(mean)) else { return nil }
    return own / variance.squareRoot()
  }
}
