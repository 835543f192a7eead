/// Components merged into clusters, one pair after the other, so that each step takes away as much as
/// possible of the entropy of the classification (Baudry, Raftery, Celeux, Lo & Gottardo 2010).
///
/// A mixture's components follow the shape of the density; several may make up one cluster.
public struct MergedComponents: Sendable {
  /// One number of clusters.
  public struct Step: Sendable, Hashable {
    /// The number of clusters.
    public let clusters: Int
    /// −Σ w Σ t ln t over rows and clusters, t the posterior probability of a cluster, nats.
    public let entropy: Double
    /// The clusters of the step before that became one, numbered from 0; `nil` in the first step.
    public let merged: [Int]?
    /// The components of each cluster, numbered from 0.
    public let members: [[Int]]
  }

  /// From as many clusters as components to one.
  public let steps: [Step]
  private let posterior: Matrix
  private let components: Int

  /// Merges the components of posterior probabilities. O(nK²).
  ///
  /// - Parameters:
  ///   - posterior: Of the components, and of the noise where there is a column more.
  ///   - components: K.
  ///   - weights: One a row; 1 where `nil`.
  init(
    _ posterior: Matrix, components k: Int, weights: [Double]?, _ execution: Execution
  ) throws {
    (self.posterior, components) = (posterior, k)
    let rows = posterior.rows
    // Columns, so that a pair is two runs of numbers.
    var columns = (0..<k).map { posterior.column($0) }
    func total(_ value: (Int) -> Double) -> Double {
      (0..<rows).reduce(0) { $0 + (weights?[$1] ?? 1) * value($1) }
    }
    /// What the entropy loses when the two clusters of each pair become one.
    func gains(of pairs: [(Int, Int)]) throws -> [Double] {
      let columns = columns
      return try execution.map(pairs.count) { place in
        let (x, y) = (columns[pairs[place].0], columns[pairs[place].1])
        return (0..<rows).reduce(0) { sum, i in
          sum + (weights?[i] ?? 1) * (Self.term(x[i] + y[i]) - Self.term(x[i]) - Self.term(y[i]))
        }
      }
    }
    let noise = (k..<posterior.columns).reduce(0) { sum, j in
      sum - total { Self.term(posterior[$0, j]) }
    }
    func entropy() -> Double {
      columns.reduce(noise) { sum, column in sum - total { Self.term(column[$0]) } }
    }
    var members = (0..<k).map { [$0] }
    var table = Matrix(rows: k, columns: k)
    func renew(_ pairs: [(Int, Int)]) throws {
      for ((a, b), gain) in zip(pairs, try gains(of: pairs)) { table[a, b] = gain }
    }
    try renew((0..<k).flatMap { a in (a + 1..<max(k, a + 1)).map { (a, $0) } })
    var places = Array(0..<k)
    var steps = [Step(clusters: k, entropy: entropy(), merged: nil, members: members)]
    while places.count > 1 {
      var best = (a: 0, b: 1)
      for a in places.indices {
        for b in a + 1..<max(places.count, a + 1)
        where table[places[a], places[b]] > table[places[best.a], places[best.b]] {
          best = (a, b)
        }
      }
      let (kept, gone) = (places[best.a], places[best.b])
      for i in 0..<rows { columns[kept][i] += columns[gone][i] }
      columns[gone] = Array(repeating: 0, count: rows)
      members[best.a] += members[best.b]
      members[best.a].sort()
      members.remove(at: best.b)
      places.remove(at: best.b)
      try renew(
        places.filter { $0 != kept }.map { (min(kept, $0), max(kept, $0)) })
      steps.append(
        Step(
          clusters: places.count, entropy: max(0, entropy()), merged: [best.a, best.b],
          members: members))
    }
    self.steps = steps
  }

  private static func term(_ t: Double) -> Double { t > 0 ? t * naturalLog(t) : 0 }

  /// The most probable of n clusters for each row, from 0; ``Noise/label`` where that is the noise.
  /// Clusters are numbered by their first component.
  ///
  /// - Throws: `invalid-option` for a number of clusters that is not from 1 to K.
  public func labels(_ clusters: Int) throws -> [Int] {
    guard let step = steps.first(where: { $0.clusters == clusters }) else {
      throw EmulsionError(
        .invalidOption,
        "labels: \(clusters) clusters of \(components.counted("component")); give a "
          + "number from 1 to \(components)")
    }
    return (0..<posterior.rows).map { i in
      var (label, largest) = (0, -1.0)
      for (c, group) in step.members.enumerated() {
        let share = group.reduce(0) { $0 + posterior[i, $1] }
        if share > largest { (label, largest) = (c, share) }
      }
      for j in components..<max(components, posterior.columns) where posterior[i, j] > largest {
        (label, largest) = (Noise.label, posterior[i, j])
      }
      return label
    }
  }
}

extension MergedComponents: CustomStringConvertible {
  /// A line a step for a screen 80 columns wide.
  public var description: String { summary(width: 80) }

  /// A line a step: the number of clusters, the entropy, and the components of each cluster.
  public func summary(width: Int = 80) -> String {
    let rows = steps.map { step in
      [
        "\(step.clusters)", step.entropy.formatted(decimals: 3),
        step.members.map { "{\($0.map { "\($0 + 1)" }.joined(separator: " "))}" }
          .joined(separator: " "),
      ]
    }
    let title = "\(components.counted("component")) merged by entropy"
    return ([title] + alignedTable([["clusters", "entropy", "components"]] + rows))
      .flatMap { $0.wrapped(to: width) }.joined(separator: "\n")
  }
}

extension Model {
  /// The components merged into clusters by entropy, with the posterior probabilities of given rows;
  /// noise is left out of it.
  ///
  /// - Throws: `invalid-data` where the columns don't fit or a value is not finite.
  public func clusters(
    _ data: any DataSource, threads: Int? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> MergedComponents {
    try MergedComponents(
      posterior(data, threads: threads, isCancelled: isCancelled), components: components,
      weights: data.rowWeights(), execution(threads, isCancelled))
  }
}
