/// The distinct rows of data, in lexicographic order, each weighing as much as its copies together.
///
/// For sums over rows they are the data: pixels, counts and answers repeat themselves, so that an
/// iteration over what is distinct is many times shorter.
package struct DistinctRows: DataSource {
  private let matrix: MatrixSource
  private let base: any DataSource
  /// Where each row is first found in the data.
  private let places: [Int]

  /// The most numbers that the rows may be: 32 MiB.
  private static var mostNumbers: Int { 1 << 22 }
  /// The share of the rows that may be distinct; with more it saves little.
  private static var largestShare: Double { 0.6 }

  /// The distinct rows of `data`; `nil` where most rows are, as a sample of them shows, or they would take much
  /// memory.
  ///
  /// - Complexity: O(N log N · d) where nothing repeats, one pass.
  package init?(_ data: any DataSource, sample: RepresentativeRows, _ execution: Execution) throws {
    let share = sample.distinctShare
    guard share <= Self.largestShare,
      share * Double(data.rows) * Double(data.columns) <= Double(Self.mostNumbers)
    else { return nil }
    let chunks = Chunks(rows: data.rows)
    let most = Self.mostNumbers
    let found = try execution.reduce(
      chunks.count,
      makeWorker: {
        BlockBuffer(columns: data.columns, capacity: Chunks.rowsPerBlock(of: data.rows))
      },
      merge: { $0.merge($1, atMost: most) }
    ) { buffer, chunk in
      var rows = RowList(columns: data.columns)
      try chunks.forEachBlock(of: chunk) { range in
        try data.read(range, into: &buffer)
        rows.append(buffer)
      }
      return rows.distinct()
    }
    guard let found, !found.isTooLong else { return nil }
    let weights = found.weights.allSatisfy { $0 == 1 } ? nil : found.weights
    matrix = MatrixSource(
      Matrix(rows: found.places.count, columns: data.columns, values: found.values),
      columnNames: data.columnNames, weights: weights)
    (base, places) = (data, found.places)
  }

  package var rows: Int { places.count }
  package var columnNames: [String] { base.columnNames }
  package var columnLevels: ColumnLevels { base.columnLevels }

  package func read(_ range: Range<Int>, into buffer: inout BlockBuffer) throws {
    matrix.read(range, into: &buffer)
  }

  package func location(ofRow row: Int) -> String { base.location(ofRow: places[row]) }
}

/// Rows with their weights, and where they are found.
private struct RowList: Sendable, Codable {
  var columns: Int
  var values: [Double] = []
  var weights: [Double] = []
  var places: [Int] = []
  /// Whether there were too many, and they were let go.
  var isTooLong = false

  init(columns: Int) { self.columns = columns }

  mutating func append(_ buffer: borrowing BlockBuffer) {
    let block = buffer.block
    for i in 0..<block.rows {
      let weight = buffer.hasWeights ? buffer.weights()[i] : 1
      guard weight > 0 else { continue }
      // Adding 0 makes −0 and 0 the same row.
      for j in 0..<columns { values.append(block.column(j)[i] + 0) }
      weights.append(weight)
      places.append(buffer.firstRow + i)
    }
  }

  private mutating func append(_ row: Int, of other: borrowing RowList) {
    for j in 0..<columns { values.append(other.values[row * columns + j]) }
    weights.append(other.weights[row])
    places.append(other.places[row])
  }

  private mutating func reserve(_ rows: Int) {
    values.reserveCapacity(rows * columns)
    weights.reserveCapacity(rows)
    places.reserveCapacity(rows)
  }

  /// The distinct rows in order. O(n log n · d).
  func distinct() -> RowList {
    let order = values.withUnsafeBufferPointer { values in
      places.indices.sorted { a, b in
        for j in 0..<columns where values[a * columns + j] != values[b * columns + j] {
          return values[a * columns + j] < values[b * columns + j]
        }
        return a < b
      }
    }
    var result = RowList(columns: columns)
    result.reserve(order.count)
    for row in order {
      if let last = result.places.indices.last, result.compare(last, with: row, of: self) == 0 {
        result.weights[last] += weights[row]
      } else {
        result.append(row, of: self)
      }
    }
    return result
  }

  /// Merges other distinct rows in order, which lie behind these in the data. O(n · d).
  mutating func merge(_ other: RowList, atMost most: Int) {
    isTooLong = isTooLong || other.isTooLong
    var result = RowList(columns: columns)
    result.isTooLong = isTooLong
    defer { self = result }
    guard !isTooLong else { return }
    result.reserve(max(places.count, other.places.count))
    var (mine, theirs) = (0, 0)
    while mine < places.count || theirs < other.places.count {
      let order =
        mine == places.count
        ? 1 : theirs == other.places.count ? -1 : compare(mine, with: theirs, of: other)
      if order <= 0 { result.append(mine, of: self) } else { result.append(theirs, of: other) }
      if order == 0 { result.weights[result.weights.count - 1] += other.weights[theirs] }
      if order <= 0 { mine += 1 }
      if order >= 0 { theirs += 1 }
    }
    if result.values.count > most {
      result = RowList(columns: columns)
      result.isTooLong = true
    }
  }

  /// −1, 0 or 1 as row `a` comes before row `b` of other rows, is the same, or comes after.
  private func compare(_ a: Int, with b: Int, of other: borrowing RowList) -> Int {
    for j in 0..<columns {
      let (x, y) = (values[a * columns + j], other.values[b * columns + j])
      if x != y { return x < y ? -1 : 1 }
    }
    return 0
  }
}
