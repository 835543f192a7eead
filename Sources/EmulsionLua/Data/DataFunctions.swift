import Emulsion
import EmulsionData
import LuaBridge
import Synchronization

extension EmulsionModule {
  static var dataFunctions: [ModuleFunction] {
    [
      ModuleFunction(
        "read", "em.read(path [, options])", "a Table from a .csv, .tsv (also .gz) or .npy file",
        example: "em.read(\"iris.csv\", { columns = { \"Sepal_Length\" } })",
        options: OptionList.read.help
      ) { call in
        var options = call.readOptions()
        try OptionList.read.apply(call.tableIfGiven(2, "options"), to: &options)
        return TableObject(try Table(reading: call.string(1, "path"), options: options))
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
        "dataset", "em.dataset(name)", "a data set that comes with Emulsion, a Table",
        example: "em.dataset(\"faithful\"):describe()"
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

  /// Texts where the first value is one, else numbers.
  private static func column(_ value: LuaValue, _ name: String) throws -> Column {
    let place = "em.table: column \"\(name)\""
    if let texts = value.object(as: TextsObject.self) { return .text(texts.values) }
    if let list = value.table, try list.get(1).string != nil {
      return .text(
        try list.list().enumerated().map { position, element in
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

  /// Integers of which doubles can't hold all, as texts.
  private static func wholeNumbers(
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
}

extension LuaCall {
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

extension OptionList where Target == ReadOptions {
  /// The options of `em.read`.
  static var read: OptionList {
    OptionList(options: [
      LuaOption("delimiter", "by extension", "the character between cells") {
        let text = try $0.text("delimiter")
        guard text.count == 1 else { throw $0.mustBe("delimiter", "one character") }
        $1.delimiter = text.first
      },
      LuaOption("header", "by its look", "whether the first line names the columns") {
        $1.header = try $0.truth("header") ? .present : .absent
      },
      LuaOption("missing", "\"\", NA, NaN, ?", "texts that mean missing") {
        $1.missing = try $0.texts("missing")
      },
      LuaOption("columns", "all", "names of the columns to read") {
        $1.columns = try $0.texts("columns")
      },
    ])
  }
}
