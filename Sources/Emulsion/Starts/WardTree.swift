import CVectorMath

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
    let d = units.count
    var clusters = WardClusters(rows, weights: weights, units: units)
    /// Clusters by their first rows.
    var chain: [Int] = []
    var merges: [Merge] = []
    while clusters.count > 1 {
      try execution.checkCancellation()
      if chain.isEmpty { chain.append(clusters.first) }
      let last = chain[chain.count - 1]
      let previous = chain.count > 1 ? chain[chain.count - 2] : nil
      let nearest = clusters.nearest(to: last, before: previous, columns: d)
      guard nearest == previous else {
        chain.append(nearest)
        continue
      }
      chain.removeLast(2)
      merges.append(Merge(a: nearest, b: last, height: clusters.merge(last, into: nearest)))
    }
    return merges
  }
}

/// The clusters that are left, with their centres in lanes.
private struct WardClusters: ~Copyable {
  private var centres: LaneMatrix
  private var weights: LaneMatrix
  /// The row that stands for the cluster of each lane, and back.
  private var rows: [Int]
  private var lanes: [Int]
  /// How many there are, and how many lanes are in use: those without a cluster stand at infinity.
  private(set) var count: Int

  /// Every row by itself.
  init(_ values: [Double], weights given: [Double], units: [Double]) {
    let (n, d) = (given.count, units.count)
    centres = LaneMatrix(rows: d, lanes: n)
    weights = LaneMatrix(rows: 1, lanes: n)
    (rows, lanes, count) = (Array(0..<n), Array(0..<n), n)
    for i in 0..<centres.stride {
      weights.base[i] = i < n ? given[i] : 1
      for j in 0..<d {
        centres.base[j * centres.stride + i] =
          i < n ? (values[i * d + j] - values[j]) / units[j] : .infinity
      }
    }
  }

  /// One that is left.
  var first: Int { rows.first { lanes[$0] >= 0 } ?? 0 }

  /// The cluster whose merger with `cluster` lets the within-cluster sum of squares grow least; ties go to the one
  /// before in the chain, so that the chain ends.
  func nearest(to cluster: Int, before previous: Int?, columns d: Int) -> Int {
    let n = rows.count
    let found = vm_ward_nearest(
      centres.base, centres.stride, n, d, weights.base, lanes[cluster],
      previous.map { lanes[$0] } ?? n)
    return found < n ? rows[found] : first
  }

  /// Merges two, and tells by how much the sum of squares grows.
  mutating func merge(_ cluster: Int, into other: Int) -> Double {
    let (a, b, stride, d) = (lanes[other], lanes[cluster], centres.stride, centres.rows)
    let (own, added) = (weights.base[a], weights.base[b])
    let share = added / (own + added)
    var sum = 0.0
    for j in 0..<d {
      let t = centres.base[j * stride + b] - centres.base[j * stride + a]
      sum += t * t
      centres.base[j * stride + a] += share * t
      centres.base[j * stride + b] = .infinity
    }
    weights.base[a] += added
    lanes[cluster] = -1
    count -= 1
    if 4 * (rows.count - count) > rows.count { compact() }
    return share * own * sum
  }

  /// Moves clusters together, in their order.
  private mutating func compact() {
    let (stride, d) = (centres.stride, centres.rows)
    var next = 0
    for lane in rows.indices where lanes[rows[lane]] == lane {
      for j in 0..<d { centres.base[j * stride + next] = centres.base[j * stride + lane] }
      weights.base[next] = weights.base[lane]
      rows[next] = rows[lane]
      lanes[rows[next]] = next
      next += 1
    }
    rows.removeLast(rows.count - next)
    for i in next..<stride {
      weights.base[i] = 1
      for j in 0..<d { centres.base[j * stride + i] = .infinity }
    }
  }
}
