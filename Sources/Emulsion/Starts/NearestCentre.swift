import CVectorMath

/// All weight on the component whose centre is nearest; ties go to the first.
///
/// Distances are compared as |c|² − 2c·x, all centres of a block in one product; where two centres are
/// equally near to rounding, the differences x − c decide.
struct NearestCentre: PosteriorTransform {
  /// K × d, in the units of the data; d counts every level of a column of codes.
  let centres: Matrix
  /// Distances are measured in these units, one a column of the centres.
  let units: [Double]
  /// The levels of each column of the data that holds codes, none for the others; empty where none does.
  let levels: [[Double]]
  /// What rows are measured from, so that offsets cost no digit: the mean of the centres.
  private let origin: [Double]
  private let factors: [Double]
  /// Centres as rows are measured, and their squared norms.
  private let scaled: [Double]
  private let squares: [Double]

  init(centres: Matrix, units: [Double], levels: [[Double]] = []) {
    let (k, d) = (centres.rows, centres.columns)
    self.centres = centres
    self.units = units
    self.levels = levels.contains { !$0.isEmpty } ? levels : []
    factors = units.map { 1 / $0 }
    origin = (0..<d).map { j in
      (0..<k).reduce(0.0) { $0 + centres[$1, j] / Double(k) }
    }
    var scaled = centres.values
    for q in 0..<k {
      for j in 0..<d { scaled[q * d + j] = (centres[q, j] - origin[j]) * factors[j] }
    }
    self.scaled = scaled
    squares = (0..<k).map { q in (0..<d).reduce(0) { $0 + scaled[q * d + $1] * scaled[q * d + $1] }
    }
  }

  func transform(
    _ joint: inout Joint, block: borrowing Block, logDensity: inout MutableSpan<Double>
  ) {
    let rows = block.rows
    var lanes = LaneMatrix(rows: centres.columns, lanes: rows)
    var labels = [Int32](repeating: 0, count: rows)
    measure(block, into: &lanes)
    var span = labels.mutableSpan
    assign(lanes, rows: rows, to: &span)
    joint.lanes.markLabels(labels)
    for i in 0..<rows { logDensity[i] = 0 }
  }

  /// Writes rows as they are measured: (x − origin) in `units`.
  func measure(_ block: borrowing Block, into lanes: inout LaneMatrix) {
    var place = 0
    for j in 0..<block.columns {
      let values = block.column(j)
      if levels.isEmpty || levels[j].isEmpty {
        var row = lanes[row: place]
        Lanes.standardize(
          values, origin: origin[place], scale: factors[place], reference: 0, into: &row)
        place += 1
        continue
      }
      for level in levels[j] {
        var row = lanes[row: place]
        for i in values.indices {
          row[i] = ((values[i] == level ? 1 : 0) - origin[place]) * factors[place]
        }
        place += 1
      }
    }
  }

  func measure(_ buffer: borrowing BlockBuffer, into lanes: inout LaneMatrix) {
    measure(buffer.block, into: &lanes)
  }

  /// Writes which centre is nearest to each measured row; returns how many labels changed.
  @discardableResult
  func assign(
    _ lanes: borrowing LaneMatrix, rows: Int, to labels: inout MutableSpan<Int32>
  ) -> Int {
    precondition(lanes.rows >= centres.columns && rows <= lanes.stride && labels.count >= rows)
    let (base, stride) = (lanes.base, lanes.stride)
    return labels.withUnsafeMutableBufferPointer { labels in
      guard let start = labels.baseAddress else { return 0 }
      return vm_nearest(
        base, stride, rows, centres.columns, scaled, squares, centres.rows, start, nil, 0)
    }
  }

  /// The same, given labels of other centres: no centre but its own lies nearer to a row than its
  /// `reach` − `moved`, and rows for which that settles the label are left alone.
  func assign(
    _ lanes: borrowing LaneMatrix, rows: Int, to labels: inout MutableSpan<Int32>,
    reach: inout MutableSpan<Float>, moved: Double
  ) -> Int {
    precondition(lanes.rows >= centres.columns && rows <= lanes.stride)
    precondition(labels.count >= rows && reach.count >= rows)
    let (base, stride) = (lanes.base, lanes.stride)
    return labels.withUnsafeMutableBufferPointer { labels in
      reach.withUnsafeMutableBufferPointer { reach in
        guard let start = labels.baseAddress else { return 0 }
        return vm_nearest(
          base, stride, rows, centres.columns, scaled, squares, centres.rows, start,
          reach.baseAddress, moved)
      }
    }
  }

  /// How far the centre has moved that moved farthest, as rows are measured.
  func displacement(from other: NearestCentre) -> Double {
    var largest = 0.0
    for k in 0..<centres.rows {
      var sum = 0.0
      for j in 0..<centres.columns {
        let t = (centres[k, j] - other.centres[k, j]) * factors[j]
        sum += t * t
      }
      largest = max(largest, sum)
    }
    return largest.squareRoot() * (1 + 1e-9)
  }

  /// Adds measured rows to the sums of their clusters.
  func add(
    _ lanes: borrowing LaneMatrix, _ buffer: borrowing BlockBuffer, labels: Span<Int32>,
    to sums: inout ClusterSums
  ) {
    precondition(labels.count == buffer.rows && sums.weights.count == centres.rows)
    let (base, stride) = (lanes.base, lanes.stride)
    let weights = buffer.hasWeights ? buffer.weightLanes.base : nil
    labels.withUnsafeBufferPointer { labels in
      guard let start = labels.baseAddress else { return }
      sums.inertia += vm_add_to_clusters(
        base, stride, labels.count, centres.columns, scaled, start, weights, &sums.shifts.values,
        &sums.weights)
    }
  }

  /// Writes the squared distance of measured rows to the centres that they are assigned to.
  func writeDistances(
    of lanes: borrowing LaneMatrix, labels: Span<Int32>, into distances: inout LaneMatrix
  ) {
    precondition(labels.count <= distances.stride && labels.count <= lanes.stride)
    let (base, stride, out) = (lanes.base, lanes.stride, distances.base)
    labels.withUnsafeBufferPointer { labels in
      guard let start = labels.baseAddress else { return }
      vm_cluster_distance(base, stride, labels.count, centres.columns, scaled, start, out)
    }
  }

  /// The means that sums about these centres stand for; a cluster without rows stays.
  func means(_ sums: ClusterSums) -> Matrix {
    var means = centres
    for q in sums.weights.indices where sums.weights[q] > 0 {
      for j in 0..<means.columns {
        means[q, j] += sums.shifts[q, j] / sums.weights[q] * units[j]
      }
    }
    return means
  }
}

extension LaneMatrix {
  /// 1 in the row that is a lane's label, 0 in the others.
  fileprivate mutating func markLabels(_ labels: [Int32]) {
    precondition(labels.count <= stride)
    vm_one_hot(labels, labels.count, rows, base, stride)
  }
}
