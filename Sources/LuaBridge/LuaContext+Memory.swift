import CLuaBridge

extension LuaContext {
  /// Bytes that Lua and the objects it holds take.
  public var memoryUsed: Int { withBridge { Int(lb_memory_used($0)) } ?? 0 }

  /// Checks that `bytes` more fit the memory limit, before Swift allocates them for a script.
  ///
  /// - Throws: ``LuaError`` of kind ``LuaError/Kind/memory`` where they do not.
  public func claim(bytes: Int) throws {
    let stack = try stack()
    let fits = withBridge { lb_has_room($0, stack.state, max(0, bytes)) } ?? true
    if !fits { throw LuaError.noMemory(limit: memoryLimit) }
  }

  /// Bytes that still fit the memory limit, after a collection where that helps; `nil` without a limit.
  public var memoryRoom: Int? {
    guard let memoryLimit else { return nil }
    if memoryUsed > memoryLimit / 2 { try? collectGarbage() }
    return max(0, memoryLimit - memoryUsed)
  }

  /// What is thrown where the memory limit is reached.
  public var noMemoryError: LuaError { LuaError.noMemory(limit: memoryLimit) }

  /// Collects all garbage.
  ///
  /// - Throws: What a misused state throws.
  public func collectGarbage() throws {
    try withStack { try $0.check(lb_collect($0.state)) }
  }

  /// Makes every allocation after `count` further ones fail; `nil` ends that. For tests.
  public func failAllocations(after count: Int?) {
    _ = withBridge { lb_fail_after($0, count ?? -1) }
  }

  func prepareInterruptValue() throws {
    let error = LuaError(.interrupted, "interrupted")
    try withStack { stack in
      try LuaErrorObject(error, in: self).push(onto: stack)
      lb_set_interrupt_value(stack.state)
    }
  }
}
