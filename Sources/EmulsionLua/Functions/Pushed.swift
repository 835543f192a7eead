import LuaBridge

/// A value of any convertible type as a value of one.
struct Pushed: LuaConvertible {
  let value: any LuaConvertible

  init(_ value: any LuaConvertible) { self.value = value }

  func push(onto stack: LuaStack) throws { try value.push(onto: stack) }
}
