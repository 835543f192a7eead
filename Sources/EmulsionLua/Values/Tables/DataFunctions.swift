import Emulsion
import EmulsionData
import LuaBridge
import Synchronization

extension ModuleFunction {
  static var tables: [ModuleFunction] {
    [
      ModuleFunction(
        "read", "em.read(path [, options])",
        "a Table from a .csv, .tsv (also .gz), .npy, .npz, .json or .jsonl file, or a query of a .db",
        example: "em.read(\"iris.csv\", { columns = { \"Sepal_Length\" } })",
        options: OptionList.read.help
      ) { call in
        let options = try call.givenReadOptions()
        return TableObject(try Table(reading: call.string(1, "path"), options: options))
      },
      ModuleFunction(
        "open", "em.open(path | { paths } [, options])",
        "a Source: rows of .npy or .csv files, or of a query of a .db, read anew in every pass, never whole in memory",
        example: "em.fit(em.open(\"part-*.npy\"), { components = 3 })",
        options: OptionList.read.help
      ) { call in
        let options = try call.givenReadOptions()
        let given = try call.value(1)
        let paths = try given.string.map { [$0] } ?? given.texts("path")
        if call.context.hasPeers {
          // One converts, then all open what it made.
          try call.context.performOnce { _ = try FileSource(opening: paths, options: options) }
        }
        return SourceObject(try FileSource(opening: paths, options: options))
      },
      ModuleFunction(
        "sqlite", "em.sqlite(path, query)", "a Table of what a query of an SQLite file gives",
        example: "em.sqlite(\"survey.db\", \"select age, income from answers\")"
      ) { call in
        TableObject(
          try Table(
            sqlite: call.string(1, "path"), query: call.string(2, "query"),
            options: call.readOptions()))
      },
      ModuleFunction(
        "sql", "em.sql(query, tables)",
        "a Table of what an SQL query gives of tables: joins, groups, windows",
        example:
          "em.sql(\"select label, avg(Petal_Width) from t group by label\", { t = em.dataset(\"iris\") })"
      ) { call in
        let tables = try call.table(2, "tables").pairs().map { key, value in
          guard let name = key.string, let table = value.dataTable else {
            throw EmulsionError(
              .invalidOption,
              "em.sql: tables go by names, as in { t = table }; [\(key.explanation)] is \(value.explanation)"
            )
          }
          return (name: name, table: table)
        }
        return TableObject(
          try Table(
            sql: call.string(1, "query"), tables: tables.sorted { $0.name < $1.name },
            options: call.readOptions()))
      },
      ModuleFunction(
        "dataset", "em.dataset(name)", "a data set that comes with Emulsion, a Table",
        example: "em.dataset(\"faithful\"):describe()", names: NameKind.dataSet
      ) { call in
        TableObject(try DataSets.table(named: call.string(1, "name")))
      },
      ModuleFunction("datasets", "em.datasets()", "the names of the data sets that come along") {
        _ in DataSets.names
      },
      ModuleFunction(
        "table", "em.table{ name = list, … }", "a Table of columns, in alphabetical order",
        example: "em.table{ x = {1, 2, 3}, group = {\"a\", \"b\", \"b\"} }"
      ) { call in
        TableObject(try tableOfColumns(call.table(1, "columns")))
      },
    ]
  }

  private static func tableOfColumns(_ table: LuaTable) throws -> Table {
    let columns = try table.pairs().map { key, value in
      guard let name = key.string else {
        throw EmulsionError(
          .invalidData,
          "em.table: columns have names, as in { x = {1, 2} }, but one is at "
            + "[\(key.explanation)]")
      }
      return (name: name, column: try column(value, name))
    }
    return try Table(columns.sorted { $0.name < $1.name })
  }

  private static func column(_ value: LuaValue, _ name: String) throws -> Column {
    try columnValues(value, "em.table: column \"\(name)\"")
  }
}

