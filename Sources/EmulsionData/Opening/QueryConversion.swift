import Emulsion

/// Makes doubles of what a query of an SQLite database gives, row after row; texts are numbered as they come.
///
/// The query runs twice, on one state of the database: what the columns are is known when all values were seen.
struct QueryConversion {
  let path: String
  let query: String
  let options: ReadOptions

  private static let rowsAtOnce = 1 << 13

  func write(to writer: inout CacheFile.Writer) throws {
    let database = try SQLiteDatabase(path)
    var output = writer
    try database.withSnapshot {
      let kinds = try kinds(database, &output)
      try write(kinds, of: database, to: &output)
    }
    writer = output
  }

  private func kinds(_ database: borrowing SQLiteDatabase, _ writer: inout CacheFile.Writer) throws
    -> [QueryColumnKind]
  {
    var names: [String] = []
    var kinds: [QueryColumnKind] = []
    try database.forEachRow(of: query, options) {
      names = $0
      kinds = $0.map { _ in QueryColumnKind() }
    } _: { statement, row in
      for j in kinds.indices { kinds[j].note(try database.cell(statement, j, row: row, names)) }
    }
    try Table.checkNames(names, in: path)
    writer.names = names
    for (name, kind) in zip(names, kinds) where kind.isText { writer.texts[name] = TextCodes() }
    return kinds
  }

  private func write(
    _ kinds: [QueryColumnKind], of database: borrowing SQLiteDatabase,
    to writer: inout CacheFile.Writer
  ) throws {
    let names = writer.names
    var numbers: [Double] = []
    try database.forEachRow(of: query, options, begin: { _ in }) { statement, row in
      if let limit = options.limit, row > limit { return }
      for j in kinds.indices {
        let cell = try database.cell(statement, j, row: row, names)
        numbers.append(
          kinds[j].isText ? writer.texts[names[j]]?.code(of: cell.text) ?? .nan : cell.number)
      }
      if row % Self.rowsAtOnce == 0 {
        try writer.append(numbers)
        numbers.removeAll(keepingCapacity: true)
      }
    }
    try writer.append(numbers)
    guard writer.rows > 0 else {
      throw EmulsionError(.invalidData, "\(path): the query gives no rows")
    }
  }
}
