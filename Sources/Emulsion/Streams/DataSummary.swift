/// What must be known of the data before any family works on them; making it checks them.
public struct DataSummary: Sendable {
  /// Number of rows, those of weight 0 included.
  public var rows: Int
  /// Number of rows of positive weight.
  public var weightedRows: Int
  /// Σ wₙ.
  public var totalWeight: Double
  /// Weighted mean of each column.
  public var means: [Double]
  /// Weighted standard deviation (divisor Σ wₙ) of each column.
  public var standardDeviations: [Double]
  /// Smallest value of each column among rows of positive weight.
  public var minima: [Double]
  /// Largest value of each column among rows of positive weight.
  public var maxima: [Double]
  /// A hash of all values and weights in their places, to tell data apart.
  public var fingerprint: UInt64
}

extension DataSummary {
  /// Beyond it, weighted sums of log-densities may leave the doubles.
  private static var largestWeight: Double { 1e304 }

  /// Reads the data twice: ranges, then means and deviations.
  ///
  /// - Throws: `invalid-data` for no rows, no columns, NaN or infinity (naming row and column), and
  ///   weights that are negative, not finite or all 0.
  package init(_ data: any DataSource, execution: Execution) throws {
    guard data.columns > 0 else { throw EmulsionError(.invalidData, "the data have no columns") }
    guard data.rows > 0 else { throw EmulsionError(.invalidData, "no data rows") }
    let first = try ColumnRanges.of(data, execution)
    guard first.weight > 0 else {
      throw EmulsionError(.invalidData, "all row weights are 0")
    }
    guard first.weight <= Self.largestWeight else {
      throw EmulsionError(
        .invalidData,
        "row weights sum to more than \(Self.largestWeight.formatted(significant: 3)); rescale "
          + "them")
    }
    let names = data.columnNames
    for j in names.indices where !(first.maxima[j] - first.minima[j]).isFinite {
      throw EmulsionError(
        .invalidData, "column \(quoted(names[j])) spans more than a double can hold; rescale it")
    }
    rows = data.rows
    weightedRows = first.weightedRows
    totalWeight = first.weight
    minima = first.minima
    maxima = first.maxima
    fingerprint = first.fingerprint &+ (data.errors?.fingerprint ?? 0)
    // In units of the range, so that nothing overflows.
    let units = zip(minima, maxima).map { $1 > $0 ? $1 - $0 : 1 }
    let moments = try ColumnMoments.of(data, origins: minima, units: units, execution)
    let (origins, total) = (minima, totalWeight)
    means = names.indices.map { origins[$0] + units[$0] * moments.means[$0] }
    standardDeviations = names.indices.map {
      units[$0] * (moments.squares[$0] / total).squareRoot()
    }
    for j in names.indices where minima[j] == maxima[j] {
      means[j] = minima[j]
      standardDeviations[j] = 0
    }
  }
}

/// Ranges and weight of a chunk.
private struct ColumnRanges: Sendable, Codable {
  var minima: [Double]
  var maxima: [Double]
  var weightedRows = 0
  var weight = 0.0
  var fingerprint: UInt64 = 0

  static func of(_ data: any DataSource, _ execution: Execution) throws -> ColumnRanges {
    guard data.rows > 0 else { throw EmulsionError(.invalidData, "no data rows") }
    let none = ColumnRanges(
      minima: Array(repeating: .infinity, count: data.columns),
      maxima: Array(repeating: -.infinity, count: data.columns))
    return try execution.reduceBlocks(of: data, from: none) {
      $0.merge($1)
    } add: {
      try $1.add($0, of: data)
    }
  }

  mutating func merge(_ other: ColumnRanges) {
    weightedRows += other.weightedRows
    weight += other.weight
    fingerprint &+= other.fingerprint
    for j in minima.indices {
      minima[j] = min(minima[j], other.minima[j])
      maxima[j] = max(maxima[j], other.maxima[j])
    }
  }

  mutating func add(_ buffer: borrowing BlockBuffer, of data: any DataSource) throws {
    let block = buffer.block
    for j in 0..<block.columns {
      let values = block.column(j)
      // x − x is 0 for finite numbers alone.
      var check = 0.0
      let place = UInt64(block.rowID(0)) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(j + 1)
      for i in values.indices {
        check += values[i] - values[i]
        fingerprint &+= ColumnRanges.hash(values[i], place &+ UInt64(i) &* 0x9E37_79B9_7F4A_7C15)
      }
      guard check == 0 else {
        throw data.notFinite(in: block, column: j)
      }
    }
    guard buffer.hasWeights else {
      weightedRows += block.rows
      weight += Double(block.rows)
      for j in 0..<block.columns {
        let values = block.column(j)
        var (low, high) = (minima[j], maxima[j])
        for i in values.indices {
          low = values[i] < low ? values[i] : low
          high = values[i] > high ? values[i] : high
        }
        (minima[j], maxima[j]) = (low, high)
      }
      return
    }
    let weights = buffer.weights()
    for i in weights.indices {
      let w = weights[i]
      guard w >= 0 && w.isFinite else {
        throw data.unusableWeight(w, row: block.rowID(i))
      }
      weight += w
      fingerprint &+= ColumnRanges.hash(w, UInt64(block.rowID(i)) &* 0xD1B5_4A32_D192_ED03)
      guard w > 0 else { continue }
      weightedRows += 1
      for j in 0..<block.columns {
        minima[j] = min(minima[j], block.column(j)[i])
        maxima[j] = max(maxima[j], block.column(j)[i])
      }
    }
  }

  /// Mixes a value with its place; sums of these don't depend on the order of work.
  private static func hash(_ value: Double, _ place: UInt64) -> UInt64 {
    let bits = (value.bitPattern ^ place) &* 0xBF58_476D_1CE4_E5B9
    return (bits ^ (bits >> 31)) &* 0x94D0_49BB_1331_11EB
  }
}

/// Whether fewer than `k` rows of positive weight are distinct; if so, how many are.
///
/// Stops as soon as `k` were seen.
func distinctRows(of data: any DataSource, upTo k: Int) throws -> Int {
  var seen: Set<[UInt64]> = []
  var buffer = BlockBuffer(columns: data.columns, capacity: Chunks.rowsPerBlock(of: data.rows))
  var row = 0
  while row < data.rows && seen.count < k {
    let range = row..<min(data.rows, row + Chunks.rowsPerBlock)
    try data.read(range, into: &buffer)
    for i in 0..<range.count where !buffer.hasWeights || buffer.weights()[i] > 0 {
      // Adding 0 makes −0 and 0 the same row.
      let block = buffer.block
      seen.insert((0..<block.columns).map { (block.column($0)[i] + 0).bitPattern })
      if seen.count >= k { break }
    }
    row = range.upperBound
  }
  return seen.count
}
