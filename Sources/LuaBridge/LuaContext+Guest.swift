import CLuaBridge

extension LuaContext {
  /// Answers `require` in a Lua state that another program owns, such as the stock `lua`.
  ///
  /// To be called by a C function that gives Lua the results, or raises the error.
  ///
  /// - Parameters:
  ///   - state: The `lua_State`, which keeps the context alive until it closes.
  ///   - memoryLimit: Bytes that Lua and the objects it holds may take before objects are refused.
  ///   - body: Makes the module.
  /// - Returns: The number of results on the stack; negative where an error is to be raised.
  public static func openModule(
    in state: OpaquePointer, memoryLimit: Int?,
    _ body: (LuaContext) throws -> any LuaConvertible
  ) -> Int32 {
    guard let context = try? joined(to: state, memoryLimit: memoryLimit) else {
      return Int32(LB_NO_MEMORY)
    }
    return context.answer(state, function: "require") { try body(context).push(onto: $0.stack) }
  }

  /// The context of a state, which is made where there is none.
  private static func joined(to state: OpaquePointer, memoryLimit: Int?) throws -> LuaContext {
    if let known = lb_joined(state) {
      return Unmanaged<LuaContext>.fromOpaque(known).takeUnretainedValue()
    }
    guard let interrupt = LuaInterrupt() else { throw LuaError.noMemory(limit: nil) }
    let context = LuaContext(interrupt: interrupt, memoryLimit: memoryLimit)
    let host = context.retainedHost()
    guard let bridge = lb_join(state, host, interrupt.flag, memoryLimit.map { max(0, $0) } ?? 0)
    else {
      close(host.context)
      throw LuaError.noMemory(limit: memoryLimit)
    }
    context.bridge = bridge
    context.current = lb_main_state(state)
    try context.prepareInterruptValue()
    return context
  }
}
