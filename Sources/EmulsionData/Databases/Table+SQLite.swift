import CSQLite
import Emulsion

extension Table {
  /// The rows that a query selects from an SQLite database, which is opened for reading only.
  ///
  /// A column is of numbers when all of its values are numbers, text that reads as a number, or
  /// missing (`NULL`); else of text. Whole numbers of which a double can't hold all are texts too.
  ///
  /// - Parameters:
  ///   - path: The database's file.
  ///   - query: One SQL statement that gives rows.
  ///   - options: Of these `isCancelled` and `reserve` count.
  /// - Throws: `io` where the database can not be opened, `invalid-data` with SQLite's own words
  ///   where the query fails or its result is no table, `cancelled` where that is asked for, and what
  ///   `reserve` throws.
  public init(sqlite path: String, query: String, options: ReadOptions = ReadOptions()) throws {
    try AtomicFile.checkName(path)
    let database = try SQLiteDatabase(path)
    self = try database.table(query, options)
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

  /// Lets the query be interrupted while it works, also where it gives no row.
  private func poll(_ cancellation: Cancellation) {
    let instructions: CInt = 10_000
    sqlite3_progress_handler(
      handle, instructions,
      { context in
        guard let context else { return 0 }
        return Unmanaged<Cancellation>.fromOpaque(context).takeUnretainedValue().isAsked() ? 1 : 0
      }, Unmanaged.passUnretained(cancellation).toOpaque())
  }

  func table(_ query: String, _ options: ReadOptions) throws -> Table {
    let cancellation = Cancellation(options.isCancelled)
    defer { withExtendedLifetime(cancellation) { sqlite3_progress_handler(handle, 0, nil, nil) } }
    poll(cancellation)
    // SQLite makes a value whole before it can be asked for.
    if let room = options.memoryRoom {
      sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, CInt(clamping: max(1 << 16, room / 4)))
    }
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
      if code == SQLITE_INTERRUPT || rows % 1024 == 0 && options.isCancelled() {
        throw EmulsionError(.cancelled, "interrupted")
      }
      guard code == SQLITE_ROW else {
        throw EmulsionError(.invalidData, "\(path): the query failed: \(message)")
      }
      rows += 1
      for column in 0..<width {
        try columns[Int(column)].claim(statement, column, options)
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
    if query.utf8.contains(0) {
      throw EmulsionError(
        .invalidData, "\(path): there is a NUL in the query, where SQLite ends it")
    }
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

/// Whether a query shall end, for a function of C that is handed a pointer.
private final class Cancellation {
  let isAsked: @Sendable () -> Bool

  init(_ isAsked: @escaping @Sendable () -> Bool) { self.isAsked = isAsked }
}

/// The values of one column of a result, as numbers for as long as they can be.
private struct QueryColumn {
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
