import CSQLite
import Emulsion

/// A value of a result: missing, a number, or a text that may read as one.
enum QueryCell {
  case missing
  case whole(Int64)
  case number(Double)
  case text(String, reading: Double?, isWhole: Bool, isInexact: Bool)

  /// The value in a column of the current row; `nil` where it is a blob.
  init?(_ statement: OpaquePointer?, _ column: CInt) {
    switch sqlite3_column_type(statement, column) {
    case SQLITE_NULL: self = .missing
    case SQLITE_INTEGER: self = .whole(sqlite3_column_int64(statement, column))
    case SQLITE_FLOAT: self = .number(sqlite3_column_double(statement, column))
    case SQLITE_TEXT:
      let count = Int(sqlite3_column_bytes(statement, column))
      let start = UnsafeRawPointer(sqlite3_column_text(statement, column))
      let bytes = UnsafeRawBufferPointer(start: start, count: count)
      let text = String(decoding: bytes, as: UTF8.self)
      self = bytes.withMemoryRebound(to: UInt8.self) { bytes in
        let reading =
          ReadOptions.defaultMissing.contains(text) ? Double.nan : DecimalParser.number(in: bytes)
        return .text(
          text, reading: reading, isWhole: DecimalParser.isWhole(bytes),
          isInexact: DecimalParser.isInexactWhole(bytes))
      }
    default: return nil
    }
  }

  /// The value as a number; NaN where it is missing or none.
  var number: Double {
    switch self {
    case .missing: .nan
    case .whole(let value): Double(value)
    case .number(let value): value
    case .text(_, let reading, _, _): reading ?? .nan
    }
  }

  /// The value as a text; `nil` where it is missing.
  var text: String? {
    switch self {
    case .missing: nil
    case .whole(let value): String(value)
    case .number(let value): NumberText.shortest(value)
    case .text(let text, _, _, _): text
    }
  }
}

/// Whether the values of a column so far make a column of numbers.
struct QueryColumnKind {
  private var isNumeric = true
  /// Whether some whole number equals no double, and whether all are whole numbers.
  private var isInexact = false
  private var isWhole = true
  /// Whether the database holds texts, or whole numbers that no double equals.
  private(set) var hasTexts = false

  /// Whether they are to be texts.
  var isText: Bool { hasTexts && (!isNumeric || isInexact && isWhole) }

  mutating func note(_ cell: QueryCell) {
    switch cell {
    case .missing: break
    case .whole(let value):
      if !WholeNumbers.isExact(Int128(value)) { (isInexact, hasTexts) = (true, true) }
    case .number: isWhole = false
    case .text(_, let reading, let isWhole, let isInexact):
      hasTexts = true
      if reading == nil { isNumeric = false }
      if reading?.isNaN == false && !isWhole { self.isWhole = false }
      if isInexact { self.isInexact = true }
    }
  }
}
