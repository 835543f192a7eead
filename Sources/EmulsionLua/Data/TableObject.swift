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
    LuaClass("Table", "named columns of numbers or text; t[\"name\"] is a column")
      .property("rows", "number of rows") { $0.table.rows }
      .property("columns", "number of columns") { $0.table.columns }
      .property("names", "list of the columns' names") { $0.table.names }
      .method(
        "select", "t:select{ names } or t:select(name, …)", "the columns named, in that order"
      ) { object, call in
        TableObject(try object.table.select(call.names("select")))
      }
      .method("drop", "t:drop{ names } or t:drop(name, …)", "all columns but those named") {
        object, call in
        TableObject(try object.table.drop(call.names("drop")))
      }
      .method("head", "t:head(n)", "the first n rows, 10 unless given") { object, call in
        TableObject(object.table.head(max(0, try call.integer(1, "n", default: 10))))
      }
      .method(
        "filter", "t:filter(f)", "the rows for which f(row) is true",
        example: "t:filter(function(row) return row.waiting > 60 end)"
      ) { object, call in
        TableObject(try object.filtered(call.function(1, "f")))
      }
      .method("describe", "t:describe()", "count, mean, quartiles of each column") { object, call in
        try object.table.describe().text(width: call.context.screenWidth)
      }
      .method(
        "matrix", "t:matrix([names]) or t:matrix(name, …)", "columns as a Matrix, all unless named"
      ) {
        object, call in
        let names = call.has(1) ? try call.names("matrix") : nil
        try call.context.claim(bytes: object.table.rows * object.table.columns * 8)
        return MatrixObject(try object.table.matrix(names))
      }
      .method("write", "t:write(path)", "writes a .csv, .tsv or .npy file, also .gz") {
        object, call in
        try object.table.write(to: call.string(1, "path"))
        return LuaValue.nil
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
        return try object.table[name]?.value
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

  private func filtered(_ function: LuaFunction) throws -> Table {
    let columns = try table.names.indices.map { try table[position: $0] }
    let names = Set(table.names)
    // A cell that is missing is nil; a column that is not there is a mistake.
    let missing = try LuaFunction(in: function.context, name: "row") { [self] call in
      guard let name = try call.value(2).string else {
        throw EmulsionError(
          .invalidOption,
          "filter: cells of a row go by the names of columns, not \(try call.value(2).explanation)")
      }
      guard names.contains(name) else {
        throw EmulsionError(
          .invalidOption,
          "filter: there is no column \"\(name)\"" + nameHint(for: name, among: table.names))
      }
      return LuaValue.nil
    }
    let metatable = try LuaTable(in: function.context)
    try metatable.set("__index", to: missing)
    let kept = try (0..<table.rows).map { row in
      let fields = zip(table.names, columns).map { ($0, $1.cell(row)) }
      switch try function.call(LuaRecord(fields, metatable: metatable)).first {
      case nil, .nil, .boolean(false): return false
      default: return true
      }
    }
    return try table.filter(keeping: kept)
  }
}

extension Column {
  /// Numbers are a Vector, text is Texts.
  fileprivate var value: any LuaConvertible {
    switch self {
    case .numbers(let values): VectorObject(values)
    case .text(let values): TextsObject(values)
    }
  }

  fileprivate func cell(_ row: Int) -> any LuaConvertible {
    switch self {
    case .numbers(let values): values[row]
    case .text(let values): values[row]
    }
  }
}

extension LuaCall {
  /// Names in a list, or one after another.
  fileprivate func names(_ method: String) throws -> [String] {
    guard count > 1 else { return try value(1).texts(method) }
    return try (1...count).map { try string($0, "name \($0)") }
  }
}
