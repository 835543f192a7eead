/// Weighted means of columns and sums of squares about them, in units of the columns' own.
///
/// Squares are taken about the mean of each block and put together by the formula for two samples, so
/// that an offset, however large, costs no digit.
///
/// Source: T. F. Chan, G. H. Golub & R. J. LeVeque, Algorithms for computing the sample variance, 1983,
/// equation 2.1.
struct ColumnMoments: Sendable, Codable {
  /// Σ w.
  private var weight = 0.0
  /// Mean of (x − origin)/unit.
  private(set) var means: [Double]
  /// Σ w·((x − origin)/unit − mean)².
  private(set) var squares: [Double]

  private init(columns: Int) {
    means = Array(repeating: 0, count: columns)
    squares = Array(repeating: 0, count: columns)
  }

  /// The moments of all rows.
  static func of(
    _ data: any DataSource, origins: [Double], units: [Double], _ execution: Execution
  ) throws -> ColumnMoments {
    let chunks = Chunks(rows: data.rows)
    let columns = data.columns
    let root = try execution.reduce(
      chunks.count,
      makeWorker: {
        MomentWorker(
          origins: origins, units: units, lanes: Chunks.rowsPerBlock(of: data.rows))
      },
      merge: { $0.merge($1) }
    ) { worker, chunk in
      var moments = ColumnMoments(columns: columns)
      try chunks.forEachBlock(of: chunk) { range in
        try data.read(range, into: &worker.buffer)
        if worker.buffer.coverWeightlessRows() { moments.merge(worker.moments()) }
      }
      return moments
    }
    return root ?? ColumnMoments(columns: columns)
  }

  private mutating func merge(_ other: ColumnMoments) {
    guard other.weight > 0 else { return }
    let share = other.weight / (weight + other.weight)
    for j in means.indices {
      let difference = other.means[j] - means[j]
      means[j] += difference * share
      squares[j] += other.squares[j] + difference * difference * (weight * share)
    }
    weight += other.weight
  }

  /// One thread's block and scratch.
  private struct MomentWorker: ~Copyable {
    var buffer: BlockBuffer
    private var scaled: LaneMatrix
    private var weighted: LaneMatrix
    private let origins: [Double]
    private let units: [Double]

    init(origins: [Double], units: [Double], lanes: Int) {
      self.origins = origins
      self.units = units
      scaled = LaneMatrix(rows: 1, lanes: lanes)
      weighted = LaneMatrix(rows: 1, lanes: lanes)
      buffer = BlockBuffer(columns: origins.count, capacity: lanes)
    }

    /// The moments of the block.
    mutating func moments() -> ColumnMoments {
      var result = ColumnMoments(columns: origins.count)
      let count = buffer.rows
      result.weight = buffer.hasWeights ? Lanes.sum(buffer.weights()) : Double(count)
      for j in origins.indices {
        scale(j, about: 0)
        let sum =
          buffer.hasWeights
          ? Lanes.dot(scaled.lanes(0, count), buffer.weights()) : Lanes.sum(scaled.lanes(0, count))
        let mean = sum / result.weight
        scale(j, about: mean)
        result.means[j] = mean
        guard buffer.hasWeights else {
          result.squares[j] = Lanes.dot(scaled.lanes(0, count), scaled.lanes(0, count))
          continue
        }
        weighScaled()
        result.squares[j] = Lanes.dot(weighted.lanes(0, count), scaled.lanes(0, count))
      }
      return result
    }

    /// Writes (x − origin)/unit − `mean` of column `j` to `scaled`.
    private mutating func scale(_ j: Int, about mean: Double) {
      Self.scale(buffer, j, origins[j], units[j], mean, &scaled)
    }

    private static func scale(
      _ buffer: borrowing BlockBuffer, _ j: Int, _ origin: Double, _ unit: Double, _ mean: Double,
      _ scaled: inout LaneMatrix
    ) {
      let block = buffer.block
      let x = block.column(j)
      var lanes = scaled[row: 0]
      guard (1 / unit).isFinite else {
        for i in x.indices { lanes[i] = (x[i] - origin) / unit - mean }
        return
      }
      Lanes.standardize(x, origin: origin, scale: 1 / unit, reference: mean, into: &lanes)
    }

    /// Writes the rows' weights times `scaled` to `weighted`.
    private mutating func weighScaled() { Self.weigh(buffer, scaled, &weighted) }

    private static func weigh(
      _ buffer: borrowing BlockBuffer, _ scaled: borrowing LaneMatrix, _ weighted: inout LaneMatrix
    ) {
      let (x, weights) = (scaled.lanes(0, buffer.rows), buffer.weights())
      var lanes = weighted[row: 0]
      for i in x.indices { lanes[i] = x[i] * weights[i] }
    }
  }
}
