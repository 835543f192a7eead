/// What the help says of an option of a family.
public struct FamilyOption: Sendable, Hashable {
  /// The option's name.
  public var name: String
  /// Its default, as the help shows it.
  public var standard: String
  /// What it means.
  public var summary: String

  /// What ``standard`` says where there is no default.
  public static let needed = "needed"
  /// Whether the family can't be had without.
  package var isNeeded: Bool { standard == Self.needed }

  /// Makes the help of an option.
  public init(_ name: String, _ standard: String, _ summary: String) {
    self.name = name
    self.standard = standard
    self.summary = summary
  }
}

/// The value of a family's option, as scripts and model files write it.
public indirect enum OptionValue: Sendable, Hashable, Codable, CustomStringConvertible {
  case boolean(Bool)
  case number(Double)
  case text(String)
  case list([OptionValue])

  /// Reads a value of whichever kind stands there.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Bool.self) {
      self = .boolean(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else {
      self = .list(try container.decode([OptionValue].self))
    }
  }

  /// Writes the bare value.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .boolean(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let values): try container.encode(values)
    }
  }

  /// The value as a script would write it, texts without their quotes.
  public var description: String {
    switch self {
    case .boolean(let value): "\(value)"
    case .number(let value): value.formatted(significant: 6)
    case .text(let value): value
    case .list(let values): "{\(values.map(\.description).joined(separator: ", "))}"
    }
  }
}

extension [String: OptionValue] {
  /// The text given for option `name`, or `standard`.
  ///
  /// - Throws: `invalid-option` where it is no text.
  public func text(_ name: String, default standard: String? = nil) throws -> String? {
    switch self[name] {
    case nil: return standard
    case .text(let value): return value
    case .some(let value):
      throw EmulsionError(.invalidOption, "\(name) must be a text, not \(value)")
    }
  }

  /// The text given for option `name`, one of `choices`; the first by default.
  ///
  /// - Throws: `invalid-option` where it is another.
  public func choice(_ name: String, _ choices: [String]) throws -> String {
    let value = try text(name, default: choices.first) ?? ""
    guard choices.contains(value) else {
      let list = choices.map(quoted).joined(separator: ", ")
      throw EmulsionError(
        .invalidOption,
        "\(name): there is no \(quoted(value))"
          + (spellingHint(for: value, among: choices) ?? "; there are \(list)"))
    }
    return value
  }
}
