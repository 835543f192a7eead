import CLuaBridge

extension LuaContext {
  /// Compiles Lua text.
  ///
  /// - Parameters:
  ///   - text: The code; never a binary chunk.
  ///   - name: What error texts call it.
  /// - Throws: ``LuaError`` of kind ``LuaError/Kind/syntax``, or ``LuaError/Kind/incomplete``
  ///   where more text may cure it.
  public func compile(_ text: String, name: String) throws -> LuaFunction {
    var copy = text
    return try withStack { stack in
      let status = copy.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) { characters in
          lb_load(stack.state, characters.baseAddress, characters.count, "=" + name)
        }
      }
      try stack.check(status)
      return LuaFunction(try stack.takeReference())
    }
  }

  /// Compiles a file of Lua text, which may begin with a `#` line.
  ///
  /// - Throws: ``LuaError`` of kind ``LuaError/Kind/file`` or ``LuaError/Kind/syntax``.
  public func compileFile(_ path: String) throws -> LuaFunction {
    try withStack { stack in
      try stack.check(path.withCString { lb_load_file(stack.state, $0) })
      return LuaFunction(try stack.takeReference())
    }
  }

  /// The table of global variables.
  ///
  /// - Throws: ``LuaError`` where the state is closed or out of memory.
  public func globals() throws -> LuaTable {
    try withStack { stack in
      lb_push_globals(stack.state)
      return LuaTable(try stack.takeReference())
    }
  }

  /// Makes `require(name)` give a value.
  ///
  /// - Throws: ``LuaError`` where the state is closed or out of memory.
  public func provide(_ name: String, _ value: any LuaConvertible) throws {
    try withStack { stack in
      try value.push(onto: stack)
      try stack.check(name.withCString { lb_provide(stack.state, $0) })
    }
  }

  /// A value as `tostring` gives it.
  ///
  /// - Throws: What the value's own `__tostring` raises.
  public func text(of value: LuaValue) throws -> String {
    try withStack { stack in
      try value.push(onto: stack)
      try stack.check(lb_to_text(stack.state, -1))
      return stack.string(at: -1) ?? ""
    }
  }

  /// The address that tells a table, function or userdata apart.
  ///
  /// - Throws: ``LuaError`` where the state is closed.
  public func identity(of value: LuaValue) throws -> UnsafeRawPointer? {
    try withStack { stack in
      try value.push(onto: stack)
      return lb_identity(stack.state, -1)
    }
  }
}
