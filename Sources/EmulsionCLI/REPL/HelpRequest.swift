import EmulsionLua
import LuaBridge

/// What `name?` asks for.
struct HelpRequest {
  let session: LuaSession
  private var values: NamedValues { NamedValues(context: session.context) }

  /// Help on a path such as `em.fit` or `m:predict`, or on a topic such as `fit`.
  ///
  /// - Throws: `invalid-option` with the nearest topic.
  func text(_ topic: String) throws -> String {
    let path = topic.split(whereSeparator: { ".: ".contains($0) }).map(String.init)
    if path.isEmpty { return try session.help(about: .nil) }
    if let owner = values.value(of: Array(path.dropLast())), let object = values.object(owner),
      let last = path.last, object.help(ofMember: last) != nil
    {
      return try session.help(about: .string("\(name(of: object)):\(last)"))
    }
    guard let value = values.value(of: path) else {
      return try session.help(about: .string(topic))
    }
    switch value {
    case .userdata where values.object(value) != nil: return try session.help(about: value)
    case .function:
      if let text = try? session.help(about: value) { return text }
      return "\(topic) is a function of Lua's or your own; this help is about em"
    case _ where values.isModule(value): return try session.help(about: .nil)
    default:
      if let text = try? session.help(about: .string(topic)) { return text }
      return "\(topic) is \(value.explanation)"
    }
  }

  private func name<Object: LuaObject>(of object: Object) -> String { Object.luaClass.name }
}
