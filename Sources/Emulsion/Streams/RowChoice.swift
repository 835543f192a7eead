import CVectorMath

/// Rows that were chosen, one after the other, and their weights.
struct ChosenRows: Sendable, Codable {
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

/// Which rows of data are taken: all, or a share that their contents or positions decide.
struct RowChoice: Sendable {
  let data: any DataSource
  let isWhole: Bool
  private let minima: [Double]
  private let factors: [Double]
  private let threshold: UInt64

  /// - Parameter most: About how many rows are taken.
  init(_ data: any DataSource, _ summary: DataSummary, most: Int) {
    self.data = data
    isWhole = summary.weightedRows <= most
    minima = summary.minima
    factors = zip(summary.minima, summary.maxima).map { $1 > $0 ? 0x1p20 / ($1 - $0) : 0 }
    let share = Double(most) / Double(summary.weightedRows)
    threshold = isWhole ? .max : UInt64(share * 0x1p64)
  }

  /// The rows, as they lie in the data. One pass.
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
