import Emulsion

/// Spherical clusters of unit width and equal weight.
struct Clusters {
  let centres: Matrix

  init(_ count: Int, columns: Int, separation: Double) {
    var random = CounterRandom(seed: 7)
    var centres = Matrix(rows: count, columns: columns)
    for i in 0..<count { for j in 0..<columns { centres[i, j] = random.uniform() } }
    var closest = Double.infinity
    for a in 0..<count {
      for b in 0..<a {
        var sum = 0.0
        for j in 0..<columns {
          let t = centres[a, j] - centres[b, j]
          sum += t * t
        }
        closest = min(closest, sum)
      }
    }
    let scale = separation / closest.squareRoot()
    for i in 0..<count { for j in 0..<columns { centres[i, j] *= scale } }
    self.centres = centres
  }

  /// Rows in random order of their clusters.
  func rows(_ count: Int) -> Matrix {
    var random = CounterRandom(seed: 8)
    let (k, d) = (centres.rows, centres.columns)
    var values: [Double] = []
    values.reserveCapacity(count * d)
    for _ in 0..<count {
      let cluster = min(k - 1, Int(random.uniform() * Double(k)))
      for j in 0..<d { values.append(centres[cluster, j] + random.normal()) }
    }
    return Matrix(rows: count, columns: d, values: values)
  }
}
