import Emulsion

/// A line of a session that is no Lua: `%time em.fit(data)`, `em.fit?`.
enum SessionCommand: Equatable {
  /// `?name` or `name?`: help.
  case help(String)
  /// `%run FILE ARG…`
  case run([String])
  /// `%time CODE`
  case time(String)
  /// `%who`
  case who
  /// `%page CODE`
  case page(String)
  /// `%` or `%help`
  case list

  /// What there is, for `%`.
  static let overview = """
    name?, ?name      help on a function, method, object or topic
    %run FILE ARG…    runs a script in this session, what it leaves included
    %time CODE        runs code and tells how long it took
    %who              your own variables
    %page CODE        shows a long value in $PAGER
    _, _1, _2         the last value, and the two before
    """

  private static let names = ["help", "page", "run", "time", "who"]

  /// Reads a line; `nil` where it is Lua.
  ///
  /// - Throws: `invalid-option` naming the nearest command.
  init?(_ line: String) throws {
    let text = line.trimmed
    guard !text.contains("\n") else { return nil }
    if text.hasPrefix("?") {
      self = .help(String(text.drop { $0 == "?" }).trimmed)
    } else if text.hasSuffix("?"), Self.isTopic(text.dropLast()) {
      self = .help(String(text.dropLast()).trimmed)
    } else if text.hasPrefix("%") {
      self = try Self.named(text.dropFirst())
    } else {
      return nil
    }
  }

  private static func named(_ text: Substring) throws -> SessionCommand {
    let name = String(text.prefix { !$0.isWhitespace })
    let rest = String(text.dropFirst(name.count)).trimmed
    switch name {
    case "", "help": return .list
    case "run":
      let words = shellWords(rest)
      guard !words.isEmpty else { throw needs("%run", "the path of a script") }
      return .run(words)
    case "time":
      guard !rest.isEmpty else { throw needs("%time", "the code to run") }
      return .time(rest)
    case "page":
      guard !rest.isEmpty else { throw needs("%page", "what to show, as in %page help") }
      return .page(rest)
    case "who": return .who
    default:
      throw EmulsionError(
        .invalidOption,
        "there is no %\(name)"
          + (nearestName(to: name, among: names).map { "; did you mean %\($0)?" } ?? "; % lists all")
      )
    }
  }

  private static func needs(_ name: String, _ what: String) -> EmulsionError {
    EmulsionError(.invalidOption, "\(name) takes \(what)")
  }

  /// Whether it may be a name or a path, to which a question mark is added.
  private static func isTopic(_ text: Substring) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { CursorContext.isNameByte($0) || $0 == 46 || $0 == 58 || $0 == 32 }
  }

  /// Words between spaces, which quotes keep together.
  private static func shellWords(_ text: String) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    for character in text {
      if character == quote {
        quote = nil
      } else if quote == nil, character == "\"" || character == "'" {
        quote = character
        word = word ?? ""
      } else if quote == nil, character.isWhitespace {
        if let done = word { words.append(done) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    return words + (word.map { [$0] } ?? [])
  }
}

extension String {
  /// Without white space at its ends.
  var trimmed: String {
    let head = drop(while: \.isWhitespace)
    guard let last = head.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(head[...last])
  }
}
