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
  /// What its table of options may hold.
  public var options: [LuaOptionHelp]
  /// What texts among its arguments are names of, as completion knows it: `column`.
  public var names: String?

  /// How many arguments a function takes as its signature says: any where that has an ellipsis.
  public var mostArguments: Int {
    // Of several forms, such as em.matrix(rows) or em.matrix(rows, columns), that with most.
    signature.components(between: " or ").map(LuaHelp.mostArguments).max() ?? .max
  }

  private static func mostArguments(of form: String) -> Int {
    guard let open = form.firstIndex(where: { $0 == "(" || $0 == "{" }) else { return .max }
    var (depth, commas, isEmpty) = (0, 0, true)
    var hasMore = false
    for character in form[open...] {
      switch character {
      case "{": depth += 1
      case "}": depth -= 1
      case "," where depth == 0: commas += 1
      case "…" where depth == 0: hasMore = true
      default: break
      }
      if !"()[] ".contains(character) { isEmpty = false }
    }
    return hasMore ? .max : isEmpty ? 0 : commas + 1
  }

  /// Describes something scripts can name.
  public init(
    _ name: String, _ signature: String, _ summary: String, example: String? = nil,
    options: [LuaOptionHelp] = [], names: String? = nil
  ) {
    self.name = name
    self.signature = signature
    self.summary = summary
    self.example = example
    self.options = options
    self.names = names
  }
}

/// What the help says of an option.
public struct LuaOptionHelp: Sendable, Hashable {
  /// The name.
  public var name: String
  /// The default, as Lua writes it or in words.
  public var standard: String
  /// One line; texts that it may be are in quotes.
  public var summary: String
  /// What its texts are names of, as completion knows it: `column`.
  public var names: String?

  /// Describes an option.
  public init(_ name: String, _ standard: String, _ summary: String, names: String? = nil) {
    self.name = name
    self.standard = standard
    self.summary = summary
    self.names = names
  }

  /// The texts in quotes in what is said of it: what it may be.
  public var texts: [String] {
    var seen: Set<String> = []
    let parts = "\(standard) \(summary)".split(separator: "\"", omittingEmptySubsequences: false)
    return parts.enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
      .filter { seen.insert($0).inserted }
  }
}

extension String {
  /// The parts between occurrences of `separator`.
  fileprivate func components(between separator: String) -> [String] {
    var (parts, rest) = ([String](), self[...])
    while let range = rest.firstRange(of: separator) {
      parts.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    return parts + [String(rest)]
  }
}
