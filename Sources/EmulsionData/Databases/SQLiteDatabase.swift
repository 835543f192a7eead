import CSQLite
import Emulsion

/// An open database, closed with the value.
struct SQLiteDatabase: ~Copyable {
  private let path: String
  private let handle: OpaquePointer?

  /// Opens the database at `path`; one in memory where there is none, called `name` in error texts.
  init(_ path: String?, named name: String? = nil, isWritable: Bool = false) throws {
    self.path = name ?? path ?? "SQL"
    var handle: OpaquePointer?
    let flags = isWritable ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY
    let code = sqlite3_open_v2(path ?? ":memory:", &handle, flags, nil)
    self.handle = handle
    guard code == SQLITE_OK else {
      throw EmulsionError(
        .io,
        "\(self.path): cannot be opened as a database: \(String(cString: sqlite3_errstr(code)))")
    }
  }

  deinit { sqlite3_close_v2(handle) }

  /// The message of the failure just seen, with its place in the query where SQLite tells one.
  private var message: String {
    let message = String(cString: sqlite3_errmsg(handle))
    let offset = sqlite3_error_offset(handle)
    return offset < 0 ? message : "\(message) (at character \(offset + 1))"
  }

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

  /// Calls `body` with each row of what a query gives, and with the names of the columns, once before the first.
  func forEachRow(
    of query: String, _ options: ReadOptions, begin: ([String]) throws -> Void,
    _ body: (OpaquePointer?, _ row: Int) throws -> Void
  ) throws {
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
    guard sqlite3_stmt_readonly(statement) != 0 else {
      throw EmulsionError(.invalidData, "\(path): the query would change data; write a SELECT")
    }
    try begin(
      (0..<width).map { column in
        sqlite3_column_name(statement, column).map { String(cString: $0) } ?? ""
      })
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
      try body(statement, rows)
    }
  }

  /// The rows of a query, in memory.
  func table(_ query: String, _ options: ReadOptions) throws -> Table {
    var names: [String] = []
    var columns: [QueryColumn] = []
    try forEachRow(of: query, options) {
      names = $0
      columns = $0.map { _ in QueryColumn() }
    } _: { statement, row in
      for j in columns.indices {
        try columns[j].claim(statement, CInt(j), options)
        columns[j].append(try cell(statement, j, row: row, names))
      }
    }
    return try Table(
      zip(names, columns).map { (name: $0, column: $1.column) },
      origin: Origin(name: path, unit: .row))
  }

  /// The cell in a column of the current row.
  ///
  /// - Throws: `invalid-data` for a blob.
  func cell(_ statement: OpaquePointer?, _ column: Int, row: Int, _ names: [String]) throws
    -> QueryCell
  {
    guard let cell = QueryCell(statement, CInt(column)) else {
      throw EmulsionError(
        .invalidData,
        "\(path), row \(row), column \"\(names[column])\": binary data (BLOB); select numbers or text"
      )
    }
    return cell
  }

  /// What is read between these is of one state of the database, whoever writes to it.
  func withSnapshot(_ body: () throws -> Void) throws {
    _ = sqlite3_exec(handle, "BEGIN", nil, nil, nil)
    defer { _ = sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
    try body()
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

  /// Runs statements that give no rows.
  private func run(_ statements: String) throws {
    guard sqlite3_exec(handle, statements, nil, nil, nil) == SQLITE_OK else { throw writeError }
  }

  private var writeError: EmulsionError {
    let code = sqlite3_errcode(handle)
    let isFile = [
      SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_IOERR, SQLITE_FULL, SQLITE_BUSY, SQLITE_LOCKED,
    ]
    .contains(code)
    return EmulsionError(
      isFile ? .io : .invalidData,
      "\(path): cannot be written: \(String(cString: sqlite3_errmsg(handle)))")
  }

  /// Writes a table, in the place of one of that name, in one transaction.
  ///
  /// Numbers are reals, so that a division is one; missing cells are NULL.
  func write(_ table: Table, named name: String, _ options: ReadOptions = ReadOptions()) throws {
    guard !name.isEmpty, !name.utf8.contains(0), !name.lowercased().hasPrefix("sqlite_") else {
      throw EmulsionError(.invalidOption, "table: \(quoted(name)) cannot be the name of a table")
    }
    guard table.columns > 0 else {
      throw EmulsionError(.invalidData, "a table without columns has no rows in a database")
    }
    let limit = Int(sqlite3_limit(handle, SQLITE_LIMIT_COLUMN, -1))
    guard table.columns <= limit else {
      throw EmulsionError(
        .invalidData, "\(path): SQLite has at most \(limit.counted("column")), not \(table.columns)"
      )
    }
    var lowered: [String: String] = [:]
    for column in table.names {
      if let other = lowered.updateValue(column, forKey: column.lowercased()) {
        throw EmulsionError(
          .invalidData,
          "\(path): to SQL the columns \(quoted(other)) and \(quoted(column)) are one; rename one")
      }
    }
    let columns = try table.storage.map { try $0.column() }
    let kinds = zip(table.names, columns).map {
      "\(identifier($0)) \($1.isNumeric ? "REAL" : "TEXT")"
    }
    try run("BEGIN")
    do {
      try run(
        "DROP TABLE IF EXISTS \(identifier(name));"
          + "CREATE TABLE \(identifier(name)) (\(kinds.joined(separator: ", ")))")
      try insert(columns, rows: table.rows, into: name, options)
      try run("COMMIT")
    } catch {
      _ = sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
      throw error
    }
  }

  private func insert(
    _ columns: [Column], rows: Int, into name: String, _ options: ReadOptions
  ) throws {
    let marks = Array(repeating: "?", count: columns.count).joined(separator: ", ")
    let statement = try prepare("INSERT INTO \(identifier(name)) VALUES (\(marks))")
    defer { sqlite3_finalize(statement) }
    // The text is copied by SQLite before it goes.
    let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    for row in 0..<rows {
      if row % 1024 == 0 && options.isCancelled() { throw EmulsionError(.cancelled, "interrupted") }
      for (position, column) in columns.enumerated() {
        let place = CInt(position + 1)
        switch column {
        case .numbers(let values):
          _ =
            values[row].isNaN
            ? sqlite3_bind_null(statement, place)
            : sqlite3_bind_double(statement, place, values[row])
        case .text(let values):
          if let text = values[row] {
            sqlite3_bind_text(statement, place, text, CInt(clamping: text.utf8.count), copied)
          } else {
            sqlite3_bind_null(statement, place)
          }
        }
      }
      guard sqlite3_step(statement) == SQLITE_DONE else { throw writeError }
      sqlite3_reset(statement)
    }
  }

  private func identifier(_ name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }
}

/// Whether a query shall end, for a function of C that is handed a pointer.
private final class Cancellation {
  let isAsked: @Sendable () -> Bool

  init(_ isAsked: @escaping @Sendable () -> Bool) { self.isAsked = isAsked }
}
