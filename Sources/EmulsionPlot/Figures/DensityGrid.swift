/// A density over a grid of two columns: its level sets, and how much they hold.
package struct DensityGrid: Sendable {
  let xs: [Double]
  let ys: [Double]
  /// Values by x, then by y; not finite ones count as 0.
  let values: [Double]

  /// Makes a grid of evenly spaced places, with a density at all of them.
  ///
  /// - Parameter density: The values at points (x, y) in order.
  package init(
    x: Axis, y: Axis, count: Int = 100,
    density: (_ points: [(x: Double, y: Double)]) throws -> [Double]
  ) rethrows {
    let (xs, ys) = (x.places(count), y.places(count))
    (self.xs, self.ys) = (xs, ys)
    values = try density(xs.flatMap { x in ys.map { (x, $0) } }).map { $0.isFinite ? $0 : 0 }
  }

  private subscript(i: Int, j: Int) -> Double { values[i * ys.count + j] }

  /// The height above which the density holds `share` of what it has on the grid: the level of the
  /// smallest region of that probability (Hyndman 1996). O(n log n).
  package func height(holding share: Double) -> Double {
    let sorted = values.sorted(by: >)
    let total = sorted.reduce(0, +)
    var sum = 0.0
    for value in sorted {
      sum += value
      if sum >= share * total { return value }
    }
    return 0
  }

  /// Lines along which the density has the height `level`, by marching squares. O(n).
  package func contours(at level: Double) -> [[[Double]]] {
    guard level > 0, xs.count > 1, ys.count > 1 else { return [] }
    // An edge of the grid: of place (i, j) to the right (0) or up (1).
    func edge(_ i: Int, _ j: Int, _ up: Int) -> Int { (i * ys.count + j) * 2 + up }
    var places: [Int: [Double]] = [:]
    var neighbours: [Int: [Int]] = [:]
    for i in 0..<xs.count - 1 {
      for j in 0..<ys.count - 1 {
        let corners = [self[i, j], self[i + 1, j], self[i + 1, j + 1], self[i, j + 1]]
        let above = corners.map { $0 >= level }
        if above.allSatisfy({ $0 == above[0] }) { continue }
        // Edges below, right, above, left, with their ends.
        let edges = [edge(i, j, 0), edge(i + 1, j, 1), edge(i, j + 1, 0), edge(i, j, 1)]
        let ends = [
          (0, 1, xs[i], ys[j], xs[i + 1], ys[j]), (1, 2, xs[i + 1], ys[j], xs[i + 1], ys[j + 1]),
          (3, 2, xs[i], ys[j + 1], xs[i + 1], ys[j + 1]), (0, 3, xs[i], ys[j], xs[i], ys[j + 1]),
        ]
        var crossed: [Int] = []
        for (side, (a, b, x0, y0, x1, y1)) in ends.enumerated() where above[a] != above[b] {
          let share = (level - corners[a]) / (corners[b] - corners[a])
          places[edges[side]] = [x0 + share * (x1 - x0), y0 + share * (y1 - y0)]
          crossed.append(edges[side])
        }
        // A saddle whose middle does not belong to the first corner: edges are joined the other way.
        if crossed.count == 4 && (corners.reduce(0, +) / 4 >= level) != above[0] {
          crossed = [crossed[0], crossed[3], crossed[1], crossed[2]]
        }
        for pair in stride(from: 0, to: crossed.count - 1, by: 2) {
          neighbours[crossed[pair], default: []].append(crossed[pair + 1])
          neighbours[crossed[pair + 1], default: []].append(crossed[pair])
        }
      }
    }
    return chains(neighbours).map { $0.compactMap { places[$0] } }
  }

  /// Paths through all pairs of neighbours: from the ends of open ones first, then round closed ones.
  private func chains(_ neighbours: [Int: [Int]]) -> [[Int]] {
    var left = neighbours
    var chains: [[Int]] = []
    func take(_ a: Int, _ b: Int) {
      left[a]?.removeAll { $0 == b }
      left[b]?.removeAll { $0 == a }
    }
    let ids = neighbours.keys.sorted()
    for start in ids.filter({ neighbours[$0]?.count == 1 }) + ids {
      guard let first = left[start]?.first else { continue }
      var chain = [start]
      var next: Int? = first
      while let id = next {
        take(chain[chain.count - 1], id)
        chain.append(id)
        next = left[id]?.first
      }
      chains.append(chain)
    }
    return chains
  }
}
