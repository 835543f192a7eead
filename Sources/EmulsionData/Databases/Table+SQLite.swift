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
  /// - Throws: `io` where the database cannot be opened, `invalid-data` with SQLite's own words
  ///   where the query fails or its result is no table, `cancelled` where that is asked for, and what
  ///   `reserve` throws.
  public init(sqlite path: String, query: String, options: ReadOptions = ReadOptions()) throws {
    try AtomicFile.checkName(path)
    let database = try SQLiteDatabase(path)
    self = try database.table(query, options)
  }

  /// The rows that a query selects from tables in memory: joins, groups and windows by SQLite.
  ///
  /// In the query numbers are reals, and missing cells NULL.
  ///
  /// - Parameters:
  ///   - query: One SQL statement that gives rows.
  ///   - tables: The tables by the names that the query has for them.
  ///   - options: Of these `isCancelled` and `reserve` count.
  /// - Throws: As `init(sqlite:query:options:)`.
  public init(
    sql query: String, tables: [(name: String, table: Table)], options: ReadOptions = ReadOptions()
  ) throws {
    let database = try SQLiteDatabase(nil, isWritable: true)
    for (name, table) in tables {
      // A cell takes some ten bytes, texts what they have.
      try options.reserve(table.memorySize.multipliedOrMax(by: 2))
      try database.write(table, named: name, options)
    }
    self = try database.table(query, options).withoutOrigin
    try JoinCheck(query, tables).check()
  }

  /// Writes the table into an SQLite database, in the place of a table of that name; others stay.
  ///
  /// - Throws: `io` where the file cannot be written, `invalid-option` for a name that can't be one.
  public func write(toSQLite path: String, table name: String) throws {
    try AtomicFile.checkName(path)
    try SQLiteDatabase(path, isWritable: true).write(self, named: name)
  }

  /// The rows of one table of a database.
  public init(sqlite path: String, table name: String, options: ReadOptions = ReadOptions()) throws
  {
    let quoted = name.split(separator: "\"", omittingEmptySubsequences: false).joined(
      separator: "\"\"")
    try self.init(sqlite: path, query: "SELECT * FROM \"\(quoted)\"", options: options)
  }

  private var withoutOrigin: Table {
    Table(names: names, storage: storage, rows: rows, origin: nil)
  }
}
