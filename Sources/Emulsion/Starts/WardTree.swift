/// Ward's hierarchical clustering (Ward 1963) by chains of nearest neighbours (Murtagh 1983).
struct WardTree: Sendable {
  private struct Merge {
    var a: Int
    var b: Int
    var height: Double
  }

  private let columns: Int
  /// The rows that are clustered, in the units of the data, and their weights.
  private let rows: [Double]
  private let weights: [Double]
  /// Merges down to one cluster, lowest first; a and b are rows of the two that merge.
  private let merges: [(a: Int, b: Int)]

  /// Clusters the sample, or `mostRows` of its rows. O(m²·d) for m rows.
  init(_ sample: RepresentativeRows, mostRows: Int, _ execution: Execution) throws {
    let (n, d) = (sample.rows.rows, sample.rows.columns)
    var chosen = Array(0..<n)
    if n > mostRows {
      // The rows come in an order of their own, so that a hash of the position is a fair draw.
      let keys = chosen.map { row -> UInt64 in
        var random = CounterRandom(seed: UInt64(row), purpose: .starts)
        return random.next()
      }
      chosen = Array(chosen.sorted { keys[$0] < keys[$1] }.prefix(mostRows)).sorted()
    }
    columns = d
    rows = chosen.flatMap { Array(sample.rows.row($0)) }
    weights = chosen.map { sample.weights[$0] }
    merges = try Self.merges(
      rows, weights: weights, units: sample.units, execution
    ).sorted { $0.height < $1.height }.map { ($0.a, $0.b) }
  }

  /// The centres of the K clusters, K × d; they repeat where there are fewer rows than K. O(m·d).
  func centres(_ k: Int) -> Matrix {
    let (n, d) = (weights.count, columns)
    var parent = Array(0..<n)
    func root(_ i: Int) -> Int {
      var i = i
      while parent[i] != i {
        parent[i] = parent[parent[i]]
        i = parent[i]
      }
      return i
    }
    for merge in merges.prefix(max(0, n - k)) { parent[root(merge.b)] = root(merge.a) }
    var places: [Int: Int] = [:]
    var (centres, sizes): ([Double], [Double]) = ([], [])
    for i in 0..<n {
      let top = root(i)
      guard let place = places[top] else {
        places[top] = sizes.count
        centres += rows[i * d..<(i + 1) * d]
        sizes.append(weights[i])
        continue
      }
      sizes[place] += weights[i]
      let share = weights[i] / sizes[place]
      for j in 0..<d {
        centres[place * d + j] += share * (rows[i * d + j] - centres[place * d + j])
      }
    }
    return Matrix(
      rows: k, columns: d,
      values: (0..<k).flatMap { q in centres[q % sizes.count * d..<(q % sizes.count + 1) * d] })
  }

  private static func merges(
    _ rows: [Double], weights: [Double], units: [Double], _ execution: Execution
  ) throws -> [Merge] {
    let (n, d) = (weights.count, units.count)
    var centres = rows
    for i in 0..<n {
      for j in 0..<d { centres[i * d + j] = (rows[i * d + j] - rows[j]) / units[j] }
    }
    var weights = weights
    /// Clusters that are left: the first `count` places.
    var alive = Array(0..<n)
    var chain: [Int] = []
    var merges: [Merge] = []
    while alive.count > 1 {
      try execution.checkCancellation()
      if chain.isEmpty { chain.append(alive[0]) }
      let last = chain[chain.count - 1]
      let previous = chain.count > 1 ? chain[chain.count - 2] : nil
      let (nearest, height) = nearest(
        to: last, before: previous, of: alive.span, centres.span, weights.span, d)
      guard nearest == previous else {
        chain.append(nearest)
        continue
      }
      chain.removeLast(2)
      merges.append(Merge(a: nearest, b: last, height: height))
      let share = weights[last] / (weights[nearest] + weights[last])
      for j in 0..<d {
        centres[nearest * d + j] += share * (centres[last * d + j] - centres[nearest * d + j])
      }
      weights[nearest] += weights[last]
      alive.removeAll { $0 == last }
    }
    return merges
  }

  /// The cluster whose merger with `cluster` lets the within-cluster sum of squares grow least, and by how
  /// much; ties go to the one before in the chain, so that the chain ends.
  private static func nearest(
    to cluster: Int, before previous: Int?, of alive: Span<Int>, _ centres: Span<Double>,
    _ weights: Span<Double>, _ d: Int
  ) -> (cluster: Int, height: Double) {
    func height(_ other: Int) -> Double {
      var sum = 0.0
      for j in 0..<d {
        let t = centres[cluster * d + j] - centres[other * d + j]
        sum += t * t
      }
      return weights[cluster] / (weights[cluster] + weights[other]) * weights[other] * sum
    }
    var best = previous ?? (alive[0] == cluster ? alive[1] : alive[0])
    var least = height(best)
    for i in alive.indices where alive[i] != cluster {
      let distance = height(alive[i])
      if distance < least { (best, least) = (alive[i], distance) }
    }
    return (best, least)
  }
}
