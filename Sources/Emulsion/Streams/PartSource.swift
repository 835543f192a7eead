/// One of several parts of the rows of a source: every so many rows where any can be read, else rows one after the
/// other.
struct PartSource: DataSource {
  let base: any DataSource
  /// The first row, and how far apart rows stand.
  private let first: Int
  private let stride: Int
  let rows: Int

  /// - Parameters:
  ///   - part: Which one, from 0.
  ///   - count: How many there are.
  init(_ base: any DataSource, part: Int, of count: Int) {
    self.base = base
    if base is any RandomAccessSource {
      // Of data in an order, such as one class after the other, each part has rows of all.
      (first, stride) = (part, count)
      rows = (base.rows - part + count - 1) / count
    } else {
      let (low, high) = (base.rows * part / count, base.rows * (part + 1) / count)
      (first, stride, rows) = (low, 1, high - low)
    }
  }

  var columnNames: [String] { base.columnNames }
  var columnLevels: ColumnLevels { base.columnLevels }
  func location(ofRow row: Int) -> String { base.location(ofRow: row) }

  func read(_ range: Range<Int>, into buffer: inout BlockBuffer) throws {
    guard stride > 1, let base = base as? any RandomAccessSource else {
      return try base.read(first + range.lowerBound..<first + range.upperBound, into: &buffer)
    }
    let positions = range.map { first + $0 * stride }
    try base.read(positions.count, of: positions.span, into: &buffer)
  }
}
