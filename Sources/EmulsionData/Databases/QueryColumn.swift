import CSQLite
import Emulsion

/// The values of one column of a result, as numbers for as long as they can be.
struct QueryColumn {
  private var numbers: [Double] = []
  /// The values as text, from the first that the database holds as text or no double holds.
  private var texts: [String?]?
  private var isNumeric = true
  /// Whether some whole number equals no double, and whether all are whole numbers.
  private var isInexact = false
  private var isWhole = true
  /// Bytes that were asked for and are not used yet.
  private var room = 0

  var column: Column {
    if let texts, !isNumeric || isInexact && isWhole { return .text(texts) }
    return .numbers(numbers)
  }

  /// Asks for the memory of the value in the current row.
  mutating func claim(
    _ statement: OpaquePointer?, _ column: CInt, _ options: ReadOptions
  ) throws {
    let isText = sqlite3_column_type(statement, column) == SQLITE_TEXT
    // As a number and as a text, and twice as much where arrays grow.
    let needed =
      isText ? 64 + 2 * Int(sqlite3_column_bytes(statement, column)) : texts == nil ? 16 : 64
    if room < needed {
      let more = needed + 1 << 16
      try options.reserve(more)
      room += more
    }
    room -= needed
  }

  /// Adds the value in the current row; `false` where it is a blob.
  mutating func append(_ statement: OpaquePointer?, _ column: CInt) -> Bool {
    switch sqlite3_column_type(statement, column) {
    case SQLITE_NULL:
      numbers.append(.nan)
      texts?.append(nil)
    case SQLITE_INTEGER:
      let value = sqlite3_column_int64(statement, column)
      if !WholeNumbers.isExact(Int128(value)) {
        isInexact = true
        keepTexts()
      }
      numbers.append(Double(value))
      texts?.append(String(value))
    case SQLITE_FLOAT:
      isWhole = false
      numbers.append(sqlite3_column_double(statement, column))
      texts?.append(NumberText.shortest(numbers[numbers.count - 1]))
    case SQLITE_TEXT:
      let count = Int(sqlite3_column_bytes(statement, column))
      let start = UnsafeRawPointer(sqlite3_column_text(statement, column))
      let bytes = UnsafeRawBufferPointer(start: start, count: count)
      let text = String(decoding: bytes, as: UTF8.self)
      keepTexts()
      let number: Double? =
        ReadOptions.defaultMissing.contains(text)
        ? Double.nan : bytes.withMemoryRebound(to: UInt8.self) { DecimalParser.number(in: $0) }
      bytes.withMemoryRebound(to: UInt8.self) {
        if number?.isNaN == false && !DecimalParser.isWhole($0) { isWhole = false }
        if DecimalParser.isInexactWhole($0) { isInexact = true }
      }
      texts?.append(text)
      if number == nil { isNumeric = false }
      numbers.append(number ?? .nan)
    default:
      return false
    }
    return true
  }

  /// Begins to keep the values as texts; those so far are numbers that doubles hold.
  private mutating func keepTexts() {
    guard texts == nil else { return }
    texts = numbers.map { value in
      value.isNaN ? nil : Int(exactly: value).map(String.init) ?? NumberText.shortest(value)
    }
  }
}
