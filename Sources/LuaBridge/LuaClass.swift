/// A property, method or metamethod of a class.
public struct LuaMember {
  /// How scripts reach a member.
  public enum Kind: Sendable {
    /// `object.name`
    case property
    /// `object:name()`
    case method
    /// An operator or protocol of Lua's.
    case metamethod
  }

  /// How scripts reach it.
  public let kind: Kind
  /// Its name and help.
  public let help: LuaHelp
  let body: (LuaCall) throws -> Void
}

/// What scripts can do with the objects of a Swift class: one line a member.
public struct LuaClass<Object: LuaObject> {
  /// The name, in error texts and help.
  public let name: String
  /// One line.
  public let summary: String
  /// Everything scripts can name.
  public private(set) var members: [LuaMember] = []
  private var missing: (Object, LuaValue, LuaCall) throws -> (any LuaConvertible)? = { _, _, _ in
    nil
  }
  private var own: ((Object, LuaValue) throws -> (any LuaConvertible)?)?

  /// Begins a class without members.
  public init(_ name: String, _ summary: String) {
    self.name = name
    self.summary = summary
  }

  /// Adds a field that is read.
  public func property<Result: LuaConvertible>(
    _ name: String, _ summary: String, _ get: @escaping (Object) throws -> Result
  ) -> Self {
    adding(.property, LuaHelp(name, name, summary)) { call in
      try get(call.receiver(as: Object.self)).push(onto: call.stack)
    }
  }

  /// Adds a method.
  public func method<Result: LuaConvertible>(
    _ name: String, _ signature: String, _ summary: String, example: String? = nil,
    options: [LuaOptionHelp] = [], names: String? = nil,
    _ body: @escaping (Object, LuaCall) throws -> Result
  ) -> Self {
    let help = LuaHelp(
      name, signature, summary, example: example, options: options, names: names)
    let most = help.mostArguments
    return adding(.method, help) { call in
      let object = try call.receiver(as: Object.self)
      let arguments = call.afterReceiver()
      try arguments.refuse(beyond: most, signature)
      try body(object, arguments).push(onto: call.stack)
    }
  }

  /// Adds a metamethod such as `__add`; operators get both operands as arguments 1 and 2.
  public func metamethod<Result: LuaConvertible>(
    _ name: String, _ body: @escaping (LuaCall) throws -> Result
  ) -> Self {
    adding(.metamethod, LuaHelp(name, name, "")) { call in
      try body(call).push(onto: call.stack)
    }
  }

  /// Says what `object[key]` is for keys that are no members; `nil` makes it an error.
  public func fallback(
    _ body: @escaping (Object, LuaValue, LuaCall) throws -> (any LuaConvertible)?
  ) -> Self {
    var result = self
    result.missing = body
    return result
  }

  /// Says what `object[key]` is before members are looked at; `nil` leaves it to them.
  public func keyed(_ body: @escaping (Object, LuaValue) throws -> (any LuaConvertible)?) -> Self {
    var result = self
    result.own = body
    return result
  }

  /// The names of fields and methods.
  public var memberNames: [String] {
    members.filter { $0.kind != .metamethod }.map(\.help.name)
  }

  private func adding(
    _ kind: LuaMember.Kind, _ help: LuaHelp, _ body: @escaping (LuaCall) throws -> Void
  ) -> Self {
    var result = self
    result.members.append(LuaMember(kind: kind, help: help, body: body))
    return result
  }

  func keyBox(in context: LuaContext) -> LuaFunctionBox? {
    own.map { own in
      LuaFunctionBox(context: context, name: name) { call in
        let result = try own(call.receiver(as: Object.self), call.value(2))
        try (result ?? LuaValue.nil).push(onto: call.stack)
      }
    }
  }

  /// What `object[key] = value` does, where the class does not say.
  func readOnlyBox(in context: LuaContext) -> LuaFunctionBox? {
    if members.contains(where: { $0.help.name == "__newindex" }) { return nil }
    return LuaFunctionBox(context: context, name: name) { [name] call in
      let key = try call.value(2)
      throw LuaError(.script, "\(name) is read-only: \(key.string ?? key.explanation) can't be set")
    }
  }

  func fallbackBox(in context: LuaContext) -> LuaFunctionBox {
    let (name, missing) = (name, missing)
    return LuaFunctionBox(context: context, name: name) { call in
      let object = try call.receiver(as: Object.self)
      let key = try call.value(2)
      guard let result = try missing(object, key, call) else {
        throw LuaMissingFieldError(
          className: name, key: key.string ?? key.explanation,
          members: Object.luaClass.memberNames)
      }
      try result.push(onto: call.stack)
    }
  }
}

/// A script named a field or method a class does not have.
public struct LuaMissingFieldError: Error, Sendable, CustomStringConvertible {
  /// The class.
  public var className: String
  /// What was asked for.
  public var key: String
  /// What there is.
  public var members: [String]

  /// One line.
  public var description: String { "\(className) has no field or method '\(key)'" }
}
