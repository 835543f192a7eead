/// The rows of data in parts of about equal size, at random; rows of a group stay together.
struct Folds: Sendable {
  /// Number of parts.
  let count: Int
  /// The part that each row is in.
  let parts: [UInt16]

  /// - Parameters:
  ///   - group: The column of numbers that are alike where rows belong together.
  ///   - wanted: Number of parts; fewer where there are fewer rows or groups.
  init(_ data: any DataSource, group: Int?, wanted: Int, seed: UInt64) throws {
    let units = try Self.units(of: data, group: group)
    let total = max(0, (units.max() ?? -1) + 1)
    guard total > 1 else {
      throw EmulsionError(.invalidData, "criterion = \"cv\": one row or group can't be parted")
    }
    count = min(wanted, total)
    var order = Array(0..<total)
    var random = CounterRandom(seed: seed, purpose: .folds)
    for i in stride(from: total - 1, to: 0, by: -1) {
      order.swapAt(i, min(i, Int(random.uniform() * Double(i + 1))))
    }
    var partOfUnit = [UInt16](repeating: 0, count: total)
    for (place, unit) in order.enumerated() { partOfUnit[unit] = UInt16(place % count) }
    // Rows that weigh nothing are in any part.
    parts = units.map { $0 < 0 ? 0 : partOfUnit[$0] }
  }

  /// Which rows belong together: a number from 0 for each, −1 for those that weigh nothing.
  private static func units(of data: any DataSource, group: Int?) throws -> [Int] {
    var numbers: [Double: Int] = [:]
    var units: [Int] = []
    var count = 0
    let size = PassShape().holding(data).rowsPerBlock
    var buffer = BlockBuffer(columns: data.columns, capacity: size)
    for first in stride(from: 0, to: data.rows, by: size) {
      try data.read(first..<min(data.rows, first + size), into: &buffer)
      for i in 0..<buffer.rows {
        guard !buffer.hasWeights || buffer.weights()[i] != 0 else {
          units.append(-1)
          continue
        }
        let known = group.flatMap { numbers[buffer.block.column($0)[i]] }
        if known == nil, let group { numbers[buffer.block.column(group)[i]] = count }
        units.append(known ?? count)
        if known == nil { count += 1 }
      }
    }
    return units
  }
}

/// Data of which one part counts, or all the others: the rest weighs nothing.
struct FoldSource: DataSource {
  let base: any DataSource
  let folds: Folds
  let part: Int
  /// Whether the part is what counts.
  let isHeldOut: Bool

  var rows: Int { base.rows }
  var recordCount: Int { base.recordCount }
  var missing: MissingCells? { base.missing }
  var rowsPerBlock: Int { base.rowsPerBlock }
  var columnNames: [String] { base.columnNames }
  var columnLevels: ColumnLevels { base.columnLevels }

  func location(ofRow row: Int) -> String { base.location(ofRow: row) }

  func read(_ range: Range<Int>, into buffer: inout BlockBuffer) throws {
    try base.read(range, into: &buffer)
    let hadWeights = buffer.hasWeights
    buffer.withWeights { weights in
      for i in weights.indices {
        let counts = (Int(folds.parts[range.lowerBound + i]) == part) == isHeldOut
        weights[i] = counts ? (hadWeights ? weights[i] : 1) : 0
      }
    }
  }
}
