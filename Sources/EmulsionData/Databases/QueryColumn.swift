import CSQLite
import Emulsion

/// The values of one column of a result, as numbers for as long as they can be.
struct QueryColumn {
  private var numbers: [Double] = []
  /// The values as text, from the first that the database holds as text or no double holds.
  private var texts: [String?]?
  private var kind = QueryColumnKind()
  /// Bytes that were asked for and are not used yet.
  private var room = 0

  var column: Column {
    if let texts, kind.isText { return .text(texts) }
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

  /// Adds a value.
  mutating func append(_ cell: QueryCell) {
    kind.note(cell)
    if texts == nil && kind.hasTexts {
      // Those so far are numbers that doubles hold.
      texts = numbers.map { value in
        value.isNaN ? nil : Int(exactly: value).map(String.init) ?? NumberText.shortest(value)
      }
    }
    numbers.append(cell.number)
    texts?.append(cell.text)
  }
}
