import CVectorMath

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
  /// The levels of each column of codes, ascending; none for columns of numbers.
  private(set) var levels: [[Double]]
  /// The rows as points, where some columns hold codes.
  private var expanded: [RepresentativeRows] = []
  /// Whether these are all rows of positive weight.
  public let isComplete: Bool

  init(_ data: any DataSource, summary: DataSummary, execution: Execution) throws {
    units = Array(repeating: 1, count: data.columns)
    levels = Array(repeating: [], count: data.columns)
    isComplete = summary.weightedRows <= Self.limit
    let choice = Choice(data, summary, isWhole: isComplete)
    var chosen = try choice.rows(byContent: true, execution).merged()
    if !isComplete && !(Self.limit / 4...Self.limit * 4).contains(chosen.weights.count) {
      // Few distinct places: content decides too coarsely, so positions decide.
      chosen = try choice.rows(byContent: false, execution).merged()
    }
    rows = Matrix(rows: chosen.weights.count, columns: data.columns, values: chosen.values)
    weights = chosen.weights
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

/// Rows that were chosen, one after the other, and their weights.
private struct ChosenRows: Sendable, Codable {
  var columns: Int
  var values: [Double] = []
  var weights: [Double] = []

  mutating func append(_ other: ChosenRows) {
    values += other.values
    weights += other.weights
  }

  /// The distinct rows in lexicographic order, with their summed weights.
  func merged() -> ChosenRows {
    let order = values.withUnsafeBufferPointer { values in
      weights.indices.sorted { a, b in
        for j in 0..<columns where values[a * columns + j] != values[b * columns + j] {
          return values[a * columns + j] < values[b * columns + j]
        }
        return false
      }
    }
    var result = ChosenRows(columns: columns)
    result.values.reserveCapacity(values.count)
    var last: ArraySlice<Double> = []
    for i in order {
      let row = values[i * columns..<(i + 1) * columns]
      if !result.weights.isEmpty && last.elementsEqual(row) {
        result.weights[result.weights.count - 1] += weights[i]
      } else {
        result.values += row
        result.weights.append(weights[i])
        last = row
      }
    }
    return result
  }
}

/// Which rows are taken: all, or a share that their contents or positions decide.
private struct Choice: Sendable {
  let data: any DataSource
  let isWhole: Bool
  private let minima: [Double]
  private let factors: [Double]
  private let threshold: UInt64

  init(_ data: any DataSource, _ summary: DataSummary, isWhole: Bool) {
    self.data = data
    self.isWhole = isWhole
    minima = summary.minima
    factors = zip(summary.minima, summary.maxima).map { $1 > $0 ? 0x1p20 / ($1 - $0) : 0 }
    let share = Double(RepresentativeRows.limit) / Double(summary.weightedRows)
    threshold = isWhole ? .max : UInt64(share * 0x1p64)
  }

  func rows(byContent: Bool, _ execution: Execution) throws -> ChosenRows {
    let chunks = Chunks(rows: data.rows)
    let chosen = try execution.reduce(
      chunks.count,
      makeWorker: {
        BlockBuffer(columns: data.columns, capacity: Chunks.rowsPerBlock(of: data.rows))
      },
      merge: { $0.append($1) }
    ) { buffer, chunk in
      var chosen = ChosenRows(columns: data.columns)
      var hashes = [UInt64](repeating: 0, count: Chunks.rowsPerBlock)
      try chunks.forEachBlock(of: chunk) { range in
        try data.read(range, into: &buffer)
        if !isWhole { hash(buffer, byContent, into: &hashes) }
        take(buffer, hashes, into: &chosen)
      }
      return chosen
    }
    return chosen ?? ChosenRows(columns: data.columns)
  }

  private func hash(
    _ buffer: borrowing BlockBuffer, _ byContent: Bool, into hashes: inout [UInt64]
  ) {
    if byContent {
      vm_content_hash(
        buffer.lanes.base, buffer.lanes.stride, buffer.rows, buffer.columns, minima, factors,
        &hashes)
    } else {
      for i in 0..<buffer.rows {
        var random = CounterRandom(seed: UInt64(buffer.firstRow + i))
        hashes[i] = random.next()
      }
    }
  }

  private func take(
    _ buffer: borrowing BlockBuffer, _ hashes: [UInt64], into chosen: inout ChosenRows
  ) {
    let block = buffer.block
    for i in 0..<block.rows {
      let weight = buffer.hasWeights ? buffer.weights()[i] : 1
      guard weight > 0, isWhole || hashes[i] < threshold else { continue }
      // Adding 0 makes −0 and 0 the same row.
      for j in 0..<block.columns { chosen.values.append(block.column(j)[i] + 0) }
      chosen.weights.append(weight)
    }
  }
}
