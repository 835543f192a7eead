import CLuaBridge

/// How scripts see a Swift error.
public struct LuaErrorDescription {
  /// The kind of failure, as scripts test it.
  public var code: String
  /// One line.
  public var message: String
  /// Further fields of the error object.
  public var fields: [String: any LuaConvertible]

  /// Describes an error.
  public init(code: String, message: String, fields: [String: any LuaConvertible] = [:]) {
    self.code = code
    self.message = message
    self.fields = fields
  }
}

/// A Swift error as a Lua value: `e.code`, `e.message`, `e.traceback`; `tostring(e)` is the message.
final class LuaErrorObject: LuaObject {
  let kind: LuaError.Kind
  let code: String
  let message: String
  let cause: any Error
  let fields: [String: any LuaConvertible]
  var traceback: String?
  var location: String?

  init(_ error: any Error, in context: LuaContext) {
    let known = context.describeError(error)
    let own = error as? LuaError
    kind = own?.kind ?? (known?.code == Self.cancelled ? .interrupted : .script)
    code = known?.code ?? (kind == .interrupted ? Self.cancelled : "script")
    message = known?.message ?? own?.message ?? String(describing: error)
    fields = known?.fields ?? [:]
    cause = error
  }

  private static let cancelled = "cancelled"

  /// Whether it is the one that all interrupts raise.
  var isShared: Bool { kind == .interrupted && cause is LuaError }

  static var luaClass: LuaClass<LuaErrorObject> {
    LuaClass("Error", "what went wrong")
      .property("code", "the kind of failure") { $0.code }
      .property("message", "one line: what, where, what to do") { $0.message }
      .property("traceback", "the calls that led there") { $0.traceback }
      .property("location", "the script's line") { $0.location }
      .metamethod("__tostring") { try $0.receiver(as: LuaErrorObject.self).message }
      .metamethod("__concat") { call in
        LuaValue.string(try call.text(1) + call.text(2))
      }
      .fallback { error, key, _ in
        guard case .string(let name) = key, let field = error.fields[name] else { return nil }
        return field
      }
  }
}
