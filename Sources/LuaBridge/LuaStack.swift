import CLuaBridge

/// The stack of one running call: where values cross.
public struct LuaStack {
  /// The state it belongs to.
  public let context: LuaContext
  let state: OpaquePointer

  /// Makes sure that `slots` more values fit.
  ///
  /// - Throws: ``LuaError`` where the stack is exhausted.
  func reserve(_ slots: Int) throws {
    if !lb_reserve(state, Int32(clamping: slots)) { throw LuaError(.script, "stack overflow") }
  }

  func drop(_ count: Int32) { lb_set_top(state, lb_top(state) - count) }

  /// Throws what a protected helper left on the stack, if it failed.
  func check(_ status: Int32) throws {
    if status != LB_OK { throw failure(status) }
  }

  // MARK: Pushing

  func push(_ value: String) throws {
    var copy = value
    try reserve(4)
    let status = copy.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { lb_push_string(state, $0.baseAddress, $0.count) }
    }
    try check(status)
  }

  func push(numbers: [Double]) throws {
    try reserve(4)
    try check(numbers.withUnsafeBufferPointer { lb_push_numbers(state, $0.baseAddress, $0.count) })
  }

  func push(_ reference: LuaReference) throws {
    guard reference.context === context else {
      throw LuaError(.misuse, "a value of one Lua state was given to another")
    }
    try reserve(1)
    lb_push_reference(state, reference.index)
  }

  func push(_ function: LuaFunctionBox) throws {
    try reserve(4)
    let retained = Unmanaged.passRetained(function)
    let status = lb_push_function(state, retained.toOpaque())
    if status != LB_OK { retained.release() }
    try check(status)
  }

  func push<Object: LuaObject>(object: Object) throws {
    let reference = try context.classReference(for: Object.self)
    try reserve(4)
    let retained = Unmanaged.passRetained(object as AnyObject)
    let status = lb_push_object(
      state, retained.toOpaque(), reference, max(0, object.nativeSize))
    if status != LB_OK { retained.release() }
    try check(status)
  }

  /// Keeps the value on top of the stack, and takes it off.
  func takeReference() throws -> LuaReference {
    var index: Int32 = 0
    try check(lb_reference(state, &index))
    return LuaReference(context: context, index: index)
  }

  // MARK: Reading

  /// The value at `index`.
  ///
  /// - Throws: ``LuaError`` where there is no memory to refer to it.
  func value(at index: Int32) throws -> LuaValue {
    switch lb_type_at(state, index) {
    case LB_NONE, LB_NIL: return .nil
    case LB_BOOLEAN: return .boolean(lb_to_boolean(state, index))
    case LB_NUMBER:
      return lb_is_integer(state, index)
        ? .integer(Int(lb_to_integer(state, index))) : .number(lb_to_number(state, index))
    case LB_STRING: return .string(string(at: index) ?? "")
    case LB_TABLE: return .table(LuaTable(try reference(at: index)))
    case LB_FUNCTION: return .function(LuaFunction(try reference(at: index)))
    case LB_USERDATA:
      return .userdata(LuaUserdata(try reference(at: index)))
    default: return .other(try reference(at: index))
    }
  }

  func reference(at index: Int32) throws -> LuaReference {
    try reserve(4)
    lb_push_copy(state, index)
    return try takeReference()
  }

  /// The text of a string; bytes that are not UTF-8 become replacement characters.
  func string(at index: Int32) -> String? {
    var count = 0
    guard let bytes = lb_to_string(state, index, &count) else { return nil }
    return bytes.withMemoryRebound(to: UInt8.self, capacity: count) {
      String(decoding: UnsafeBufferPointer(start: $0, count: count), as: UTF8.self)
    }
  }

  /// The Swift object a userdata holds; `nil` for anything else and for closed ones.
  func object(at index: Int32) -> AnyObject? {
    var pointer: UnsafeMutableRawPointer?
    guard lb_object_at(state, index, &pointer) == LB_LIVE, let pointer else { return nil }
    return Unmanaged<AnyObject>.fromOpaque(pointer).takeUnretainedValue()
  }

  func isClosed(at index: Int32) -> Bool {
    var pointer: UnsafeMutableRawPointer?
    return lb_object_at(state, index, &pointer) == LB_CLOSED
  }

  /// What a value is, as error texts put it: `"abc"`, `3.5`, `a table`, `a Matrix`.
  func description(at index: Int32) -> String {
    switch lb_type_at(state, index) {
    case LB_NONE: return "nothing"
    case LB_NIL: return "nil"
    case LB_BOOLEAN: return lb_to_boolean(state, index) ? "true" : "false"
    case LB_NUMBER:
      return lb_is_integer(state, index)
        ? String(lb_to_integer(state, index)) : LuaValue.describe(lb_to_number(state, index))
    case LB_STRING: return LuaValue.describe(string(at: index) ?? "")
    case LB_TABLE: return "a table"
    case LB_FUNCTION: return "a function"
    case LB_USERDATA:
      let name = lb_class_name(state, index).map { String(cString: $0) } ?? "userdata"
      return isClosed(at: index) ? "a closed \(name)" : "a \(name)"
    case LB_THREAD: return "a coroutine"
    default: return "a pointer"
    }
  }
}
