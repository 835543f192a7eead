import Emulsion
import EmulsionData
import LuaBridge

/// `Table`: named columns of numbers or text, for scripts.
final class TableObject: LuaObject {
  let table: Table
  /// Whether a column is called as a member is.
  private let hidesMembers: Bool

  init(_ table: Table) {
    self.table = table
    hidesMembers = table.names.contains(where: Self.members.contains)
  }

  private static let members = Set(luaClass.memberNames)

  var nativeSize: Int { table.memorySize }

  static var luaClass: LuaClass<TableObject> {
    withVerbs(ownClass)
  }

  private static var ownClass: LuaClass<TableObject> {
    LuaClass("Table", "named columns of numbers or text; t[\"name\"] is a column")
      .property("rows", "number of rows") { $0.table.rows }
      .property("columns", "number of columns") { $0.table.columns }
      .property("names", "list of the columns' names") { $0.table.names }
      .method(
        "select", "t:select{ names } or t:select(name, …)", "the columns named, in that order",
        names: NameKind.column
      ) { object, call in
        TableObject(try object.table.select(call.names("select")))
      }
      .method(
        "drop", "t:drop{ names } or t:drop(name, …)", "all columns but those named",
        names: NameKind.column
      ) { object, call in
        TableObject(try object.table.drop(call.names("drop")))
      }
      .method("head", "t:head(n)", "the first n rows, 10 unless given") { object, call in
        TableObject(object.table.head(max(0, try call.integer(1, "n", default: 10))))
      }
      .method(
        "filter", "t:filter(f)", "the rows for which f(row) is true; f may be a Vector of 0 and 1",
        example: "t:filter(function(row) return row.waiting > 60 end)"
      ) { object, call in
        TableObject(try object.filtered(call.value(1), call))
      }
      .method("describe", "t:describe()", "count, mean, quartiles of each column") { object, call in
        try object.table.describe().text(width: call.context.screenWidth)
      }
      .method(
        "matrix", "t:matrix([names]) or t:matrix(name, …)", "columns as a Matrix, all unless named",
        names: NameKind.column
      ) {
        object, call in
        let names = call.has(1) ? try call.names("matrix") : nil
        try call.context.claim(bytes: object.table.rows * object.table.columns * 8)
        return MatrixObject(try object.table.matrix(names))
      }
      .method(
        "write", "t:write(path [, options])",
        "writes a .csv, .tsv, .npy, .json, .jsonl or .db file; the option table names that of a database",
        options: OptionList.write.help
      ) { object, call in
        var name = "data"
        try OptionList.write.apply(call.tableIfGiven(2, "options"), to: &name)
        let path = try call.string(1, "path")
        if FileFormat(path: path) == .sqlite {
          try call.context.performOnce {
            try object.table.write(toSQLite: path, table: name)
          }
        } else if call.has(2) {
          throw EmulsionError(
            .invalidOption,
            "write: only databases have tables by name; \(path) is none (.db, .sqlite)")
        } else {
          try call.context.performOnce { try object.table.write(to: path) }
        }
        return LuaTuple()
      }
      .metamethod("__newindex") { call -> LuaTuple in
        let name = try call.value(2).string ?? "z"
        throw EmulsionError(
          .script, "Table is read-only; t:with{ \(name) = … } makes one with that column")
      }
      .metamethod("__pairs") { call in
        let next = try LuaFunction(in: call.context, name: "pairs") { step in
          let table = try step.receiver(as: TableObject.self).table
          let last = try step.value(2).string.flatMap { table.names.firstIndex(of: $0) } ?? -1
          guard last + 1 < table.columns else { return LuaTuple() }
          return LuaTuple(table.names[last + 1], Pushed(try table[position: last + 1].value))
        }
        return LuaTuple(next, try call.value(1), LuaValue.nil)
      }
      .metamethod("__len") { try $0.receiver(as: TableObject.self).table.rows }
      .metamethod("__tostring") { call in
        try call.receiver(as: TableObject.self).table.text(width: call.context.screenWidth)
      }
      .keyed { object, key in
        // A column may be called as a field or a method is.
        guard object.hidesMembers, let name = key.string else { return nil }
        let method = Self.members.contains(name) ? name : nil
        return try object.table[name]?.value(beside: method)
      }
      .fallback { object, key, _ in
        guard let name = key.string else { return nil }
        guard let column = try object.table[name] else {
          throw EmulsionError(.invalidOption, object.unknown(name))
        }
        return column.value
      }
  }

  private func unknown(_ name: String) -> String {
    let members = Self.luaClass.memberNames
    let hint = spellingHint(for: name, among: table.names + members)
    return "Table has no column, field or method \"\(name)\""
      + (hint
        ?? "; its columns are \(table.names.prefix(8).joined(separator: ", "))")
  }

  /// The rows for which a function is true, or a Vector not 0.
  private func filtered(_ value: LuaValue, _ call: LuaCall) throws -> Table {
    if let mask = value.object(as: VectorObject.self)?.values {
      return try table.filter(
        keeping: mask.enumerated().map { row, value in
          // What compares with a missing cell may be NaN.
          guard value == 0 || value == 1 || value.isNaN else {
            throw EmulsionError(
              .invalidData,
              "filter: element \(row + 1) must be 0 or 1, not \(LuaValue.number(value).explanation)"
            )
          }
          return value == 1
        })
    }
    let function = try call.function(1, "f")
    let rows = try RowReader(table, "filter", in: function.context)
    let kept = try (0..<table.rows).map { row in
      switch try function.call(rows.row(row)).first {
      case nil, .nil, .boolean(false): return false
      default: return true
      }
    }
    return try table.filter(keeping: kept)
  }
}

extension OptionList where Target == String {
  /// The options of `t:write`.
  fileprivate static var write: OptionList {
    OptionList(options: [
      LuaOption("table", "\"data\"", "the table of a database to write") {
        $1 = try $0.text("table")
      }
    ])
  }
}
