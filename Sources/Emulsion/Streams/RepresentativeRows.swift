/// Distinct rows in a fixed order, with their summed weights: what starts are drawn from.
///
/// All distinct rows where the data are small, else about `limit` of them, chosen by a hash of
/// where they lie between each column's extremes. The order is lexicographic. So starts depend
/// neither on the order of rows nor on offsets or units of the columns, and a weight of 3 equals
/// three copies.
public struct RepresentativeRows: Sendable {
  /// The most rows that are taken whole.
  package static let limit = 20_000

  /// The rows, in the units of the data.
  public let rows: Matrix
  /// Their weights.
  public let weights: [Double]
  /// The units in which distances between rows are measured, one a column, > 0.
  public private(set) var units: [Double]
  /// The levels of each column of codes, ascending; none for columns of numbers.
  private(set) var levels: [[Double]]
  /// The rows as points, where some columns hold codes.
  private var expanded: [RepresentativeRows] = []
  /// Whether these are all rows of positive weight.
  public let isComplete: Bool
  /// About which share of the rows that these were taken from is distinct; 1 where that was not counted.
  private(set) var distinctShare = 1.0

  package init(_ data: any DataSource, summary: DataSummary, execution: Execution) throws {
    units = Array(repeating: 1, count: data.columns)
    levels = Array(repeating: [], count: data.columns)
    isComplete = summary.weightedRows <= Self.limit
    let choice = RowChoice(data, summary, most: Self.limit)
    var taken = try choice.rows(byContent: true, execution)
    var chosen = taken.distinct()
    if !isComplete && !(Self.limit / 4...Self.limit * 4).contains(chosen.weights.count) {
      // Few distinct places: content decides too coarsely, so positions decide.
      taken = try choice.rows(byContent: false, execution)
      chosen = taken.distinct()
    }
    distinctShare = Double(chosen.weights.count) / Double(max(1, taken.weights.count))
    rows = Matrix(rows: chosen.weights.count, columns: data.columns, values: chosen.values)
    weights = chosen.weights
  }

  /// All of some distinct rows.
  init(_ distinct: DistinctRows) throws {
    units = Array(repeating: 1, count: distinct.columns)
    levels = Array(repeating: [], count: distinct.columns)
    isComplete = true
    rows = try Matrix(reading: distinct)
    weights = try distinct.rowWeights() ?? Array(repeating: 1, count: distinct.rows)
  }

  private init(
    rows: Matrix, weights: [Double], units: [Double], levels: [[Double]], isComplete: Bool
  ) {
    (self.rows, self.weights) = (rows, weights)
    (self.units, self.levels, self.isComplete) = (units, levels, isComplete)
  }

  /// No rows at all, for starts that need none.
  init(none columns: Int) {
    units = Array(repeating: 1, count: columns)
    levels = Array(repeating: [], count: columns)
    isComplete = false
    rows = Matrix(rows: 0, columns: columns)
    weights = []
  }

  /// The same rows with distances in other units, and by sameness in columns of codes.
  func measured(in units: [Double], codes: [Bool] = []) -> RepresentativeRows {
    var result = self
    result.units = units
    for (j, isCode) in codes.enumerated() where isCode {
      result.units[j] = 1
      result.levels[j] = Set((0..<rows.rows).map { rows[$0, j] }).sorted()
    }
    result.expand()
    return result
  }

  /// The same rows in other coordinates, in which distances are measured as they are.
  func replacing(_ rows: Matrix) -> RepresentativeRows {
    RepresentativeRows(
      rows: rows, weights: weights, units: Array(repeating: 1, count: rows.columns),
      levels: Array(repeating: [], count: rows.columns), isComplete: isComplete)
  }

  /// The rows as points whose distances are Euclidean in units: in place of a column of codes an indicator
  /// of each level, so that two codes lie √2 apart, as two numbers do on average in standard deviations.
  var points: RepresentativeRows { expanded.first ?? self }

  /// The most numbers that points may be.
  private static let mostCoordinates = 1 << 22

  private mutating func expand() {
    expanded = []
    guard levels.contains(where: { !$0.isEmpty }) else { return }
    let width = levels.reduce(0) { $0 + max(1, $1.count) }
    let most = max(1000, Self.mostCoordinates / width)
    let chosen = rows.rows > most ? thinned(to: most) : self
    var values: [Double] = []
    values.reserveCapacity(chosen.rows.rows * width)
    for i in 0..<chosen.rows.rows {
      for (j, list) in levels.enumerated() {
        let value = chosen.rows[i, j]
        if list.isEmpty { values.append(value) } else { values += list.map { $0 == value ? 1 : 0 } }
      }
    }
    expanded = [
      RepresentativeRows(
        rows: Matrix(rows: chosen.rows.rows, columns: width, values: values),
        weights: chosen.weights,
        units: zip(units, levels).flatMap { unit, list in
          list.isEmpty ? [unit] : list.map { _ in 1 }
        }, levels: Array(repeating: [], count: width), isComplete: chosen.isComplete)
    ]
  }

  /// About `count` of the rows, chosen by a hash of their positions in the order of contents.
  func thinned(to count: Int) -> RepresentativeRows {
    let threshold = UInt64(min(1, Double(count) / Double(max(1, rows.rows))) * 0x1p63)
    let chosen = (0..<rows.rows).filter { row in
      var random = CounterRandom(seed: UInt64(row), purpose: .starts)
      return random.next() >> 1 <= threshold
    }
    return keeping(chosen)
  }

  /// Some of the rows.
  func keeping(_ chosen: [Int]) -> RepresentativeRows {
    var result = RepresentativeRows(
      rows: Matrix(
        rows: chosen.count, columns: rows.columns, values: chosen.flatMap { Array(rows.row($0)) }),
      weights: chosen.map { weights[$0] }, units: units, levels: levels, isComplete: false)
    if !expanded.isEmpty { result.expand() }
    return result
  }

  /// The rows as data to be fitted.
  func source(named names: [String]) -> MatrixSource {
    let areCopies = weights.contains { $0 != 1 }
    return MatrixSource(rows, columnNames: names, weights: areCopies ? weights : nil)
  }

  /// Squared distance between two rows in `units`; 2 where codes differ.
  func squaredDistance(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
    var sum = 0.0
    for (j, unit) in units.enumerated() {
      guard levels[j].isEmpty else {
        sum += a[a.startIndex + j] == b[b.startIndex + j] ? 0 : 2
        continue
      }
      let t = (a[a.startIndex + j] - b[b.startIndex + j]) / unit
      sum += t * t
    }
    return sum
  }
}
