/// One thread's buffers for assigning rows to centres.
struct ClusterWorker: ~Copyable {
  private var buffer: BlockBuffer
  /// The rows as they are measured.
  private var lanes: LaneMatrix
  private var distances: LaneMatrix

  init(columns: Int, rowsPerBlock: Int) {
    buffer = BlockBuffer(columns: columns, capacity: rowsPerBlock)
    lanes = LaneMatrix(rows: columns, lanes: rowsPerBlock)
    distances = LaneMatrix(rows: 1, lanes: rowsPerBlock)
  }

  /// Assigns rows `range` to centres and adds them to the sums of their clusters.
  mutating func assign(
    _ range: Range<Int>, of data: any DataSource, _ rule: NearestCentre,
    labels: inout MutableSpan<Int32>, reach: inout MutableSpan<Float>, moved: Double,
    to sums: inout ClusterSums
  ) throws {
    try data.read(range, into: &buffer)
    rule.measure(buffer, into: &lanes)
    sums.changed += rule.assign(
      lanes, rows: range.count, to: &labels, reach: &reach, moved: moved)
    rule.add(lanes, buffer, labels: labels.span, to: &sums)
  }

  /// Notes the rows of `range` that lie farthest from their centres.
  mutating func noteFarthest(
    _ range: Range<Int>, of data: any DataSource, _ rule: NearestCentre,
    labels: Span<Int32>, in farthest: inout FarthestRows
  ) throws {
    try data.read(range, into: &buffer)
    rule.measure(buffer, into: &lanes)
    rule.writeDistances(of: lanes, labels: labels, into: &distances)
    for i in 0..<range.count where !buffer.hasWeights || buffer.weights()[i] > 0 {
      let distance = distances.lanes(0, range.count)[i]
      guard farthest.isAmong(distance) else { continue }
      let block = buffer.block
      farthest.note(distance, point: (0..<block.columns).map { block.column($0)[i] })
    }
  }
}

/// Sums over the rows of each cluster, about the centre they were assigned to.
struct ClusterSums: Sendable, Codable {
  var weights: [Double]
  /// Σ w (x − centre), K × d, as rows are measured.
  var shifts: Matrix
  var inertia = 0.0
  /// How many rows have changed their cluster.
  var changed = 0

  init(clusters: Int, columns: Int) {
    weights = Array(repeating: 0, count: clusters)
    shifts = Matrix(rows: clusters, columns: columns)
  }

  mutating func merge(_ other: ClusterSums) {
    inertia += other.inertia
    changed += other.changed
    for k in weights.indices { weights[k] += other.weights[k] }
    for i in shifts.values.indices { shifts.values[i] += other.shifts.values[i] }
  }
}

/// The rows that lie farthest from their centres, farthest first.
struct FarthestRows: Sendable, Codable {
  /// How many are wanted.
  let limit: Int
  private(set) var rows: [FarRow] = []

  /// A row and how far it lies from its centre.
  struct FarRow: Sendable, Codable {
    var distance: Double
    var point: [Double]
  }

  init(limit: Int) { self.limit = limit }

  func isAmong(_ distance: Double) -> Bool {
    rows.count < limit || distance > rows.last?.distance ?? -1
  }

  mutating func note(_ distance: Double, point: [Double]) {
    guard isAmong(distance) else { return }
    let place = rows.firstIndex { $0.distance < distance } ?? rows.count
    rows.insert(FarRow(distance: distance, point: point), at: place)
    if rows.count > limit { rows.removeLast() }
  }

  mutating func merge(_ other: FarthestRows) {
    for row in other.rows { note(row.distance, point: row.point) }
  }
}
