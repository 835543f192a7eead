import Emulsion
import EmulsionData
import LuaBridge

/// Files of rows, as scripts hold them.
final class SourceObject: LuaObject {
  let source: FileSource

  init(_ source: FileSource) { self.source = source }

  static var luaClass: LuaClass<SourceObject> {
    LuaClass("Source", "rows in files, read anew in every pass")
      .property("rows", "number of rows of all files") { $0.source.rows }
      .property("columns", "number of columns") { $0.source.columns }
      .property("names", "list of the columns' names") { $0.source.columnNames }
      .method(
        "select", "s:select{ names } or s:select(name, …)", "the columns named, in that order",
        names: NameKind.column
      ) { object, call in
        SourceObject(try object.source.selecting(call.names("select")))
      }
      .method("head", "s:head(n)", "the first n rows, 10 unless given, as a Table") {
        object, call in
        let count = max(0, try call.integer(1, "n", default: 10))
        try call.context.claim(bytes: count.multipliedOrMax(by: 8 * object.source.columns))
        return TableObject(try object.source.head(count))
      }
      .metamethod("__len") { try $0.receiver(as: SourceObject.self).source.rows }
      .metamethod("__tostring") { call in
        let source = try call.receiver(as: SourceObject.self).source
        let shown = try source.head(min(source.rows, 6)).text(width: call.context.screenWidth)
        return "Source of \(source.rows.counted("row")); the first:\n" + shown
      }
  }
}
