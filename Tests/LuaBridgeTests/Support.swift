import LuaBridge
import Synchronization

/// Counts its living instances.
final class Census: Sendable {
  let living = Mutex(0)
  var count: Int { living.withLock { $0 } }
}

/// An object for scripts, counted while it lives.
final class Counter: LuaObject {
  let census: Census
  let bytes: Int
  var value = 0

  init(_ census: Census, bytes: Int = 0) {
    self.census = census
    self.bytes = bytes
    census.living.withLock { $0 += 1 }
  }

  deinit { census.living.withLock { $0 -= 1 } }

  var nativeSize: Int { bytes }

  static var luaClass: LuaClass<Counter> {
    LuaClass("Counter", "counts")
      .property("value", "the count") { $0.value }
      .method("add", "c:add(n)", "adds n") { counter, call in
        counter.value += try call.integer(1, "n")
        return counter.value
      }
      .metamethod("__add") { call in
        try call.receiver(as: Counter.self).value + call.integer(2, "n")
      }
      .metamethod("__len") { try $0.receiver(as: Counter.self).value }
      .fallback { counter, key, _ in
        guard let i = key.integer else { return nil }
        return i <= counter.value ? LuaValue.integer(i * i) : LuaValue.nil
      }
  }
}

/// An error of which there is exactly one.
final class UniqueError: Error {}

extension LuaContext {
  /// Runs Lua text.
  @discardableResult
  func run(_ text: String, _ arguments: any LuaConvertible...) throws -> [LuaValue] {
    try compile(text, name: "test").call(arguments)
  }

  /// Sets a global function.
  func define<Result: LuaConvertible>(
    _ name: String, _ body: @escaping (LuaCall) throws -> Result
  ) throws {
    try globals().set(name, to: LuaFunction(in: self, name: name, body))
  }
}

/// What running `text` throws.
func failure(of text: String, in context: LuaContext) -> LuaError? {
  do {
    try context.run(text)
    return nil
  } catch {
    return error as? LuaError
  }
}
