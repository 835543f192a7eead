/// Lloyd's algorithm: assign rows to the nearest centre, move centres to the means, repeat.
struct Lloyd {
  /// Where it came to.
  struct Run: Sendable {
    var centres: Matrix
    /// The weight of each cluster's rows.
    var weights: [Double]
    var inertia: Double
    var iterations: Int
    /// The cluster of each row, from 0.
    var labels: [Int32]
  }

  let data: any DataSource
  /// Distances are measured in these units.
  let units: [Double]
  /// It has arrived when no more than this share of the rows changes its cluster, in three iterations
  /// in a row, or none does.
  let tolerance: Double
  let execution: Execution

  /// Iterates until it has arrived, or `maximumIterations` times. O(n·d·K) an iteration, and O(n·d)
  /// once most rows lie nearer to their centre than the others can have come since they were compared
  /// (Hamerly 2010, with one bound a row); the results are those of comparing all.
  ///
  /// A cluster that loses all rows moves to the row that is farthest from its centre, as
  /// scikit-learn does, so that every cluster keeps a row while there are enough distinct ones.
  func run(from start: Matrix, maximumIterations: Int) throws -> Run {
    var rule = NearestCentre(centres: start, units: units)
    var sums = ClusterSums(clusters: start.rows, columns: start.columns)
    var iterations = 0
    let most = Int(tolerance * Double(data.rows))
    var labels: [Int32] = []
    _ = try ParallelArray<Float>.array(data.rows) { reach in
      labels = try ParallelArray<Int32>.array(data.rows) { labels in
        var (distance, calm) = (0.0, 0)
        sums = try assign(rule, labels, reach, moved: nil)
        while iterations < maximumIterations {
          let next = NearestCentre(centres: try moved(rule, sums, labels), units: units)
          distance += next.displacement(from: rule)
          rule = next
          iterations += 1
          sums = try assign(rule, labels, reach, moved: distance)
          calm = sums.changed <= most ? calm + 1 : 0
          if calm == 3 || sums.changed == 0 { break }
        }
      }
    }
    return Run(
      centres: rule.centres, weights: sums.weights, inertia: sums.inertia, iterations: iterations,
      labels: labels)
  }

  /// The means of the clusters; clusters without rows take the farthest ones.
  private func moved(_ rule: NearestCentre, _ sums: ClusterSums, _ labels: ParallelArray<Int32>)
    throws
    -> Matrix
  {
    var centres = rule.means(sums)
    let empty = sums.weights.indices.filter { sums.weights[$0] == 0 }
    guard !empty.isEmpty else { return centres }
    for (k, row) in zip(empty, try farthest(empty.count, rule, labels).rows) where row.distance > 0
    {
      for j in 0..<centres.columns { centres[k, j] = row.point[j] }
    }
    return centres
  }

  /// One pass: the weight and the sum of rows of each cluster, and the inertia.
  ///
  /// - Parameter moved: How far centres may have moved since the first pass; `nil` in that one.
  private func assign(
    _ rule: NearestCentre, _ labels: ParallelArray<Int32>, _ reach: ParallelArray<Float>,
    moved: Double?
  ) throws -> ClusterSums {
    let (k, d) = (rule.centres.rows, rule.centres.columns)
    return try overChunks(ClusterSums(clusters: k, columns: d), { $0.merge($1) }) {
      worker, range, sums in
      try labels.write(range) { labels in
        try reach.write(range) { reach in
          if moved == nil { for i in labels.indices { (labels[i], reach[i]) = (-1, -.infinity) } }
          try worker.assign(
            range, of: data, rule, labels: &labels, reach: &reach, moved: moved ?? 0, to: &sums)
        }
      }
    }
  }

  private func farthest(_ count: Int, _ rule: NearestCentre, _ labels: ParallelArray<Int32>) throws
    -> FarthestRows
  {
    try overChunks(FarthestRows(limit: count), { $0.merge($1) }) { worker, range, farthest in
      try labels.write(range) {
        try worker.noteFarthest(range, of: data, rule, labels: $0.span, in: &farthest)
      }
    }
  }

  /// What `body` gathers of all blocks, merged in a fixed order.
  private func overChunks<Result: Sendable & Codable>(
    _ empty: Result, _ merge: @escaping @Sendable (inout Result, Result) -> Void,
    _ body: @Sendable (inout ClusterWorker, Range<Int>, inout Result) throws -> Void
  ) throws -> Result {
    let chunks = Chunks(rows: data.rows)
    let root = try execution.alone.reduce(
      chunks.count,
      makeWorker: {
        ClusterWorker(
          columns: units.count, rowsPerBlock: Chunks.rowsPerBlock(of: data.rows))
      },
      merge: merge
    ) { worker, chunk in
      var result = empty
      try chunks.forEachBlock(of: chunk) { try body(&worker, $0, &result) }
      return result
    }
    guard let root else { throw EmulsionError(.invalidData, "no data rows") }
    return root
  }
}
