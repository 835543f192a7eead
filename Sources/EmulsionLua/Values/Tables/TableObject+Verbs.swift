import Emulsion
import EmulsionData
import LuaBridge

extension TableObject {
  /// What makes a table of another.
  static func withVerbs(_ start: LuaClass<TableObject>) -> LuaClass<TableObject> {
    withRows(withColumns(start))
  }

  private static func withColumns(_ start: LuaClass<TableObject>) -> LuaClass<TableObject> {
    start
      .method(
        "with", "t:with{ name = value, … }",
        "columns added or replaced: a number or text for all rows, a list, or function(row)",
        example: "t:with{ z = function(row) return row.x / row.y end }"
      ) { object, call in
        TableObject(try object.adding(call.table(1, "columns")))
      }
      .method(
        "rename", "t:rename{ old = \"new\", … }", "the table with other names of columns",
        example: "t:rename{ x1 = \"height\" }"
      ) { object, call in
        var names: [String: String] = [:]
        for (key, value) in try call.table(1, "names").pairs() {
          guard let old = key.string, let new = value.string else {
            throw EmulsionError(
              .invalidOption, "rename: names go by names, as in { old = \"new\" }")
          }
          names[old] = new
        }
        return TableObject(try object.table.renamed(names))
      }
      .method(
        "unique", "t:unique(name)", "the values of a column that differ, as they come",
        names: NameKind.column
      ) { object, call in
        Pushed(
          try object.table.column(named: call.string(1, "name")).distinct(
            isCancelled: call.isInterrupted
          ).value)
      }
      .method(
        "count", "t:count(name, …)", "a Table of how often each combination of values comes",
        example: "em.dataset(\"iris\"):count(\"label\")", names: NameKind.column
      ) { object, call in
        TableObject(
          try object.table.counts(of: call.names("count"), isCancelled: call.isInterrupted))
      }
      .method("missing", "t:missing()", "a Table of the number of missing cells of each column") {
        object, _ in TableObject(try object.table.missingCounts())
      }
  }

  private static func withRows(_ start: LuaClass<TableObject>) -> LuaClass<TableObject> {
    start
      .method(
        "drop_missing", "t:drop_missing([{ names }]) or t:drop_missing(name, …)",
        "the rows without missing cells, in these columns or in all", names: NameKind.column
      ) { object, call in
        TableObject(
          try object.table.droppingMissing(call.has(1) ? call.names("drop_missing") : nil))
      }
      .method(
        "sort", "t:sort(name, …)",
        "the rows in the order of columns, falling where they begin with -",
        example: "em.dataset(\"iris\"):sort(\"label\", \"-Petal_Width\")", names: NameKind.column
      ) { object, call in
        let known = Set(object.table.names)
        return TableObject(
          try object.table.sorted(
            by: call.names("sort").map { name in
              let isFalling = name.hasPrefix("-") && !known.contains(name)
              return (isFalling ? String(name.dropFirst()) : name, isFalling)
            }, isCancelled: call.isInterrupted))
      }
      .method("slice", "t:slice(i [, j])", "rows i to j, from the end where they are below 0") {
        object, call in
        let part = try call.part(of: object.table.rows)
        return TableObject(try object.table.slice(part.first, part.last))
      }
      .method("tail", "t:tail([n])", "the last n rows, 10 unless given") { object, call in
        TableObject(try object.table.tail(max(0, call.integer(1, "n", default: 10))))
      }
      .method("sample", "t:sample(n [, seed])", "n rows drawn at random, none twice") {
        object, call in
        let seed = UInt64(bitPattern: Int64(try call.integer(2, "seed", default: 0)))
        return TableObject(try object.table.sample(call.integer(1, "n"), seed: seed))
      }
      .method("append", "t:append(u)", "the rows of t, and below them those of u") { object, call in
        let other = try call.object(1, "u", as: TableObject.self).table
        try call.context.claim(bytes: object.table.memorySize + other.memorySize)
        return TableObject(try object.table.appending(other))
      }
  }

  private func adding(_ columns: LuaTable) throws -> Table {
    var given: [(name: String, value: LuaValue)] = []
    for (key, value) in try columns.pairs() {
      guard let name = key.string else {
        throw EmulsionError(
          .invalidOption, "with: columns are named, as in { z = … }; \(key.explanation) is no name")
      }
      given.append((name, value))
    }
    var result = table
    for (name, value) in given.sorted(by: { $0.name < $1.name }) {
      result = try result.adding(column(value, name), named: name)
    }
    return result
  }

  /// A column of the values of a function, of one value, or of a list.
  private func column(_ value: LuaValue, _ name: String) throws -> Column {
    switch value {
    case .function(let function):
      let rows = try RowReader(table, "with", in: function.context)
      return try cells(
        (0..<table.rows).map { try function.call(rows.row($0)).first ?? .nil }, "with: \(name)")
    case .number, .integer, .string, .boolean:
      return try cells(Array(repeating: value, count: table.rows), "with: \(name)")
    case .nil: throw EmulsionError(.invalidOption, "with: \(name) is nil")
    default: return try columnValues(value, "with: column \"\(name)\"")
    }
  }

