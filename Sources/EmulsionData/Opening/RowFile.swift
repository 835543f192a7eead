import Emulsion

/// A file of rows of doubles or floats, mapped, and where its rows stand among those of other files.
struct RowFile: Sendable {
  /// The file that users know it by.
  let name: String
  let array: MappedArray
  /// The row that its first one is.
  var first = 0

  var rows: Int { array.rows }
  var end: Int { first + rows }

  /// The number at a row and column of this file.
  func number(_ row: Int, _ column: Int) -> Double {
    let index = array.isColumnMajor ? column * array.rows + row : row * array.columns + column
    return array.file.withBytes { array.number(index, in: $0) }
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
