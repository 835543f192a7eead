import Emulsion
import EmulsionData
import LuaBridge

extension EmulsionModule {
  static var dataFunctions: [ModuleFunction] {
    [
      ModuleFunction(
        "read", "em.read(path [, options])", "a Table from a .csv, .tsv (also .gz) or .npy file",
        example: "em.read(\"iris.csv\", { columns = { \"Sepal_Length\" } })",
        options: OptionList.read.help
      ) { call in
        var options = ReadOptions()
        try OptionList.read.apply(call.tableIfGiven(2, "options"), to: &options)
        options.isCancelled = call.isInterrupted
        return TableObject(try Table(reading: call.string(1, "path"), options: options))
      },
      ModuleFunction(
        "sqlite", "em.sqlite(path, query)", "a Table of what a query of an SQLite file gives",
        example: "em.sqlite(\"survey.db\", \"select age, income from answers\")"
      ) { call in
        TableObject(
          try Table(sqlite: call.string(1, "path"), query: call.string(2, "query")))
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
    return .numbers(try numbers(value, place))
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
