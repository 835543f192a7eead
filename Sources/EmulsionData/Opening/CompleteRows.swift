import Emulsion

/// The rows of files that have a number in every column, known by a bit a row.
public struct CompleteRows: RandomAccessSource {
  private let base: FileSource
  private let bits: [UInt64]
  /// How many rows are complete before each word of `bits`.
  private let before: [Int]
  /// Number of complete rows.
  public let rows: Int
  /// How many rows are left out.
  public var dropped: Int { base.rows - rows }

  /// Looks at all rows once.
  ///
  /// - Throws: `cancelled` where that is asked for, and what reading throws.
  public init(_ base: FileSource, isCancelled: () -> Bool) throws {
    self.base = base
    var bits = [UInt64](repeating: 0, count: (base.rows + 63) / 64)
    var row = 0
    try base.forEachBlock(isCancelled) { buffer in
      let block = buffer.block
      for i in 0..<block.rows {
        var isComplete = !(buffer.weight(ofRow: i)?.isNaN ?? false)
        for j in 0..<block.columns where block.column(j)[i].isNaN { isComplete = false }
        if isComplete { bits[(row + i) >> 6] |= 1 << UInt64((row + i) & 63) }
      }
      row += block.rows
    }
    var count = 0
    before = bits.map { word in
      defer { count += word.nonzeroBitCount }
      return count
    }
    (self.bits, rows) = (bits, count)
  }

  /// Names of the columns.
  public var columnNames: [String] { base.columnNames }
  /// The texts that columns of codes stand for.
  public var columnLevels: ColumnLevels { base.columnLevels }
  /// As much as the files allow.
  public var bookkeeping: Int { base.bookkeeping }

  /// Where row `row` of these stands.
  public func location(ofRow row: Int) -> String { base.location(ofRow: position(of: row)) }

  /// Whether a row of the files has a number in every column.
  public func isComplete(_ row: Int) -> Bool { bits[row >> 6] >> UInt64(row & 63) & 1 == 1 }

  /// The position of complete row `row` among all.
  private func position(of row: Int) -> Int {
    var (low, high) = (0, before.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if before[middle] <= row { low = middle } else { high = middle - 1 }
    }
    var word = bits[low]
    for _ in 0..<row - before[low] { word &= word - 1 }
    return low << 6 + word.trailingZeroBitCount
  }

  /// Fills the buffer's lanes with rows `range` of the complete ones.
  public func read(_ range: Range<Int>, into buffer: inout BlockBuffer) throws {
    guard !range.isEmpty else { return buffer.begin(range) }
    var positions: [Int] = []
    positions.reserveCapacity(range.count)
    var position = position(of: range.lowerBound)
    while positions.count < range.count {
      if isComplete(position) { positions.append(position) }
      position += 1
    }
    try base.read(positions.count, of: positions.span, into: &buffer)
    buffer.renumber(from: range.lowerBound)
  }

  /// Fills the buffer's lanes with the complete rows at the first `count` of `chosen`.
  public func read(_ count: Int, of chosen: Span<Int>, into buffer: inout BlockBuffer) throws {
    let positions = chosen.indices.map { position(of: chosen[$0]) }
    try base.read(count, of: positions.span, into: &buffer)
    buffer.renumber(as: chosen.extracting(first: count))
  }
}

/// Rows with missing cells that are left out, as both fronts tell of them.
package struct DroppedRows {
  /// The sentence for users; `nil` where none is left out.
  package let text: String?

  /// - Parameter name: What error texts begin with.
  /// - Throws: `invalid-data` where no row is left.
  package init(_ count: Int, of rows: Int, name: String) throws {
    guard count == 0 || count < rows else {
      let subject = rows == 1 ? "the only row has" : "all \(rows) rows have"
      throw EmulsionError(.invalidData, "\(name): \(subject) missing cells; none is left to fit")
    }
    text =
      count == 0
      ? nil
      : "\(count) of \(rows.counted("row")) "
        + (count == 1 ? "has missing cells and is left out" : "have missing cells and are left out")
  }
}