  /// Texts where the first value that is there is one, else numbers; truths are 1 and 0.
  private func cells(_ values: [LuaValue], _ place: String) throws -> Column {
    let first = values.first { !$0.isNil }
    let isText = first?.string != nil && first?.isNumber == false
    if isText {
      return .text(
        try values.enumerated().map { row, value in
          if value.isNil { return nil }
          guard let text = value.string, !value.isNumber else {
            throw mixed(row, value, "a text, as others are", place)
          }
          return text
        })
    }
    if let wide = values.firstIndex(where: \.isInexact) {
      // Such as ids of 19 digits, which a double would round.
      return WholeNumbers.column(
        try values.enumerated().map { row, value in
          switch value {
          case .nil: return nil
          case .integer(let whole): return Int128(whole)
          default:
            throw mixed(row, value, "a whole number, as in row \(wide + 1)", place)
          }
        })
    }
    return .numbers(
      try values.enumerated().map { row, value in
        switch value {
        case .nil: return .nan
        case .boolean(let isTrue): return isTrue ? 1 : 0
        default:
          guard value.isNumber, let number = value.number else {
            throw mixed(row, value, first == nil ? "a number" : "a number, as others are", place)
          }
          return number
        }
      })
  }

  private func mixed(
    _ row: Int, _ value: LuaValue, _ wanted: String, _ place: String
  ) -> EmulsionError {
    EmulsionError(
      .invalidData,
      "\(place): the value of \(table.location(ofRow: row)) must be \(wanted), got \(value.explanation)"
    )
  }
}

extension LuaValue {
  /// Whether it is a whole number that no double equals.
  fileprivate var isInexact: Bool {
    if case .integer(let value) = self { !WholeNumbers.isExact(Int128(value)) } else { false }
  }

  /// Whether it is a number, not a text that reads as one.
  fileprivate var isNumber: Bool {
    switch self {
    case .integer, .number: true
    default: false
    }
  }
}

/// Rows of a table as a script's function sees them: cells by name, nil where missing; other names are
/// mistakes.
struct RowReader {
  private let table: Table
  private let columns: [Column]
  private let metatable: LuaTable

  init(_ table: Table, _ method: String, in context: LuaContext) throws {
    self.table = table
    columns = try table.names.indices.map { try table[position: $0] }
    let (names, all) = (Set(table.names), table.names)
    let missing = try LuaFunction(in: context, name: "row") { call in
      guard let name = try call.value(2).string else {
        throw EmulsionError(
          .invalidOption,
          "\(method): cells of a row go by the names of columns, not \(try call.value(2).explanation)"
        )
      }
      guard names.contains(name) else {
        throw EmulsionError(
          .invalidOption,
          "\(method): there is no column \"\(name)\"" + nameHint(for: name, among: all))
      }
      return LuaValue.nil
    }
    metatable = try LuaTable(in: context)
    try metatable.set("__index", to: missing)
  }

  func row(_ row: Int) -> LuaRecord {
    LuaRecord(zip(table.names, columns).map { ($0, $1.cell(row)) }, metatable: metatable)
  }
}

extension Column {
  /// Numbers are a Vector, text is Texts.
  var value: any LuaConvertible { value(beside: nil) }

  /// The same, where a method of tables has the column's name: t:name() then calls the column, which hands
  /// on to the method.
  func value(beside method: String?) -> any LuaConvertible {
    switch self {
    case .numbers(let values):
      let vector = VectorObject(values)
      vector.hiddenMethod = method
      return vector
    case .text(let values):
      let texts = TextsObject(values)
      texts.hiddenMethod = method
      return texts
    }
  }

  /// A cell, nil where it is missing.
  fileprivate func cell(_ row: Int) -> any LuaConvertible {
    switch self {
    case .numbers(let values): values[row]
    case .text(let values): values[row]
    }
  }
}

/// Calls the method of tables that a column of its name hides.
func callHidden(_ method: String?, _ kind: String, _ call: LuaCall) throws -> LuaTuple {
  guard let method, call.objectIfAny(2, as: TableObject.self) != nil,
    let function = try LuaFunction(method: method, of: TableObject.luaClass, in: call.context)
  else { throw LuaError(.script, "attempt to call a \(kind) value") }
  let arguments: [any LuaConvertible] = try (2...max(2, call.count)).map { try call.value($0) }
  return LuaTuple(contentsOf: try function.call(arguments))
}

extension LuaCall {
  /// The places i to j of `count`, from 0, where i and j count from 1, or from the end where they are below 0.
  func part(of count: Int) throws -> (first: Int, last: Int) {
    func place(_ i: Int) -> Int { i < 0 ? count + max(i, -count - 1) : i - 1 }
    let first = try integer(1, "i")
    guard first != 0 else { throw mismatch(1, "i", "a position from 1, or from the end below 0") }
    return (place(first), place(try integer(2, "j", default: -1)))
  }

  /// Names in a list, or one after another.
  func names(_ method: String) throws -> [String] {
    guard count > 1 else { return try value(1).texts(method) }
    return try (1...count).map { try string($0, "name \($0)") }
  }
}
