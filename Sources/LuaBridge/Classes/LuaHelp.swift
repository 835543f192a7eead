/// What the help says of a function, method, field or option.
public struct LuaHelp: Sendable, Hashable {
  /// The bare name.
  public var name: String
  /// How it is written: `em.fit(data [, options])`.
  public var signature: String
  /// One line.
  public var summary: String
  /// Lua code that shows it, where that helps.
  public var example: String?

  /// Describes something scripts can name.
  public init(_ name: String, _ signature: String, _ summary: String, example: String? = nil) {
    self.name = name
    self.signature = signature
    self.summary = summary
    self.example = example
  }
}
