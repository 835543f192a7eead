import CVectorMath

/// One thread's buffers for assigning rows to centres.
struct ClusterWorker: ~Copyable {
  private var buffer: BlockBuffer
  /// Squared distance, cluster, scratch.
  private var lanes: LaneMatrix

  init(columns: Int) {
    buffer = BlockBuffer(columns: columns, capacity: Chunks.rowsPerBlock)
    lanes = LaneMatrix(rows: 3, lanes: Chunks.rowsPerBlock)
  }

  /// Adds rows `range` to the sums of their clusters.
  mutating func add(
    _ range: Range<Int>, of data: any DataSource, _ rule: NearestCentre, to sums: inout ClusterSums
  ) throws {
    try data.read(range, into: &buffer)
    lanes.findNearest(buffer, rule)
    let columns = rule.centres.columns
    for i in 0..<range.count {
      let weight = buffer.hasWeights ? buffer.weights()[i] : 1
      guard weight > 0 else { continue }
      let distance = lanes.lanes(0, range.count)[i]
      let cluster = Int(lanes.lanes(1, range.count)[i])
      sums.labelHash &+= hash(row: range.lowerBound + i, cluster: cluster)
      sums.weights[cluster] += weight
      sums.inertia += weight * distance
      for j in 0..<columns {
        sums.shifts[cluster, j] += weight * (buffer.block.column(j)[i] - rule.centres[cluster, j])
      }
      guard sums.farthest.count < sums.weights.count || distance > sums.leastOfFarthest else {
        continue
      }
      let point = (0..<columns).map { buffer.block.column($0)[i] }
      sums.note(FarthestRow(distance: distance, point: point))
    }
  }

  /// Appends the clusters of rows `range`.
  mutating func appendLabels(
    _ range: Range<Int>, of data: any DataSource, _ rule: NearestCentre, to labels: inout [Int]
  ) throws {
    try data.read(range, into: &buffer)
    lanes.findNearest(buffer, rule)
    for i in 0..<range.count { labels.append(Int(lanes.lanes(1, range.count)[i])) }
  }
}

/// Mixed well enough that labels which change together don't cancel in a sum.
private func hash(row: Int, cluster: Int) -> UInt64 {
  let key = UInt64(row) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(cluster) &* 0xD1B5_4A32_D192_ED03
  let mixed = (key ^ (key >> 30)) &* 0xBF58_476D_1CE4_E5B9
  return (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
}

extension LaneMatrix {
  /// Writes the squared distance to the nearest centre into row 0, and which it is into row 1.
  fileprivate mutating func findNearest(_ buffer: borrowing BlockBuffer, _ rule: NearestCentre) {
    let (d, k, n) = (rule.centres.columns, rule.centres.rows, buffer.rows)
    precondition(rows == 3 && n <= stride && buffer.columns == d && rule.units.count == d)
    vm_nearest(
      buffer.lanes.base, buffer.lanes.stride, n, d, rule.centres.values, k,
      rule.units.map { 1 / $0 }, base, base + stride, base + 2 * stride)
  }
}
