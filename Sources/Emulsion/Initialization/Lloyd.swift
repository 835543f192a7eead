/// Lloyd's algorithm: assign rows to the nearest centre, move centres to the means, repeat.
struct Lloyd {
  /// Where it came to.
  struct Run: Sendable {
    var centres: Matrix
    /// The weight of each cluster's rows.
    var weights: [Double]
    var inertia: Double
    var iterations: Int
  }

  let data: any DataSource
  /// Distances are measured in these units.
  let units: [Double]
  let execution: Execution

  /// Iterates until no row changes its cluster, or `maximumIterations` times. O(n·d·K) an iteration.
  ///
  /// A cluster that loses all rows moves to the row that is farthest from its centre, as
  /// scikit-learn does, so that every cluster keeps a row while there are enough distinct ones.
  func run(from start: Matrix, maximumIterations: Int) throws -> Run {
    var centres = start
    var sums = try assign(centres)
    var iterations = 0
    while iterations < maximumIterations {
      let moved = sums.means(previous: centres)
      iterations += 1
      let next = try assign(moved)
      let hasSettled = next.labelHash == sums.labelHash
      (centres, sums) = (moved, next)
      if hasSettled { break }
    }
    return Run(
      centres: centres, weights: sums.weights, inertia: sums.inertia, iterations: iterations)
  }

  /// One pass: the weight and the sum of rows of each cluster, and the inertia.
  private func assign(_ centres: Matrix) throws -> ClusterSums {
    let chunks = Chunks(rows: data.rows)
    let (k, d) = (centres.rows, centres.columns)
    let tree = TreeMerge<ClusterSums>(leaves: chunks.count) { $0.merge($1) }
    let rule = NearestCentre(centres: centres, units: units)
    try execution.forEach(
      chunks.count,
      makeWorker: { ClusterWorker(columns: d) }
    ) { worker, chunk in
      var sums = ClusterSums(clusters: k, columns: d)
      try chunks.forEachBlock(of: chunk) { range in
        try worker.add(range, of: data, rule, to: &sums)
      }
      try tree.add(sums, at: chunk)
    }
    guard let root = tree.root() else { throw EmulsionError(.invalidData, "no data rows") }
    return root
  }

  /// The cluster of each row, from 0.
  func labels(_ centres: Matrix) throws -> [Int] {
    let rule = NearestCentre(centres: centres, units: units)
    var worker = ClusterWorker(columns: centres.columns)
    var labels: [Int] = []
    labels.reserveCapacity(data.rows)
    var row = 0
    while row < data.rows {
      let range = row..<min(data.rows, row + Chunks.rowsPerBlock)
      try worker.appendLabels(range, of: data, rule, to: &labels)
      row = range.upperBound
    }
    return labels
  }
}

/// The row that lies farthest from its centre.
struct FarthestRow: Sendable {
  var distance = -1.0
  var point: [Double] = []
}

/// Sums over the rows of each cluster, about the centre they were assigned to.
struct ClusterSums: Sendable {
  var weights: [Double]
  /// Σ w (x − centre), K × d.
  var shifts: Matrix
  var inertia = 0.0
  /// A hash of which row is in which cluster.
  var labelHash: UInt64 = 0
  /// The farthest rows, one for each cluster that may be empty, farthest first.
  var farthest: [FarthestRow] = []

  init(clusters: Int, columns: Int) {
    weights = Array(repeating: 0, count: clusters)
    shifts = Matrix(rows: clusters, columns: columns)
  }

  mutating func merge(_ other: ClusterSums) {
    inertia += other.inertia
    labelHash &+= other.labelHash
    for k in weights.indices { weights[k] += other.weights[k] }
    for i in shifts.values.indices { shifts.values[i] += other.shifts.values[i] }
    for row in other.farthest { note(row) }
  }

  /// What a distance must exceed to be noted once there are enough.
  var leastOfFarthest: Double { farthest.last?.distance ?? -1 }

  mutating func note(_ row: FarthestRow) {
    guard farthest.count < weights.count || row.distance > leastOfFarthest else {
      return
    }
    let place = farthest.firstIndex { $0.distance < row.distance } ?? farthest.count
    farthest.insert(row, at: place)
    if farthest.count > weights.count { farthest.removeLast() }
  }

  func means(previous: Matrix) -> Matrix {
    var centres = previous
    var spare = farthest.makeIterator()
    for k in weights.indices {
      if weights[k] > 0 {
        for j in 0..<centres.columns { centres[k, j] += shifts[k, j] / weights[k] }
      } else if let row = spare.next(), row.distance > 0 {
        for j in 0..<centres.columns { centres[k, j] = row.point[j] }
      }
    }
    return centres
  }
}
