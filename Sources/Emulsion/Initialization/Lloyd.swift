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

  /// Iterates until the centres stay, or `maximumIterations` times. O(n·d·K) an iteration.
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
      let hasSettled = moved == centres
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
      makeWorker: { ClusterWorker(clusters: k, columns: d) }
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
    var worker = ClusterWorker(clusters: centres.rows, columns: centres.columns)
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
  /// The farthest rows, one for each cluster that may be empty, farthest first.
  var farthest: [FarthestRow] = []

  init(clusters: Int, columns: Int) {
    weights = Array(repeating: 0, count: clusters)
    shifts = Matrix(rows: clusters, columns: columns)
  }

  mutating func merge(_ other: ClusterSums) {
    inertia += other.inertia
    for k in weights.indices { weights[k] += other.weights[k] }
    for i in shifts.values.indices { shifts.values[i] += other.shifts.values[i] }
    for row in other.farthest { note(row) }
  }

  mutating func note(_ row: FarthestRow) {
    guard farthest.count < weights.count || row.distance > (farthest.last?.distance ?? -1) else {
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

/// One thread's buffers for assigning rows to centres.
struct ClusterWorker: ~Copyable {
  private var buffer: BlockBuffer
  private var joint: Joint
  private var spare: LaneMatrix

  init(clusters: Int, columns: Int) {
    buffer = BlockBuffer(columns: columns, capacity: Chunks.rowsPerBlock)
    joint = Joint(components: clusters, lanes: Chunks.rowsPerBlock)
    spare = LaneMatrix(rows: 2, lanes: Chunks.rowsPerBlock)
  }

  mutating func add(
    _ range: Range<Int>, of data: any DataSource, _ rule: NearestCentre, to sums: inout ClusterSums
  ) throws {
    try data.read(range, into: &buffer)
    for i in 0..<range.count {
      let weight = buffer.hasWeights ? buffer.weights()[i] : 1
      guard weight > 0 else { continue }
      let (k, distance) = Self.nearest(buffer.block, i, rule)
      sums.weights[k] += weight
      sums.inertia += weight * distance
      for j in 0..<rule.centres.columns {
        sums.shifts[k, j] += weight * (buffer.block.column(j)[i] - rule.centres[k, j])
      }
      if distance > sums.farthest.last?.distance ?? -1 || sums.farthest.count < sums.weights.count {
        let point = (0..<rule.centres.columns).map { buffer.block.column($0)[i] }
        sums.note(FarthestRow(distance: distance, point: point))
      }
    }
  }

  mutating func appendLabels(
    _ range: Range<Int>, of data: any DataSource, _ rule: NearestCentre, to labels: inout [Int]
  ) throws {
    try data.read(range, into: &buffer)
    for i in 0..<range.count { labels.append(Self.nearest(buffer.block, i, rule).cluster) }
  }

  private static func nearest(_ block: borrowing Block, _ i: Int, _ rule: NearestCentre) -> (
    cluster: Int, distance: Double
  ) {
    var best = (cluster: 0, distance: Double.infinity)
    for k in 0..<rule.centres.rows {
      var distance = 0.0
      for j in 0..<rule.centres.columns {
        let t = (block.column(j)[i] - rule.centres[k, j]) / rule.units[j]
        distance += t * t
      }
      if distance < best.distance { best = (k, distance) }
    }
    return best
  }
}
