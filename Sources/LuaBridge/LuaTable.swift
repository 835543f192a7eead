import CLuaBridge

/// A Lua table.
public struct LuaTable: Sendable {
  let reference: LuaReference
  /// The state it belongs to.
  public var context: LuaContext { reference.context }

  init(_ reference: LuaReference) { self.reference = reference }

  /// Makes an empty table.
  ///
  /// - Throws: ``LuaError`` where there is no memory.
  public init(in context: LuaContext) throws {
    reference = try context.withStack { stack in
      try stack.check(lb_push_table(stack.state, 0, 0))
      return try stack.takeReference()
    }
  }

  /// The length of the list part, without metamethods.
  public var count: Int {
    (try? withTable { Int(lb_raw_length($0.state, -1)) }) ?? 0
  }

  /// The value of a key, without metamethods.
  ///
  /// - Throws: ``LuaError`` where the state is closed or out of memory.
  public func get(_ key: any LuaConvertible) throws -> LuaValue {
    try withTable { stack in
      try key.push(onto: stack)
      try stack.check(lb_raw_get(stack.state, -2))
      return try stack.value(at: -1)
    }
  }

  /// Sets a key, without metamethods.
  ///
  /// - Throws: ``LuaError`` where the state is closed or out of memory.
  public func set(_ key: any LuaConvertible, to value: any LuaConvertible) throws {
    try withTable { try $0.set(key, value) }
  }

  /// All keys with their values, in Lua's order.
  ///
  /// - Throws: ``LuaError`` where the state is closed or out of memory.
  public func pairs() throws -> [(key: LuaValue, value: LuaValue)] {
    try withTable { stack in
      var result: [(key: LuaValue, value: LuaValue)] = []
      let table = lb_top(stack.state)
      lb_push_nil(stack.state)
      while true {
        var more = false
        try stack.check(lb_next(stack.state, table, &more))
        guard more else { return result }
        result.append((try stack.value(at: -2), try stack.value(at: -1)))
        stack.drop(1)
      }
    }
  }

  /// The values 1 to ``count``.
  ///
  /// - Throws: ``LuaError`` where the state is closed or out of memory.
  public func list() throws -> [LuaValue] {
    try withTable { stack in
      let count = Int64(lb_raw_length(stack.state, -1))
      try context.claim(bytes: Int(count) * MemoryLayout<LuaValue>.stride)
      return try (0..<count).map { i in
        if i & 0xFFF == 0 { try context.checkInterrupt() }
        lb_raw_index(stack.state, -1, i + 1)
        defer { stack.drop(1) }
        return try stack.value(at: -1)
      }
    }
  }

  /// The values from 1 to the last position that has one, with nil where there is none between them: ``list()`` may
  /// end at any of these.
  ///
  /// - Throws: ``LuaError`` where the state is closed or out of memory.
  public func sparseList() throws -> [LuaValue] {
    let places = try pairs().compactMap { key, value -> (Int, LuaValue)? in
      guard case .integer(let place) = key, place >= 1 else { return nil }
      return (place, value)
    }
    let last = places.map(\.0).max() ?? 0
    let (bytes, overflow) = last.multipliedReportingOverflow(by: MemoryLayout<LuaValue>.stride)
    try context.claim(bytes: overflow ? .max : bytes)
    var values = [LuaValue](repeating: .nil, count: last)
    for (place, value) in places { values[place - 1] = value }
    return values
  }

  /// A list of numbers, or the position (from 1) and value of the first element that is none.
  public enum Numbers {
    case numbers([Double])
    case notNumber(position: Int, value: LuaValue)
  }

  /// The list as numbers.
  ///
  /// - Throws: ``LuaError`` where the state is closed or out of memory.
  public func numbers() throws -> Numbers {
    try withTable { stack in
      let count = lb_raw_length(stack.state, -1)
      try context.claim(bytes: count * MemoryLayout<Double>.stride)
      var read = 0
      let numbers = [Double](unsafeUninitializedCapacity: Int(count)) { buffer, initialized in
        read = Int(lb_read_numbers(stack.state, -1, buffer.baseAddress, count))
        initialized = read
      }
      try context.checkInterrupt()
      if read == count { return .numbers(numbers) }
      lb_raw_index(stack.state, -1, Int64(read) + 1)
      return .notNumber(position: read + 1, value: try stack.value(at: -1))
    }
  }

  /// The position, from 1, of the first integer of the list that no double equals.
  ///
  /// - Throws: ``LuaError`` where the state is closed.
  public func firstInexactInteger() throws -> Int? {
    try withTable { stack in
      let count = lb_raw_length(stack.state, -1)
      let position = lb_first_inexact(stack.state, -1, count)
      return position < count ? position + 1 : nil
    }
  }

  private func withTable<Result>(_ body: (LuaStack) throws -> Result) throws -> Result {
    try context.withStack { stack in
      try stack.push(reference)
      return try body(stack)
    }
  }
}