/// The values of a list, Vector or Texts: texts where the first that is there is one, else numbers.
func columnValues(_ value: LuaValue, _ place: String) throws -> Column {
  if let texts = value.object(as: TextsObject.self) { return .text(texts.values) }
  if let elements = try value.table?.textElements() {
    return .text(
      try elements.enumerated().map { position, element in
        guard element.isNil || element.string != nil else {
          throw EmulsionError(
            .invalidData,
            "\(place): element \(position + 1) must be a text as the first is, got "
              + element.explanation)
        }
        return element.string
      })
  }
  if let list = value.table, let position = try list.firstInexactInteger() {
    return try wholeNumbers(list, position, place)
  }
  return .numbers(try numbers(value, place))
}

extension LuaTable {
  /// The elements of a list whose first that is there is a text; `nil` for any other.
  fileprivate func textElements() throws -> [LuaValue]? {
    switch try get(1) {
    case .string: return try list()
    case .nil:
      let elements = try sparseList()
      return elements.first { !$0.isNil }?.string == nil ? nil : elements
    default: return nil
    }
  }
}

/// Integers of which doubles can't hold all, as texts.
private func wholeNumbers(
  _ list: LuaTable, _ inexact: Int, _ place: String
) throws -> Column {
  WholeNumbers.column(
    try list.list().enumerated().map { position, element in
      if let value = element.integer { return Int128(value) }
      if let number = element.number, number.isNaN { return nil }
      throw EmulsionError(
        .invalidData,
        "\(place): element \(inexact) is a whole number beyond 2⁵³, which can't stand beside element "
          + "\(position + 1), \(element.explanation); write whole numbers alone, or texts")
    })
}

extension LuaCall {
  /// How a script reads, with the options that the call gives second.
  fileprivate func givenReadOptions() throws -> ReadOptions {
    var options = readOptions()
    try OptionList.read.apply(tableIfGiven(2, "options"), to: &options)
    return options
  }

  /// How a script reads: it may be interrupted, and keeps to the memory limit.
  func readOptions() -> ReadOptions {
    var options = ReadOptions()
    options.isCancelled = isInterrupted
    options.notify = { ProgressLine.note($0) }
    guard let room = context.memoryRoom else { return options }
    options.memoryRoom = room
    let budget = MemoryBudget(room, limit: context.noMemoryError)
    options.reserve = { try budget.take($0) }
    return options
  }
}

/// What is left of the memory limit while one call takes of it, on any thread.
private final class MemoryBudget: Sendable {
  private let room: Atomic<Int>
  private let exhausted: LuaError

  init(_ room: Int, limit exhausted: LuaError) {
    self.room = Atomic(room)
    self.exhausted = exhausted
  }

  func take(_ bytes: Int) throws {
    let (left, overflow) = room.subtract(bytes)
    if overflow || left < 0 { throw exhausted }
  }
}

extension Atomic where Value == Int {
  /// Takes a number away, unless the result does not fit.
  fileprivate borrowing func subtract(_ bytes: Int) -> (left: Int, overflow: Bool) {
    var old = load(ordering: .relaxed)
    while true {
      let (new, overflow) = old.subtractingReportingOverflow(bytes)
      if overflow { return (old, true) }
      let result = compareExchange(expected: old, desired: new, ordering: .relaxed)
      if result.exchanged { return (new, false) }
      old = result.original
    }
  }
}

extension LuaValue {
  /// Texts that mean missing; codes such as -99 may be written as numbers.
  fileprivate func missingTexts(_ name: String) throws -> [String] {
    if let code = missingCode { return [code] }
    guard let table, try table.list().contains(where: { $0.missingCode != nil }) else {
      return try texts(name)
    }
    return try table.list().map { try $0.missingCode ?? $0.text(name) }
  }

  private var missingCode: String? {
    if let whole = integer { return "\(whole)" }
    return number.map { "\($0)" }
  }
}

