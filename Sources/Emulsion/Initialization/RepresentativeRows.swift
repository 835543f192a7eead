/// Distinct rows in a fixed order, with their summed weights: what starts are drawn from.
///
/// All distinct rows where the data are small, else about `limit` of them, chosen by a hash of
/// where they lie between each column's extremes. The order is lexicographic. So starts depend
/// neither on the order of rows nor on offsets or units of the columns, and a weight of 3 equals
/// three copies.
public struct RepresentativeRows: Sendable {
  /// The most rows that are taken whole.
  static let limit = 20_000

  /// The rows, in the units of the data.
  public let rows: Matrix
  /// Their weights.
  public let weights: [Double]
  /// The units in which distances between rows are measured, one a column, > 0.
  public private(set) var units: [Double]
  /// Whether these are all rows of positive weight.
  public let isComplete: Bool

  init(_ data: any DataSource, summary: DataSummary) throws {
    units = Array(repeating: 1, count: data.columns)
    isComplete = summary.weightedRows <= Self.limit
    var distinct = Self.merged(
      try Self.collect(data, summary, isWhole: isComplete, byContent: true))
    if !isComplete && !(Self.limit / 4...Self.limit * 4).contains(distinct.count) {
      // Few distinct places: content decides too coarsely, so positions decide.
      distinct = Self.merged(
        try Self.collect(data, summary, isWhole: false, byContent: false))
    }
    rows = Matrix(
      rows: distinct.count, columns: data.columns, values: distinct.flatMap { $0.row })
    weights = distinct.map { $0.weight }
  }

  /// No rows at all, for starts that need none.
  init(none columns: Int) {
    units = Array(repeating: 1, count: columns)
    isComplete = false
    rows = Matrix(rows: 0, columns: columns)
    weights = []
  }

  /// The same rows with distances in other units.
  func measured(in units: [Double]) -> RepresentativeRows {
    var result = self
    result.units = units
    return result
  }

  /// The distinct rows in lexicographic order, with their summed weights.
  private static func merged(_ chosen: [(row: [Double], weight: Double)]) -> [(
    row: [Double], weight: Double
  )] {
    var distinct: [(row: [Double], weight: Double)] = []
    for entry in chosen.sorted(by: { $0.row.lexicographicallyPrecedes($1.row) }) {
      if let last = distinct.last, last.row == entry.row {
        distinct[distinct.count - 1].weight += entry.weight
      } else {
        distinct.append(entry)
      }
    }
    return distinct
  }

  private static func collect(
    _ data: any DataSource, _ summary: DataSummary, isWhole: Bool, byContent: Bool
  ) throws -> [(row: [Double], weight: Double)] {
    let share = isWhole ? 1 : Double(limit) / Double(summary.weightedRows)
    let threshold = isWhole ? UInt64.max : UInt64(share * 0x1p64)
    let spans = zip(summary.minima, summary.maxima).map { $1 > $0 ? 0x1p20 / ($1 - $0) : 0 }
    var chosen: [(row: [Double], weight: Double)] = []
    var buffer = BlockBuffer(columns: data.columns, capacity: Chunks.rowsPerBlock)
    var first = 0
    while first < data.rows {
      let range = first..<min(data.rows, first + Chunks.rowsPerBlock)
      try data.read(range, into: &buffer)
      let block = buffer.block
      for i in 0..<range.count {
        let weight = buffer.hasWeights ? buffer.weights()[i] : 1
        guard weight > 0 else { continue }
        if !isWhole {
          var key = byContent ? 0 : UInt64(block.rowID(i)) &+ 1
          for j in 0..<block.columns where byContent {
            let place = ((block.column(j)[i] - summary.minima[j]) * spans[j]).rounded()
            let bits = place.isFinite ? UInt64(max(0, min(place, 0x1p21))) : 0
            key = (key ^ bits) &* 0x9E37_79B9_7F4A_7C15
            key ^= key >> 29
          }
          var random = CounterRandom(seed: key)
          guard random.next() < threshold else { continue }
        }
        chosen.append(((0..<block.columns).map { block.column($0)[i] + 0 }, weight))
      }
      first = range.upperBound
    }
    return chosen
  }

  /// The rows as data to be fitted.
  func source(named names: [String]) -> MatrixSource {
    MatrixSource(rows, columnNames: names, weights: weights)
  }

  /// Squared distance between two points in `units`.
  func squaredDistance(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
    var sum = 0.0
    for (j, unit) in units.enumerated() {
      let t = (a[a.startIndex + j] - b[b.startIndex + j]) / unit
      sum += t * t
    }
    return sum
  }
}
