import CLuaBridge

/// What can be handed to Lua.
public protocol LuaConvertible {
  /// Pushes the value, or several (``LuaTuple``).
  ///
  /// - Throws: ``LuaError`` where there is no memory.
  func push(onto stack: LuaStack) throws
}

extension Bool: LuaConvertible {
  /// Pushes a boolean.
  public func push(onto stack: LuaStack) throws {
    try stack.reserve(1)
    lb_push_boolean(stack.state, self)
  }
}

extension Int: LuaConvertible {
  /// Pushes an integer.
  public func push(onto stack: LuaStack) throws {
    try stack.reserve(1)
    lb_push_integer(stack.state, Int64(self))
  }
}

extension Double: LuaConvertible {
  /// Pushes a float.
  public func push(onto stack: LuaStack) throws {
    try stack.reserve(1)
    lb_push_number(stack.state, self)
  }
}

extension String: LuaConvertible {
  /// Pushes a string.
  public func push(onto stack: LuaStack) throws { try stack.push(self) }
}

extension Optional: LuaConvertible where Wrapped: LuaConvertible {
  /// Pushes the value, or nil.
  public func push(onto stack: LuaStack) throws {
    guard let self else {
      try stack.reserve(1)
      return lb_push_nil(stack.state)
    }
    try self.push(onto: stack)
  }
}

/// An array is a list.
extension Array: LuaConvertible where Element: LuaConvertible {
  /// Pushes a list.
  public func push(onto stack: LuaStack) throws {
    if let numbers = self as? [Double] { return try stack.push(numbers: numbers) }
    try stack.push(listOf: count) { self[$0] }
  }
}

/// A dictionary is a table.
extension Dictionary: LuaConvertible where Key == String, Value: LuaConvertible {
  /// Pushes a table.
  public func push(onto stack: LuaStack) throws {
    try stack.reserve(8)
    try stack.check(lb_push_table(stack.state, 0, Int32(clamping: count)))
    for (key, element) in self {
      try stack.set(key, element)
    }
  }
}

extension LuaValue: LuaConvertible {
  /// Pushes the value.
  public func push(onto stack: LuaStack) throws {
    switch self {
    case .nil: try Bool?.none.push(onto: stack)
    case .boolean(let value): try value.push(onto: stack)
    case .integer(let value): try value.push(onto: stack)
    case .number(let value): try value.push(onto: stack)
    case .string(let value): try value.push(onto: stack)
    case .table(let value): try stack.push(value.reference)
    case .function(let value): try stack.push(value.reference)
    case .userdata(let value): try stack.push(value.reference)
    case .other(let value): try stack.push(value)
    }
  }
}

extension LuaTable: LuaConvertible {
  /// Pushes the table.
  public func push(onto stack: LuaStack) throws { try stack.push(reference) }
}

extension LuaFunction: LuaConvertible {
  /// Pushes the function.
  public func push(onto stack: LuaStack) throws { try stack.push(reference) }
}

/// Several values: the results of a function.
public struct LuaTuple: LuaConvertible {
  let values: [any LuaConvertible]

  /// Makes a tuple of `values`.
  public init(_ values: any LuaConvertible...) { self.values = values }

  /// Makes a tuple of `values`.
  public init(contentsOf values: [any LuaConvertible]) { self.values = values }

  /// Pushes all values, first to last.
  public func push(onto stack: LuaStack) throws {
    for value in values { try value.push(onto: stack) }
  }
}

/// A list or record of values of different kinds.
public struct LuaRecord: LuaConvertible {
  let fields: [(String, any LuaConvertible)]
  let metatable: LuaTable?

  /// Makes a table of named fields.
  public init(_ fields: [(String, any LuaConvertible)], metatable: LuaTable? = nil) {
    self.fields = fields
    self.metatable = metatable
  }

  /// Pushes a table of the fields.
  public func push(onto stack: LuaStack) throws {
    try stack.reserve(8)
    try stack.check(lb_push_table(stack.state, 0, Int32(clamping: fields.count)))
    for (key, value) in fields { try stack.set(key, value) }
    if let metatable {
      try metatable.push(onto: stack)
      lb_set_metatable(stack.state)
    }
  }
}

extension LuaStack {
  /// Pushes a list of `count` values, each made when its turn comes; an interrupt ends it.
  ///
  /// - Throws: ``LuaError`` where there is no memory or an interrupt came.
  public func push(listOf count: Int, _ element: (Int) throws -> any LuaConvertible) throws {
    try reserve(8)
    try check(lb_push_table(state, Int32(clamping: count), 0))
    for index in 0..<count {
      if index & 0xFFF == 0 { try context.checkInterrupt() }
      try set(index + 1, element(index))
    }
  }

  /// Sets a field of the table on top of the stack, without metamethods.
  func set(_ key: any LuaConvertible, _ value: any LuaConvertible) throws {
    try key.push(onto: self)
    try value.push(onto: self)
    try check(lb_raw_set(state, -3))
  }
}
