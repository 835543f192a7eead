import CSQLite
import Emulsion

extension Table {
  /// The rows that a query selects from an SQLite database, which is opened for reading only.
  ///
  /// A column is of numbers when all of its values are numbers, text that reads as a number, or
  /// missing (`NULL`); else of text.
  ///
  /// - Parameters:
  ///   - path: The database's file.
  ///   - query: One SQL statement that gives rows.
  /// - Throws: `io` where the database can not be opened, `invalid-data` with SQLite's own words
  ///   where the query fails or its result is no table.
  public init(sqlite path: String, query: String) throws {
    let database = try SQLiteDatabase(path)
    self = try database.table(query)
  }
}

/// A database opened for reading, closed with the value.
private struct SQLiteDatabase: ~Copyable {
  private let path: String
  private let handle: OpaquePointer?

  init(_ path: String) throws {
    self.path = path
    var handle: OpaquePointer?
    let code = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READONLY, nil)
    self.handle = handle
    guard code == SQLITE_OK else {
      throw EmulsionError(
        .io, "\(path): can not be opened as a database: \(String(cString: sqlite3_errstr(code)))")
    }
  }

  deinit { sqlite3_close_v2(handle) }

  /// The message of the failure just seen.
  private var message: String { String(cString: sqlite3_errmsg(handle)) }

  func table(_ query: String) throws -> Table {
    let statement = try prepare(query)
    defer { sqlite3_finalize(statement) }
    let width = sqlite3_column_count(statement)
    guard width > 0 else {
      throw EmulsionError(.invalidData, "\(path): the query gives no rows; write a SELECT")
    }
    let names = (0..<width).map { column in
      sqlite3_column_name(statement, column).map { String(cString: $0) } ?? ""
    }
    var columns = [QueryColumn](repeating: QueryColumn(), count: Int(width))
    var rows = 0
    while true {
      let code = sqlite3_step(statement)
      if code == SQLITE_DONE { break }
      guard code == SQLITE_ROW else {
        throw EmulsionError(.invalidData, "\(path): the query failed: \(message)")
      }
      rows += 1
      for column in 0..<width {
        guard columns[Int(column)].append(statement, column) else {
          throw EmulsionError(
            .invalidData,
            "\(path), row \(rows), column \"\(names[Int(column)])\": binary data (BLOB); "
              + "select numbers or text")
        }
      }
    }
    return try Table(
      zip(names, columns).map { (name: $0, column: $1.column) },
      origin: Origin(name: path, unit: .row))
  }

  private func prepare(_ query: String) throws -> OpaquePointer? {
    var statement: OpaquePointer?
    var hasMore = false
    let code = query.withCString { text in
      var tail: UnsafePointer<CChar>?
      let code = sqlite3_prepare_v2(handle, text, -1, &statement, &tail)
      if let tail {
        hasMore = String(cString: tail).contains { !$0.isWhitespace && $0 != ";" }
      }
      return code
    }
    guard code == SQLITE_OK else {
      throw EmulsionError(.invalidData, "\(path): the query failed: \(message)")
    }
    guard statement != nil, !hasMore else {
      sqlite3_finalize(statement)
      throw EmulsionError(
        .invalidData, "\(path): \(hasMore ? "more than one query" : "no query"); write one SELECT")
    }
    return statement
  }
}

/// The values of one column of a result, as numbers for as long as they can be.
private struct QueryColumn {
  private var numbers: [Double] = []
  /// The values as text, from the first that the database holds as text.
  private var texts: [String?]?
  private var isNumeric = true

  var column: Column {
    if let texts, !isNumeric { return .text(texts) }
    return .numbers(numbers)
  }

  /// Adds the value in the current row; `false` where it is a blob.
  mutating func append(_ statement: OpaquePointer?, _ column: CInt) -> Bool {
    switch sqlite3_column_type(statement, column) {
    case SQLITE_NULL:
      numbers.append(.nan)
      texts?.append(nil)
    case SQLITE_INTEGER, SQLITE_FLOAT:
      numbers.append(sqlite3_column_double(statement, column))
      texts?.append(NumberText.shortest(numbers[numbers.count - 1]))
    case SQLITE_TEXT:
      let count = Int(sqlite3_column_bytes(statement, column))
      let start = UnsafeRawPointer(sqlite3_column_text(statement, column))
      let bytes = UnsafeRawBufferPointer(start: start, count: count)
      let text = String(decoding: bytes, as: UTF8.self)
      if texts == nil {
        texts = numbers.map { $0.isNaN ? nil : NumberText.shortest($0) }
      }
      texts?.append(text)
      let number: Double? =
        ReadOptions.defaultMissing.contains(text)
        ? Double.nan : bytes.withMemoryRebound(to: UInt8.self) { DecimalParser.number(in: $0) }
      if number == nil { isNumeric = false }
      numbers.append(number ?? .nan)
    default:
      return false
    }
    return true
  }
}
