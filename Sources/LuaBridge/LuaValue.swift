/// A Lua value as Swift holds it.
public enum LuaValue: Sendable {
  case `nil`
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case table(LuaTable)
  case function(LuaFunction)
  case userdata(LuaUserdata)
  /// A coroutine or a pointer: only handed on.
  case other(LuaReference)

  /// Whether it is nil.
  public var isNil: Bool {
    if case .nil = self { true } else { false }
  }

  /// The number, of either of Lua's kinds.
  public var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The number if it is a whole one.
  public var integer: Int? {
    switch self {
    case .integer(let value): value
    case .number(let value): Int(exactly: value)
    default: nil
    }
  }

  /// The text of a string.
  public var string: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// The table.
  public var table: LuaTable? {
    if case .table(let value) = self { value } else { nil }
  }

  /// The function.
  public var function: LuaFunction? {
    if case .function(let value) = self { value } else { nil }
  }

  /// The Swift object of type `Object` that a userdata holds.
  public func object<Object: AnyObject>(as type: Object.Type = Object.self) -> Object? {
    if case .userdata(let value) = self { value.object as? Object } else { nil }
  }

  /// What it is, as error texts put it: `"abc"`, `3.5`, `a table`, `a Matrix`.
  public var explanation: String {
    switch self {
    case .nil: "nil"
    case .boolean(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .number(let value): Self.describe(value)
    case .string(let value): Self.describe(value)
    case .table: "a table"
    case .function: "a function"
    case .userdata(let value): "a \(value.className)"
    case .other: "a coroutine"
    }
  }

  static func describe(_ value: String) -> String {
    let head = value.prefix(40).map { $0.isNewline ? " " : String($0) }.joined()
    return head.count < value.count ? "\"\(head)…\"" : "\"\(head)\""
  }

  static func describe(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-infinity" : "infinity" }
    return value == value.rounded() && abs(value) < 1e15 ? "\(Int(value)).0" : "\(value)"
  }
}
