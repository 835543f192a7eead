/// What went wrong, in a kind that programs can test and one line that people can act on.
public struct EmulsionError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kinds of failure, named as Lua scripts and model files spell them.
  public enum Code: String, Sendable, Codable, CaseIterable {
    case invalidOption = "invalid-option"
    case invalidData = "invalid-data"
    case degenerate
    case io
    case cancelled
    case script
  }

  /// The kind of failure.
  public var code: Code
  /// One line: what is wrong, where (file, row, column, option), and what to do.
  public var message: String

  /// Makes an error of kind `code`.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The message.
  public var description: String { message }
}

/// Throws `invalid-option` unless the value of an option is one that it may have.
///
/// - Parameters:
///   - name: The option.
///   - what: What it must be.
func requireOption(_ holds: Bool, _ name: String, _ what: String, _ value: some Any) throws {
  guard holds else {
    let told = (value as? Double)?.brief ?? "\(value)"
    throw EmulsionError(.invalidOption, "\(name) must be \(what), not \(told)")
  }
}
