import Emulsion

/// A file of rows of doubles or floats, mapped, and where its rows stand among those of other files.
struct RowFile: Sendable {
  /// The file that users know it by.
  let name: String
  let array: MappedArray
  /// By column, the texts that its numbers count; `nil` for numbers that are no codes.
  let texts: [[String]?]
  /// What these numbers are read as.
  private var codes: [[Double]?] = []
  /// The row that its first one is.
  var first = 0

  init(name: String, array: MappedArray, texts: [[String]?] = []) {
    (self.name, self.array, self.texts) = (name, array, texts)
  }

  var rows: Int { array.rows }
  var end: Int { first + rows }

  /// The number at a row and column of this file.
  func number(_ row: Int, _ column: Int) -> Double {
    let index = array.isColumnMajor ? column * array.rows + row : row * array.columns + column
    let number = array.file.withBytes { array.number(index, in: $0) }
    guard codes.indices.contains(column), let codes = codes[column] else { return number }
    return Self.code(number, codes)
  }

  /// Reads texts as their positions among the levels of their columns.
  ///
  /// - Parameter levels: By column; NaN is what becomes of texts that are none of them.
  mutating func code(_ levels: [[String]?]) {
    codes = zip(texts, levels).map { texts, levels in
      guard let texts, let levels else { return nil }
      let ranks = Dictionary(
        levels.enumerated().map { (ExactText(text: $1), Double($0)) }, uniquingKeysWith: { $1 })
      return texts.map { ranks[ExactText(text: $0)] ?? .nan }
    }
  }

  /// Fills the buffer with the columns at `positions` of rows `range`, or `chosen` where there is no range.
  func fill(
    _ buffer: inout BlockBuffer, _ positions: [Int], _ range: Range<Int>?, _ chosen: Span<Int>
  ) {
    array.fill(&buffer, 0, with: positions, range, chosen)
    guard !codes.isEmpty else { return }
    let rows = range?.count ?? chosen.count
    for (j, position) in positions.enumerated() {
      guard let codes = codes[position] else { continue }
      buffer.withColumn(j) { column in
        for i in 0..<min(rows, column.count) { column[i] = Self.code(column[i], codes) }
      }
    }
  }

  private static func code(_ number: Double, _ codes: [Double]) -> Double {
    guard let place = Int(exactly: number), codes.indices.contains(place) else { return .nan }
    return codes[place]
  }

  /// Bytes of a row.
  var rowSize: Int { array.columns * (array.isSingle ? 4 : 8) }

  /// Asks the system to read what follows `row` of this file, so many bytes of it.
  func fetch(after row: Int, bytes: Int) {
    guard !array.isColumnMajor else { return }
    let start = array.start + row * rowSize
    let end = min(array.file.count, start + bytes)
    if start < end { array.file.fetch(start..<end) }
  }
}
