import CLuaBridge
import Synchronization

/// A Lua state as Swift functions and values see it, whoever owns it.
///
/// It is confined to the thread that made it: every entry checks, and throws elsewhere. That is
/// what makes values that refer to it safe to carry in `Sendable` closures and errors.
public final class LuaContext: @unchecked Sendable {
  /// The flag that ends a running script.
  public let interrupt: LuaInterrupt
  /// Names a Swift error as scripts see it; `nil` for errors it does not know.
  public var describeError: (any Error) -> LuaErrorDescription? = { _ in nil }
  /// Does what has effects outside, such as writing a file: once, where several processes run the same script.
  public var performOnce: (() throws -> Void) throws -> Void = { try $0() }
  /// Whether several processes run the same script in step.
  public var hasPeers = false
  /// Characters that fit a line of the screen; what prints tables looks here.
  public var screenWidth = 80

  let thread = lb_thread()
  /// Bytes that Lua and the objects it holds may take; `nil` where there is no limit.
  public let memoryLimit: Int?
  /// The state of the innermost running call: a coroutine's, or the main one.
  var current: OpaquePointer?
  /// Swift functions that Lua is running.
  var depth = 0
  var isOpen = true
  var classReferences: [ObjectIdentifier: Int32] = [:]
  /// The traceback of an error on its way through a Swift function.
  var passing: (message: String, identity: UnsafeRawPointer?, traceback: String)?
  var bridge: OpaquePointer?
  private var ownsState = false
  /// References whose values are gone; a deinitializer may run on any thread.
  private let abandoned = Mutex<[Int32]>([])

  init(interrupt: LuaInterrupt, memoryLimit: Int?) {
    self.interrupt = interrupt
    self.memoryLimit = memoryLimit
  }

  func begin(bridge: OpaquePointer, state: OpaquePointer) {
    self.bridge = bridge
    current = state
    ownsState = true
  }

  func closeOwnedState() {
    guard ownsState, let bridge else { return }
    lb_close(bridge)
    self.bridge = nil
  }

  func withBridge<Result>(_ body: (OpaquePointer) -> Result) -> Result? {
    isOpen ? bridge.map(body) : nil
  }

  // MARK: What C calls

  /// The callbacks, holding one reference to this context until the state closes.
  func retainedHost() -> lb_host {
    lb_host(
      call: { state, function in
        guard let state, let function else { return Int32(LB_NO_MEMORY) }
        let box = Unmanaged<LuaFunctionBox>.fromOpaque(function).takeUnretainedValue()
        return box.invoke(state)
      },
      release: { object in
        if let object { Unmanaged<AnyObject>.fromOpaque(object).release() }
      },
      closed: { LuaContext.close($0) },
      context: Unmanaged.passRetained(self).toOpaque())
  }

  static func close(_ pointer: UnsafeMutableRawPointer?) {
    guard let pointer else { return }
    let context = Unmanaged<LuaContext>.fromOpaque(pointer).takeRetainedValue()
    context.isOpen = false
    context.current = nil
  }

  /// Ends a long computation after an interrupt.
  ///
  /// - Throws: ``LuaError`` of kind ``LuaError/Kind/interrupted``.
  public func checkInterrupt() throws {
    if interrupt.isRaised { throw LuaError(.interrupted, "interrupted") }
  }

  // MARK: Entering

  /// The stack of the innermost running call.
  ///
  /// - Throws: ``LuaError`` where the state is closed or belongs to another thread.
  func stack() throws -> LuaStack {
    guard isOpen, let current else {
      throw LuaError(.misuse, "the Lua state this value belongs to is closed")
    }
    guard lb_thread() == thread else {
      throw LuaError(.misuse, "Lua was called from a thread other than its own")
    }
    let stack = LuaStack(context: self, state: current)
    releaseAbandoned(stack)
    return stack
  }

  /// Runs `body` and takes everything it left on the stack off again.
  func withStack<Result>(_ body: (LuaStack) throws -> Result) throws -> Result {
    let stack = try stack()
    let top = lb_top(stack.state)
    defer { if isOpen { lb_set_top(stack.state, top) } }
    try stack.reserve(16)
    return try body(stack)
  }

  /// Gives a reference back, at the next entry.
  func abandon(_ reference: Int32) { abandoned.withLock { $0.append(reference) } }

  private func releaseAbandoned(_ stack: LuaStack) {
    let references = abandoned.withLock { list in
      let result = list
      if !list.isEmpty { list.removeAll(keepingCapacity: true) }
      return result
    }
    for reference in references where lb_release_reference(stack.state, reference) != 0 {
      stack.drop(1)
    }
  }
}
