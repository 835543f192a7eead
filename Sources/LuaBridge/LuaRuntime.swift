import CLuaBridge

/// A Lua 5.4 interpreter of its own.
///
/// It is bound to the thread that makes it. Values that outlive it throw when they are used.
public final class LuaRuntime {
  /// The interpreter as functions and values see it.
  public let context: LuaContext

  /// Opens an interpreter.
  ///
  /// - Parameters:
  ///   - isTrusted: Whether scripts get `io`, `os` and may load Lua files.
  ///   - memoryLimit: Bytes that Lua and the objects it holds may take; `nil` for no limit.
  ///   - interrupt: The flag that ends a running script.
  /// - Throws: ``LuaError`` of kind ``LuaError/Kind/memory`` where there is no room to start in.
  public init(
    isTrusted: Bool = false, memoryLimit: Int? = nil, interrupt: LuaInterrupt? = nil
  ) throws {
    guard let interrupt = interrupt ?? LuaInterrupt() else { throw LuaError.noMemory(limit: nil) }
    let context = LuaContext(interrupt: interrupt, memoryLimit: memoryLimit)
    let host = context.retainedHost()
    guard
      let bridge = lb_open(host, interrupt.flag, memoryLimit.map { max(0, $0) } ?? 0, isTrusted),
      let state = lb_state(bridge)
    else {
      if context.isOpen { LuaContext.close(host.context) }
      throw LuaError.noMemory(limit: memoryLimit)
    }
    context.begin(bridge: bridge, state: state)
    self.context = context
    try context.prepareInterruptValue()
  }

  deinit { context.closeOwnedState() }
}
