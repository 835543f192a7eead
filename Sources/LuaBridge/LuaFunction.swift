import CLuaBridge

/// A Lua function.
public struct LuaFunction: Sendable {
  let reference: LuaReference
  /// The state it belongs to.
  public var context: LuaContext { reference.context }

  init(_ reference: LuaReference) { self.reference = reference }

  /// Makes a Lua function of a Swift one.
  ///
  /// - Parameters:
  ///   - context: The state it belongs to.
  ///   - name: The name in error texts.
  ///   - body: What it does; an error it throws is raised in Lua.
  /// - Throws: ``LuaError`` where there is no memory.
  public init<Result: LuaConvertible>(
    in context: LuaContext, name: String, _ body: @escaping (LuaCall) throws -> Result
  ) throws {
    let box = LuaFunctionBox(context: context, name: name) { call in
      try body(call).push(onto: call.stack)
    }
    reference = try context.withStack { stack in
      try stack.push(box)
      return try stack.takeReference()
    }
  }

  /// A method of a class as a function, whose first argument is the object; `nil` where there is none of that
  /// name.
  ///
  /// - Throws: ``LuaError`` where there is no memory.
  public init?<Object>(
    method name: String, of definition: LuaClass<Object>, in context: LuaContext
  ) throws {
    let member = definition.members.first { $0.kind == .method && $0.help.name == name }
    guard let member else { return nil }
    let box = LuaFunctionBox(context: context, name: definition.name + ":" + name, member.body)
    reference = try context.withStack { stack in
      try stack.push(box)
      return try stack.takeReference()
    }
  }

  /// Calls it, in protected mode.
  ///
  /// - Returns: All its results.
  /// - Throws: ``LuaError`` with a traceback.
  @discardableResult
  public func call(_ arguments: any LuaConvertible...) throws -> [LuaValue] {
    try call(arguments)
  }

  /// Calls it, in protected mode.
  ///
  /// - Returns: All its results.
  /// - Throws: ``LuaError`` with a traceback.
  @discardableResult
  public func call(_ arguments: [any LuaConvertible]) throws -> [LuaValue] {
    // A Swift loop over calls of C functions meets no hook.
    if context.interrupt.isRaised { throw LuaError(.interrupted, "interrupted") }
    return try context.withStack { stack in
      let base = lb_top(stack.state)
      try stack.push(reference)
      for argument in arguments { try argument.push(onto: stack) }
      let count = lb_top(stack.state) - base - 1
      do { try stack.check(lb_call(stack.state, count, -1)) } catch let error as LuaError {
        // What filled the memory is mostly garbage now, and the next script needs some.
        if error.kind == .memory && context.depth == 0 { try? context.collectGarbage() }
        throw error
      }
      // A script that caught the interrupt and then came to its end was interrupted all the same.
      if context.depth == 0 && context.interrupt.isRaised {
        throw LuaError(.interrupted, "interrupted")
      }
      let top = lb_top(stack.state)
      try stack.reserve(4)
      return try (base..<top).map { try stack.value(at: $0 + 1) }
    }
  }
}

/// A Swift function that Lua holds.
final class LuaFunctionBox {
  let context: LuaContext
  let name: String
  let body: (LuaCall) throws -> Void

  init(context: LuaContext, name: String, _ body: @escaping (LuaCall) throws -> Void) {
    self.context = context
    self.name = name
    self.body = body
  }

  /// Runs it on a state's stack; the number of results, or what makes the trampoline raise.
  func invoke(_ state: OpaquePointer) -> Int32 { context.answer(state, function: name, body) }
}

extension LuaContext {
  /// Answers a call from Lua; the number of results, or what makes the trampoline raise.
  func answer(
    _ state: OpaquePointer, function name: String, _ body: (LuaCall) throws -> Void
  ) -> Int32 {
    guard isOpen else { return Int32(LB_NO_MEMORY) }
    let outer = current
    current = state
    depth += 1
    defer {
      current = outer
      depth -= 1
    }
    let stack = LuaStack(context: self, state: state)
    let top = lb_top(state)
    do {
      try stack.reserve(16)
      try body(LuaCall(stack: stack, function: name, total: Int(top)))
      return lb_top(state) - top
    } catch {
      lb_set_top(state, top)
      return stack.pushError(error)
    }
  }
}
