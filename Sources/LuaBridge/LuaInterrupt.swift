import CLuaBridge

/// A flag that ends a running script: set from any thread or a signal handler, polled by Lua and
/// by long computations.
///
/// While it is up, every Lua instruction raises the interrupt, so no `pcall` outruns it. Whoever
/// started the script clears it.
public final class LuaInterrupt: Sendable {
  // The C flag is atomic, and freed when no one can reach it any more.
  nonisolated(unsafe) let flag: OpaquePointer

  /// Makes a flag that is down; `nil` without memory.
  public init?() {
    guard let flag = lb_flag_new() else { return nil }
    self.flag = flag
  }

  deinit { lb_flag_free(flag) }

  /// Asks the running script to end. Safe in a signal handler.
  public func raise() { lb_flag_set(flag, true) }

  /// Lets scripts run again.
  public func clear() { lb_flag_set(flag, false) }

  /// Whether an end was asked for.
  public var isRaised: Bool { lb_flag_get(flag) }
}
