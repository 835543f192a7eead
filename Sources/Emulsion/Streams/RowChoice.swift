import CVectorMath

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
  func rows(byContent: Bool, _ execution: Execution) throws -> RowList {
    try execution.reduceBlocks(of: data, from: RowList(columns: data.columns)) {
      $0.append($1)
    } add: { buffer, chosen in
      let hashes = isWhole ? [] : hashes(of: buffer, byContent)
      chosen.append(buffer) { isWhole || hashes[$0] < threshold }
    }
  }

  private func hashes(of buffer: borrowing BlockBuffer, _ byContent: Bool) -> [UInt64] {
    // The kernel writes whole vectors, beyond the last row.
    var hashes = [UInt64](repeating: 0, count: Chunks.rowsPerBlock)
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
    return hashes
  }
}
