/// Clusters by Ward's agglomerative method, cut at K; every row starts with its nearest centre.
///
/// It draws nothing, so that it needs no restarts. Where there are more than 2000 representative
/// rows, that many of them are clustered.
public struct HierarchicalInitializer: Initializer {
  /// Makes the initializer.
  public init() {}
  /// `hierarchical`.
  public var name: String { "hierarchical" }
  /// True.
  public var isDeterministic: Bool { true }

  /// Clusters at most 2000 rows. O(m²·d) for m rows.
  public func start(_ context: StartContext) throws -> Start {
    let tree = WardTree(context.sample.points)
    return context.start(nearest: try tree.centres(context.components, context.execution))
  }
}

/// Ward's hierarchical clustering (Ward 1963) by chains of nearest neighbours (Murtagh 1983).
private struct WardTree {
  private struct Cluster {
    var weight: Double
    var centre: [Double]
  }

  private struct Merge {
    var a: Int
    var b: Int
    var height: Double
  }

  private static let mostRows = 2000

  private let sample: RepresentativeRows
  private let leaves: [Cluster]

  init(_ sample: RepresentativeRows) {
    self.sample = sample
    let n = sample.rows.rows
    var chosen = Array(0..<n)
    if n > Self.mostRows {
      // The rows come in an order of their own, so that a hash of the position is a fair draw.
      let keys = chosen.map { row -> UInt64 in
        var random = CounterRandom(seed: UInt64(row), purpose: .starts)
        return random.next()
      }
      chosen = Array(chosen.sorted { keys[$0] < keys[$1] }.prefix(Self.mostRows)).sorted()
    }
    leaves = chosen.map {
      Cluster(weight: sample.weights[$0], centre: Array(sample.rows.row($0)))
    }
  }

  /// The centres of the K clusters, K × d; rows repeat where there are fewer than K.
  func centres(_ k: Int, _ execution: Execution) throws -> Matrix {
    let merges = try merges(execution).sorted { $0.height < $1.height }
    var parent = Array(leaves.indices)
    func root(_ i: Int) -> Int {
      var i = i
      while parent[i] != i {
        parent[i] = parent[parent[i]]
        i = parent[i]
      }
      return i
    }
    for merge in merges.prefix(max(0, leaves.count - k)) { parent[root(merge.b)] = root(merge.a) }
    var clusters: [Int: Cluster] = [:]
    var order: [Int] = []
    for (i, leaf) in leaves.enumerated() {
      let top = root(i)
      if let cluster = clusters[top] {
        clusters[top] = merged(cluster, leaf)
      } else {
        clusters[top] = leaf
        order.append(top)
      }
    }
    let centres = order.compactMap { clusters[$0]?.centre }
    let filled = (0..<k).flatMap { centres[$0 % centres.count] }
    return Matrix(rows: k, columns: sample.rows.columns, values: filled)
  }

  /// All merges down to one cluster; a and b are leaves of the two that merge.
  private func merges(_ execution: Execution) throws -> [Merge] {
    var clusters = leaves
    var isAlive = leaves.map { _ in true }
    var alive = leaves.count
    var chain: [Int] = []
    var merges: [Merge] = []
    while alive > 1 {
      try execution.checkCancellation()
      if chain.isEmpty, let first = isAlive.firstIndex(of: true) { chain.append(first) }
      let last = chain[chain.count - 1]
      let previous = chain.count > 1 ? chain[chain.count - 2] : nil
      // Ties go to the one before in the chain, so that the chain ends.
      var best = previous.map { ($0, height(clusters[last], clusters[$0])) }
      for other in clusters.indices where isAlive[other] && other != last {
        let distance = height(clusters[last], clusters[other])
        if distance < best?.1 ?? .infinity { best = (other, distance) }
      }
      guard let (nearest, distance) = best else { break }
      guard nearest == previous else {
        chain.append(nearest)
        continue
      }
      chain.removeLast(2)
      merges.append(Merge(a: nearest, b: last, height: distance))
      clusters[nearest] = merged(clusters[nearest], clusters[last])
      isAlive[last] = false
      alive -= 1
    }
    return merges
  }

  /// The growth of the within-cluster sum of squares if two clusters merge.
  private func height(_ a: Cluster, _ b: Cluster) -> Double {
    a.weight / (a.weight + b.weight) * b.weight
      * sample.squaredDistance(a.centre[...], b.centre[...])
  }

  private func merged(_ a: Cluster, _ b: Cluster) -> Cluster {
    let share = b.weight / (a.weight + b.weight)
    return Cluster(
      weight: a.weight + b.weight,
      centre: zip(a.centre, b.centre).map { $0 + share * ($1 - $0) })
  }
}
