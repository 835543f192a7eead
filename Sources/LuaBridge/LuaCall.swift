import CLuaBridge

/// One call of a Swift function from Lua: typed access to its arguments.
///
/// Positions count from 1; those of a method count after its receiver.
public struct LuaCall {
  let stack: LuaStack
  /// The function's name, as scripts know it.
  public let function: String
  private let total: Int
  private var offset = 0

  init(stack: LuaStack, function: String, total: Int) {
    self.stack = stack
    self.function = function
    self.total = total
  }

  /// The state the call runs in.
  public var context: LuaContext { stack.context }

  /// The number of arguments.
  public var count: Int { max(0, total - offset) }

  /// The same call with the receiver left out of the count.
  public func afterReceiver() -> LuaCall {
    var result = self
    result.offset = 1
    return result
  }

  func index(_ position: Int) -> Int32 { Int32(position + offset) }

  /// Whether an argument was given and is not nil.
  public func has(_ position: Int) -> Bool {
    position <= count && lb_type_at(stack.state, index(position)) != LB_NIL
  }

  /// Refuses arguments that would be dropped without a word.
  ///
  /// - Throws: ``LuaError``.
  public func refuse(beyond most: Int, _ signature: String) throws {
    guard count > most, let extra = (most + 1...count).first(where: has) else { return }
    let wanted = most == 0 ? "no argument" : most == 1 ? "one argument" : "\(most) arguments"
    throw LuaError(
      .script,
      "\(function) takes \(wanted), as in \(signature); argument \(extra) is "
        + stack.description(at: index(extra)))
  }

  /// The error that argument `position` is not what it must be.
  public func mismatch(_ position: Int, _ name: String, _ expected: String) -> LuaArgumentError {
    LuaArgumentError(
      function: function, position: position, name: name, expected: expected,
      got: position > count ? "nothing" : stack.description(at: index(position)))
  }

  // MARK: Arguments

  /// An argument of any kind; nil where there is none.
  ///
  /// - Throws: ``LuaError`` where there is no memory.
  public func value(_ position: Int) throws -> LuaValue {
    position <= count ? try stack.value(at: index(position)) : .nil
  }

  /// A number.
  ///
  /// - Throws: ``LuaArgumentError``.
  public func number(_ position: Int, _ name: String) throws -> Double {
    guard let value = numberIfAny(position) else { throw mismatch(position, name, "a number") }
    return value
  }

  /// A number, or `nil` if the argument is something else.
  public func numberIfAny(_ position: Int) -> Double? {
    guard position <= count, lb_type_at(stack.state, index(position)) == LB_NUMBER else {
      return nil
    }
    return lb_to_number(stack.state, index(position))
  }

  /// A whole number.
  ///
  /// - Throws: ``LuaArgumentError``.
  public func integer(_ position: Int, _ name: String) throws -> Int {
    if position <= count, lb_is_integer(stack.state, index(position)) {
      return Int(lb_to_integer(stack.state, index(position)))
    }
    guard let number = numberIfAny(position), let value = Int(exactly: number) else {
      throw mismatch(position, name, "a whole number")
    }
    return value
  }

  /// A whole number, or a default where none is given.
  ///
  /// - Throws: ``LuaArgumentError``.
  public func integer(_ position: Int, _ name: String, default value: Int) throws -> Int {
    has(position) ? try integer(position, name) : value
  }

  /// A text.
  ///
  /// - Throws: ``LuaArgumentError``.
  public func string(_ position: Int, _ name: String) throws -> String {
    guard position <= count, let value = stack.string(at: index(position)) else {
      throw mismatch(position, name, "a string")
    }
    return value
  }

  /// A table.
  ///
  /// - Throws: ``LuaArgumentError``.
  public func table(_ position: Int, _ name: String) throws -> LuaTable {
    guard case .table(let value) = try value(position) else {
      throw mismatch(position, name, "a table")
    }
    return value
  }

  /// A table, or `nil` where none is given.
  ///
  /// - Throws: ``LuaArgumentError``.
  public func tableIfGiven(_ position: Int, _ name: String) throws -> LuaTable? {
    has(position) ? try table(position, name) : nil
  }

  /// A function.
  ///
  /// - Throws: ``LuaArgumentError``.
  public func function(_ position: Int, _ name: String) throws -> LuaFunction {
    guard case .function(let value) = try value(position) else {
      throw mismatch(position, name, "a function")
    }
    return value
  }

  /// The Swift object of a class, or `nil` if the argument is something else.
  public func objectIfAny<Object: AnyObject>(
    _ position: Int, as type: Object.Type = Object.self
  ) -> Object? {
    position <= count ? stack.object(at: index(position)) as? Object : nil
  }

  /// The Swift object of a class.
  ///
  /// - Throws: ``LuaArgumentError``.
  public func object<Object: LuaObject>(
    _ position: Int, _ name: String, as type: Object.Type = Object.self
  ) throws -> Object {
    guard let value = objectIfAny(position, as: type) else {
      throw mismatch(position, name, "a \(Object.luaClass.name)")
    }
    return value
  }

  /// An argument as `tostring` gives it.
  ///
  /// - Throws: What the value's own `__tostring` raises.
  public func text(_ position: Int) throws -> String {
    try stack.reserve(4)
    let top = lb_top(stack.state)
    defer { lb_set_top(stack.state, top) }
    try stack.check(lb_to_text(stack.state, index(position)))
    return stack.string(at: -1) ?? ""
  }

  /// The object a method was called on.
  ///
  /// - Throws: ``LuaArgumentError`` for another class, ``LuaError`` for a closed object.
  public func receiver<Object: LuaObject>(as type: Object.Type) throws -> Object {
    if total >= 1, let object = stack.object(at: 1) as? Object { return object }
    let name = Object.luaClass.name
    if total >= 1, stack.isClosed(at: 1) {
      throw LuaError(.script, "\(function): the \(name) is closed")
    }
    throw LuaArgumentError(
      function: function, position: 0, name: "the receiver",
      expected: "a \(name) (call methods with a colon, as in object:method())",
      got: total >= 1 ? stack.description(at: 1) : "nothing")
  }
}
