import LuaBridge
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Ctrl-C: raises the flag that scripts and fits poll.
enum Interrupts {
  /// The flag; `nil` only without memory.
  static let flag = LuaInterrupt()
  /// How often Ctrl-C was pressed since the flag was last taken down.
  private static let presses = Atomic<Int>(0)
  /// The press that ends the program at once, should it not hear the flag.
  private static let patience = Atomic<Int>(2)

  /// Answers Ctrl-C from here on.
  ///
  /// - Parameter patience: The press that ends the program at once.
  static func listen(patience limit: Int = 2) {
    // A signal handler must not be the first to touch what is made on first use.
    _ = flag?.isRaised
    patience.store(limit, ordering: .relaxed)
    presses.store(0, ordering: .relaxed)
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in Interrupts.press() }
    sigaction(SIGINT, &action, nil)
  }

  /// Whether Ctrl-C was pressed.
  static var isRaised: Bool { flag?.isRaised ?? false }

  /// Lets scripts and fits run again.
  static func clear() {
    flag?.clear()
    presses.store(0, ordering: .relaxed)
  }

  private static func press() {
    flag?.raise()
    let count = presses.wrappingAdd(1, ordering: .relaxed).newValue
    if count >= patience.load(ordering: .relaxed) { _exit(ExitStatus.interrupted.rawValue) }
  }
}
