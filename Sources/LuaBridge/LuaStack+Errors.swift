import CLuaBridge

extension LuaStack {
  /// The error a protected helper left on top of the stack, which is taken off.
  func failure(_ status: Int32) -> LuaError {
    if status == LB_NO_STACK { return LuaError(.script, "stack overflow") }
    defer { drop(1) }
    let interrupted = context.interrupt.isRaised
    if status == LB_MEMORY {
      // While the flag is up large allocations are refused.
      return interrupted
        ? LuaError(.interrupted, "interrupted") : .noMemory(limit: context.memoryLimit)
    }
    if let object = object(at: -1) as? LuaErrorObject { return error(from: object) }
    return error(fromValueWith: status)
  }

  private func error(from object: LuaErrorObject) -> LuaError {
    let isShared = object.isShared
    if object.traceback == nil && !isShared { object.traceback = lastTraceback }
    let value = (try? value(at: -1)) ?? .nil
    return LuaError(
      object.kind, object.message, traceback: isShared ? lastTraceback : object.traceback,
      location: object.location,
      cause: object.cause, value: value)
  }

  private func error(fromValueWith status: Int32) -> LuaError {
    let value = (try? value(at: -1)) ?? .nil
    let message = message(at: -1)
    var traceback = lastTraceback
    if let passing = context.passing {
      if passing.message == message && passing.identity == lb_identity(state, -1) {
        traceback = passing.traceback
      }
      context.passing = nil
    }
    var kind = LuaError.Kind.script
    if status == LB_SYNTAX { kind = message.hasSuffix("<eof>") ? .incomplete : .syntax }
    if status == LB_FILE { kind = .file }
    return LuaError(kind, message, traceback: traceback, value: value)
  }

  private var lastTraceback: String? {
    var count = 0
    guard let bytes = lb_last_traceback(state, &count) else { return nil }
    return bytes.withMemoryRebound(to: UInt8.self, capacity: count) {
      String(decoding: UnsafeBufferPointer(start: $0, count: count), as: UTF8.self)
    }
  }

  /// A raised value as one text: a string itself, a table's `message`, else what `tostring` says.
  private func message(at index: Int32) -> String {
    if let text = string(at: index) { return text }
    if lb_type_at(state, index) == LB_NIL { return "nil was raised as an error" }
    let top = lb_top(state)
    defer { lb_set_top(state, top) }
    if lb_type_at(state, index) == LB_TABLE, lb_reserve(state, 4) {
      lb_push_copy(state, index)
      if lb_push_string(state, "message", 7) == LB_OK, lb_raw_get(state, -2) == LB_OK,
        let text = string(at: -1)
      {
        return text
      }
      lb_set_top(state, top)
    }
    return lb_to_text(state, index) == LB_OK ? string(at: -1) ?? "" : "an error without a text"
  }

  /// Pushes what `error` is in Lua; the code that makes the trampoline raise it.
  func pushError(_ error: any Error) -> Int32 {
    do {
      try reserve(8)
      if let error = error as? LuaError {
        if error.kind == .memory { return Int32(LB_NO_MEMORY) }
        if try pushOriginal(error) { return Int32(LB_FAILED) }
      }
      let object = LuaErrorObject(error, in: context)
      try check(lb_traceback(state))
      object.traceback = string(at: -2)
      object.location = string(at: -1).flatMap(Self.trimmedLocation)
      drop(2)
      try push(object: object)
      return Int32(LB_FAILED)
    } catch {
      // Near the end of the C stack no protected call is possible any more.
      return Int32((error as? LuaError)?.kind == .script ? LB_OVERFLOW : LB_NO_MEMORY)
    }
  }

  /// Pushes the Lua value an error came from, and remembers its traceback for whoever gets it next.
  private func pushOriginal(_ error: LuaError) throws -> Bool {
    if case .nil = error.value { return false }
    try error.value.push(onto: self)
    if let traceback = error.traceback {
      context.passing = (error.message, lb_identity(state, -1), traceback)
    }
    return true
  }

  /// `name:line` of Lua's `name:line: `.
  private static func trimmedLocation(_ text: String) -> String? {
    let location = text.hasSuffix(": ") ? String(text.dropLast(2)) : text
    return location.isEmpty ? nil : location
  }
}
