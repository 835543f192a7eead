/// Rows with their weights, and where they are found.
struct RowList: Sendable, Codable {
  var columns: Int
  var values: [Double] = []
  var weights: [Double] = []
  var places: [Int] = []
  /// Whether there were too many, and they were let go.
  var isTooLong = false

  init(columns: Int) { self.columns = columns }

  /// Adds the rows of a block that have a weight above 0 and are wanted.
  mutating func append(
    _ buffer: borrowing BlockBuffer, where isWanted: (_ row: Int) -> Bool = { _ in true }
  ) {
    let block = buffer.block
    for i in 0..<block.rows {
      let weight = buffer.weight(ofRow: i) ?? 1
      guard weight > 0, isWanted(i) else { continue }
      // Adding 0 makes −0 and 0 the same row.
      for j in 0..<columns { values.append(block.column(j)[i] + 0) }
      weights.append(weight)
      places.append(buffer.firstRow + i)
    }
  }

  /// Adds other rows behind these.
  mutating func append(_ other: RowList) {
    values += other.values
    weights += other.weights
    places += other.places
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

  /// The distinct rows in lexicographic order, with their summed weights. O(n log n · d).
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
