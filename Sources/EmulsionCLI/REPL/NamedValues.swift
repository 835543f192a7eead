import EmulsionLua
import LuaBridge

/// Values by the paths that lead to them, such as `best.means`, without calling anything of the user's.
struct NamedValues {
  let context: LuaContext

  /// The value of a path; `nil` where there is none.
  func value(of path: [String]) -> LuaValue? {
    guard let globals = try? context.globals() else { return nil }
    var value = LuaValue.table(globals)
    for name in path {
      switch value {
      case .table(let table): value = (try? table.get(name)) ?? .nil
      case .userdata(let data) where data.object is any LuaObject:
        value = (try? member(name, of: value)) ?? .nil
      default: return nil
      }
    }
    return value.isNil ? nil : value
  }

  /// A field or column of an object.
  func member(_ name: String, of value: LuaValue) throws -> LuaValue {
    let read = try context.compile("local value, name = ... return value[name]", name: "completion")
    return try read.call(value, name).first ?? .nil
  }

  /// The columns of a Table, or of what a Model was fitted to; empty where a value has none.
  func columns(of value: LuaValue) -> [String] {
    guard let object = object(value) else { return [] }
    let members = object.memberNames
    guard let list = ["names", "columns"].first(where: members.contains) else { return [] }
    return ((try? member(list, of: value))?.table).flatMap { try? $0.list() }?
      .compactMap(\.string) ?? []
  }

  /// The object of ours that a value is.
  func object(_ value: LuaValue) -> (any LuaObject)? {
    if case .userdata(let data) = value { data.object as? any LuaObject } else { nil }
  }

  /// Whether it is the module, by whatever name.
  func isModule(_ value: LuaValue?) -> Bool {
    guard let table = value?.table else { return false }
    return (try? table.get("fit"))?.function != nil && (try? table.get("dataset"))?.function != nil
  }
}

extension LuaObject {
  /// What the help says of a member.
  func help(ofMember name: String) -> LuaHelp? {
    Self.luaClass.members.first { $0.help.name == name && $0.kind != .metamethod }?.help
  }

  /// The names of fields and methods.
  var memberNames: [String] { Self.luaClass.memberNames }
}
