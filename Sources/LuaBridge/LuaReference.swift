import CLuaBridge

/// Keeps a Lua value alive for Swift.
///
/// It may be let go on any thread; the value itself is used on its state's thread alone.
public final class LuaReference: Sendable {
  let context: LuaContext
  let index: Int32

  init(context: LuaContext, index: Int32) {
    self.context = context
    self.index = index
  }

  deinit { context.abandon(index) }
}

/// A userdata: an object of a class, Swift's or another library's.
public struct LuaUserdata: Sendable {
  let reference: LuaReference

  init(_ reference: LuaReference) {
    self.reference = reference
  }

  /// The Swift object; `nil` where the userdata is closed or not ours.
  public var object: AnyObject? {
    try? reference.context.withStack { stack in
      try stack.push(reference)
      return stack.object(at: -1)
    }
  }

  /// The name of its class.
  public var className: String {
    let name = try? reference.context.withStack { stack in
      try stack.push(reference)
      return lb_class_name(stack.state, -1).map { String(cString: $0) }
    }
    return (name ?? nil) ?? "userdata"
  }
}

/// Whether two values are the same in Lua, without metamethods.
///
/// - Throws: ``LuaError`` where a value's state is closed.
public func areIdentical(_ a: LuaValue, _ b: LuaValue, in context: LuaContext) throws -> Bool {
  try context.withStack { stack in
    try a.push(onto: stack)
    try b.push(onto: stack)
    return lb_raw_equal(stack.state, -1, -2)
  }
}