extension OptionList where Target == ReadOptions {
  /// The options of `em.read`.
  static var read: OptionList {
    OptionList(options: [
      LuaOption("delimiter", "by its look", "the character between cells") {
        $1.delimiter = try $0.character("delimiter")
      },
      LuaOption("decimal", "by its look", "the decimal sign, \".\" or \",\"") {
        $1.decimal = try $0.character("decimal")
      },
      LuaOption("thousands", "none", "what separates groups of three digits") {
        $1.thousands = try $0.character("thousands")
      },
      LuaOption("comment", "none", "what begins a comment, such as \"#\"") {
        $1.comment = try $0.character("comment")
      },
      LuaOption("skip", "0", "how many lines to leave out at the top, or a list of their numbers") {
        $1.skip = try $0.skippedLines()
      },
      LuaOption("encoding", "\"utf-8\"", "\"utf-8\" or \"latin-1\"") {
        let name = try $0.text("encoding")
        guard let encoding = TextEncoding(named: name) else {
          throw $0.mustBe("encoding", "\"utf-8\" or \"latin-1\"")
        }
        $1.encoding = encoding
      },
      LuaOption(
        "row_names", "\"row\"", "what to call a first column without a name; false leaves it out"
      ) {
        switch $0 {
        case .boolean(let isKept): $1.rowNames = isKept ? .kept(name: "row") : .dropped
        default: $1.rowNames = .kept(name: try $0.text("row_names"))
        }
      },
      LuaOption("limit", "none", "the most rows to read") {
        $1.limit = try $0.wholeNumber("limit")
      },
      LuaOption("header", "by its look", "whether the first line names the columns") {
        $1.header = try $0.truth("header") ? .present : .absent
      },
      LuaOption("missing", "none", "texts that mean missing, beside \"\", NA, NaN and ?") {
        $1.missing += try $0.missingTexts("missing")
      },
      LuaOption("missing_only", "none", "texts that mean missing, and no others") {
        $1.missing = try $0.missingTexts("missing_only")
      },
      LuaOption("types", "by their look", "\"number\" or \"text\" by column") {
        $1.types = try $0.columnTypes()
      },
      LuaOption("query", "none", "what to ask of a database (.db): one SELECT") {
        $1.query = try $0.text("query")
      },
      LuaOption("columns", "all", "names of the columns to read") {
        $1.columns = try $0.texts("columns")
      },
    ])
  }
}

extension LuaValue {
  /// One character.
  fileprivate func character(_ name: String) throws -> Character {
    let text = try text(name)
    guard text.count == 1, let character = text.first else { throw mustBe(name, "one character") }
    return character
  }

  /// A number of lines, or a list of their numbers.
  fileprivate func skippedLines() throws -> ReadOptions.Skip {
    if let count = integer { return .first(count) }
    guard let numbers = try numberList() else {
      throw mustBe("skip", "a whole number or a list of line numbers")
    }
    return .lines(
      Set(
        try numbers.enumerated().map { position, number in
          guard let line = Int(exactly: number), line >= 1 else {
            throw EmulsionError(
              .invalidOption,
              "skip: element \(position + 1) must be the number of a line, from 1, not "
                + LuaValue.number(number).explanation)
          }
          return line
        }))
  }

  /// Types by the names of columns.
  fileprivate func columnTypes() throws -> [String: ReadOptions.ColumnType] {
    guard let table else { throw mustBe("types", "a table by column, as in { zip = \"text\" }") }
    return try table.pairs().reduce(into: [:]) { types, pair in
      guard let column = pair.key.string else {
        throw EmulsionError(
          .invalidOption, "types: columns go by their names, not by \(pair.key.explanation)")
      }
      let name = try pair.value.text("types.\(column)")
      guard let type = ReadOptions.ColumnType(rawValue: name) else {
        throw EmulsionError(
          .invalidOption, "types.\(column) must be \"number\" or \"text\", not \"\(name)\"")
      }
      types[column] = type
    }
  }
}
