import Emulsion

/// Named columns of numbers or text, all of one length.
///
/// A table is a value: every operation gives a new one and leaves the old as it was. It remembers
/// which line of which file each of its rows came from, through `select`, `filter` and `head`.
///
/// The numbers of a large `.npy` file stay in it and are read where they are used. What asks for them
/// throws `io` where the file was changed meanwhile.
public struct Table: Sendable {
  /// The names of the columns, all different and none empty.
  public let names: [String]
  /// Number of rows.
  public let rows: Int
  /// Where the rows came from, if from a file.
  public let origin: Origin?
  /// The columns, in the order of `names`.
  let storage: [StoredColumn]

  /// Number of columns.
  public var columns: Int { names.count }

  /// Makes a table from its columns.
  ///
  /// - Parameters:
  ///   - columns: Names and values, in order.
  ///   - origin: Where the rows came from, if from a file.
  /// - Throws: `invalid-data` where names are empty or repeated, or lengths differ.
  public init(_ columns: [(name: String, column: Column)], origin: Origin? = nil) throws {
    let names = columns.map(\.name)
    try Table.checkNames(names, in: origin?.name)
    if let first = columns.first,
      let other = columns.first(where: { $0.column.count != first.column.count })
    {
      throw EmulsionError(
        .invalidData,
        "columns differ in length: \"\(first.name)\" has \(first.column.count.counted("value")), "
          + "\"\(other.name)\" has \(other.column.count)")
    }
    self.init(
      names: names, storage: columns.map { .held($0.column) },
      rows: columns.first?.column.count ?? 0, origin: origin)
  }

  /// Makes a table of numbers from a matrix.
  ///
  /// - Parameters:
  ///   - matrix: One row of the table a row.
  ///   - names: The columns' names; `x1`, `x2`, … if `nil`.
  ///   - origin: Where the rows came from, if from a file.
  /// - Throws: `invalid-data` where names are empty, repeated or not one a column.
  public init(_ matrix: Matrix, names: [String]? = nil, origin: Origin? = nil) throws {
    let names = names ?? Table.defaultNames(matrix.columns)
    guard names.count == matrix.columns else {
      throw EmulsionError(
        .invalidData,
        "\(names.count) column names for a matrix of \(matrix.columns.counted("column"))")
    }
    try Table.checkNames(names, in: origin?.name)
    let storage = (0..<matrix.columns).map { StoredColumn.held(.numbers(matrix.column($0))) }
    self.init(names: names, storage: storage, rows: matrix.rows, origin: origin)
  }

  /// Makes a table from parts that are known to fit each other.
  init(names: [String], storage: [StoredColumn], rows: Int, origin: Origin?) {
    self.names = names
    self.storage = storage
    self.rows = rows
    self.origin = origin
  }

  /// The column called `name`, or `nil` where there is none.
  ///
  /// - Throws: `io` where its file was changed.
  public subscript(name: String) -> Column? {
    get throws { try names.firstIndex(of: name).map { try storage[$0].column() } }
  }

  /// The column at `position`, from 0.
  ///
  /// - Throws: `io` where its file was changed.
  public subscript(position position: Int) -> Column {
    get throws { try storage[position].column() }
  }

  /// Bytes of memory that the columns take; numbers that stay in a file take none.
  public var memorySize: Int { storage.reduce(0) { $0 + $1.memorySize } }

  /// The column called `name`.
  ///
  /// - Throws: `invalid-option` naming the nearest column where there is none of that name, `io` where
  ///   its file was changed.
  public func column(named name: String) throws -> Column {
    try storage[position(of: name)].column()
  }

  /// The position of the column called `name`, from 0.
  ///
  /// - Throws: `invalid-option` naming the nearest column where there is none of that name.
  public func position(of name: String) throws -> Int {
    if let position = names.firstIndex(of: name) { return position }
    let hint = spellingHint(for: name, among: names)
    throw EmulsionError(
      .invalidOption,
      "no column \"\(name)\"\(inOrigin)"
        + (hint
          ?? "; there are \(names.isEmpty ? "none" : Table.listing(names))")
        + (origin?.headerAdvice ?? ""))
  }

  /// The positions of the columns called `names`, from 0.
  func positions(of names: [String]) throws -> [Int] {
    // A search through all names for each of many would take forever in a wide table.
    guard names.count > 16 else { return try names.map(position(of:)) }
    let index = Dictionary(
      zip(self.names, self.names.indices), uniquingKeysWith: { first, _ in first })
    return try names.map { try index[$0] ?? position(of: $0) }
  }

  /// Where `row` (from 0) came from: `iris.csv, line 5`, or `row 4` counted from 1.
  public func location(ofRow row: Int) -> String {
    origin?.location(ofRow: row) ?? "row \(row + 1)"
  }

  /// ` in iris.csv`, or nothing for a table that was not read.
  var inOrigin: String { origin.map { " in \($0.name)" } ?? "" }

  /// `x1`, `x2`, …: the names of columns that came without.
  static func defaultNames(_ count: Int) -> [String] { (0..<count).map { "x\($0 + 1)" } }

  /// At most eight names, quoted.
  static func listing(_ names: [String]) -> String {
    let shown = names.prefix(8).map { "\"\($0)\"" }.joined(separator: ", ")
    return names.count > 8 ? shown + ", … (\(names.count) in all)" : shown
  }

  static func checkNames(_ names: [String], in place: String?) throws {
    let prefix = place.map { "\($0): " } ?? ""
    var seen: [String: Int] = [:]
    for (position, name) in names.enumerated() {
      if name.isEmpty {
        throw EmulsionError(.invalidData, "\(prefix)column \(position + 1) has no name")
      }
      if let other = seen.updateValue(position, forKey: name) {
        throw EmulsionError(
          .invalidData,
          "\(prefix)columns \(other + 1) and \(position + 1) are both named \"\(name)\"")
      }
    }
  }
}
