/// A Lua error as Swift sees it, or a Swift error that passed through Lua.
///
/// Thrown on from a Swift function it is raised in Lua as the very value it came from.
public struct LuaError: Error, Sendable, CustomStringConvertible {
  /// What kind of failure it was.
  public enum Kind: Sendable, Hashable {
    /// A script failed while it ran.
    case script
    /// A script does not parse.
    case syntax
    /// A script does not parse because its text ends too early.
    case incomplete
    /// A file of Lua code cannot be read.
    case file
    /// The memory limit was reached.
    case memory
    /// The interrupt was raised.
    case interrupted
    /// Swift used a Lua value wrongly: a closed state, a foreign thread.
    case misuse
  }

  /// What kind of failure it was.
  public var kind: Kind
  /// What went wrong, mostly one line.
  public var message: String
  /// The Lua calls that led there, where known.
  public var traceback: String?
  /// The script's line, as `name:line`, where a Swift function failed.
  public var location: String?
  /// The Swift error that passed through Lua, where it began as one.
  public var cause: (any Error)?
  /// What was raised in Lua; `nil` where the error began in Swift.
  public var value: LuaValue

  /// Makes an error that began in Swift.
  public init(_ kind: Kind, _ message: String) {
    self.init(kind, message, value: .nil)
  }

  init(
    _ kind: Kind, _ message: String, traceback: String? = nil, location: String? = nil,
    cause: (any Error)? = nil, value: LuaValue
  ) {
    self.kind = kind
    self.message = message
    self.traceback = traceback
    self.location = location
    self.cause = cause
    self.value = value
  }

  static func noMemory(limit: Int?) -> LuaError {
    guard let limit else { return LuaError(.memory, "not enough memory") }
    let megabytes = Double(limit) / 1_048_576
    let text =
      megabytes >= 10 || megabytes == megabytes.rounded() ? "\(Int(megabytes))" : "\(limit)"
    let unit = text == "\(limit)" ? "bytes" : "MiB"
    return LuaError(.memory, "not enough memory: the limit of \(text) \(unit) is reached")
  }

  /// The message, after the script's line where it does not begin with one.
  public var description: String {
    location.map { "\($0): \(message)" } ?? message
  }
}
