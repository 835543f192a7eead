import CLuaBridge

/// A Swift class whose objects scripts can hold.
public protocol LuaObject: AnyObject, LuaConvertible {
  /// What scripts can do with its objects; built once for every state.
  static var luaClass: LuaClass<Self> { get }
  /// Bytes the object holds outside Lua, which count against the limit and hasten the collector.
  var nativeSize: Int { get }
}

extension LuaObject {
  /// What a small object takes, roughly.
  public var nativeSize: Int { 128 }

  /// Pushes a userdata that holds one reference to the object.
  public func push(onto stack: LuaStack) throws { try stack.push(object: self) }
}

extension LuaContext {
  /// The metatable of a class, made when it is first needed.
  func classReference<Object: LuaObject>(for type: Object.Type) throws -> Int32 {
    if let reference = classReferences[ObjectIdentifier(type)] { return reference }
    let definition = Object.luaClass
    let reference = try withStack { stack in
      try stack.check(definition.name.withCString { lb_begin_class(stack.state, $0) })
      let metatable = lb_top(stack.state) - 2
      for member in definition.members {
        try stack.add(member, of: definition.name, metatable: metatable)
      }
      if let readOnly = definition.readOnlyBox(in: self) {
        try stack.push("__newindex")
        try stack.push(readOnly)
        try stack.check(lb_raw_set(stack.state, metatable))
      }
      try stack.push(definition.fallbackBox(in: self))
      if let keys = definition.keyBox(in: self) {
        try stack.push(keys)
      } else {
        lb_push_nil(stack.state)
      }
      try stack.check(lb_end_class(stack.state))
      var index: Int32 = 0
      try stack.check(lb_reference(stack.state, &index))
      return index
    }
    classReferences[ObjectIdentifier(type)] = reference
    return reference
  }
}

extension LuaStack {
  /// Adds a member to the metatable, or to the methods or getters above it.
  fileprivate func add(_ member: LuaMember, of name: String, metatable: Int32) throws {
    let table =
      switch member.kind {
      case .metamethod: metatable
      case .method: metatable + 1
      case .property: metatable + 2
      }
    try push(member.help.name)
    let separator = member.kind == .property ? "." : ":"
    try push(
      LuaFunctionBox(
        context: context, name: name + separator + member.help.name, member.body))
    try check(lb_raw_set(state, table))
  }
}
