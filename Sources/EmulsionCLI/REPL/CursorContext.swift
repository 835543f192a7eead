/// What stands before the cursor in a line of Lua.
package struct CursorContext {
  /// Where the cursor is.
  package enum Place: Equatable {
    case code
    /// In a string that began with this character.
    case quotes(Character)
    /// In a comment, or after something that has no name.
    case nowhere
  }

  package private(set) var place = Place.code
  /// The name being typed, or what has been typed of a string.
  package private(set) var word = ""
  /// The path before the name, `["best", "means"]` in `best.means.ro`; `nil` without one.
  package private(set) var owner: [String]?
  /// What separates them: `.` or `:`.
  package private(set) var separator: Character?
  /// In `table["na`: the path before the bracket.
  package private(set) var indexed: [String]?
  /// Where brackets stand that are still open.
  private var brackets: [Int] = []
  /// In `em.fit(data, { co`: the path of the function whose option is being named. In a string: of the function
  /// that it goes to, by itself, in a list, or as an option.
  package private(set) var call: [String]?
  /// Whether that is a method, called by `:`.
  package private(set) var isMethodCall = false
  /// In `columns = { "wai`: the option that a string is the value of.
  package private(set) var option: String?
  /// In `em.fit(data, { columns = { "wai`: the path that is the call's first argument.
  package private(set) var firstArgument: [String]?

  package init(_ line: String) {
    let characters = Array(line)
    let start = scan(characters)
    switch place {
    case .nowhere: break
    case .quotes:
      word = String(characters[start...])
      // The character before the quote.
      if start >= 2, characters[start - 2] == "[" {
        indexed = Self.path(endingAt: start - 2, of: characters)
      } else {
        findUse(ofStringAt: start - 1, characters)
      }
    case .code:
      var begin = characters.count
      while begin > 0, Self.isNameCharacter(characters[begin - 1]) { begin -= 1 }
      word = String(characters[begin...])
      if let opening = optionTable(before: begin, characters) { findCall(opening, characters) }
      guard begin > 0, characters[begin - 1] == "." || characters[begin - 1] == ":" else { return }
      separator = characters[begin - 1]
      // `a..b` joins texts: b is a name of its own.
      if separator == ".", begin > 1, characters[begin - 2] == "." { return }
      owner = Self.path(endingAt: begin - 1, of: characters)
      if owner == nil { place = .nowhere }
    }
  }

  /// Where the arguments of a call open, if a name that begins at `begin` is a key of its table of options.
  private func optionTable(before begin: Int, _ characters: [Character]) -> Int? {
    let previous = characters[..<begin].last { !$0.isWhitespace }
    guard previous == "{" || previous == ",", let brace = brackets.last, characters[brace] == "{"
    else { return nil }
    return opening(ofTableAt: brace, characters)
  }

  /// Of `em.fit(data, {` the parenthesis, of `em.kmeans {` the brace.
  private func opening(ofTableAt brace: Int, _ characters: [Character]) -> Int {
    let previous = Self.end(before: brace, characters)
    if previous > 0, Self.isNameCharacter(characters[previous - 1]) { return brace }
    let outer = brackets.last { $0 < brace }
    return outer.map { characters[$0] == "(" } == true ? outer ?? brace : brace
  }

  /// Finds the function whose arguments open at `opening`, and its first argument.
  private mutating func findCall(_ opening: Int, _ characters: [Character]) {
    let end = Self.end(before: opening, characters)
    guard let name = Self.path(endingAt: end, of: characters) else { return }
    let begin = end - name.joined(separator: ".").count
    if begin > 0, characters[begin - 1] == ":", name.count == 1 {
      guard let owner = Self.path(endingAt: begin - 1, of: characters) else { return }
      call = owner + name
      isMethodCall = true
    } else {
      call = name
    }
    guard opening < characters.count, characters[opening] == "(" else { return }
    let argument = characters[(opening + 1)...].drop(while: \.isWhitespace)
      .prefix { Self.isNameCharacter($0) || $0 == "." }
    firstArgument = Self.path(endingAt: argument.endIndex, of: characters)
  }

  /// Finds what a string is for whose quote is at `quote`: an argument, an option, or in a list that is one.
  private mutating func findUse(ofStringAt quote: Int, _ characters: [Character]) {
    var end = Self.end(before: quote, characters)
    guard end > 0 else { return }
    if Self.isNameCharacter(characters[end - 1]) { return findCall(quote, characters) }
    guard let bracket = brackets.last, "=,{(".contains(characters[end - 1]) else { return }
    var table = bracket
    if characters[bracket] == "{", characters[end - 1] != "=" {
      // A list; of which option?
      end = Self.end(before: bracket, characters)
      guard end > 0, characters[end - 1] == "=" else {
        return findCall(opening(ofTableAt: bracket, characters), characters)
      }
      guard let outer = brackets.last(where: { $0 < bracket }) else { return }
      table = outer
    }
    if characters[end - 1] == "=", characters[table] == "{" {
      option = Self.path(endingAt: Self.end(before: end - 1, characters), of: characters)?.last
      findCall(opening(ofTableAt: table, characters), characters)
    } else if characters[bracket] == "(" {
      findCall(bracket, characters)
    }
  }

  /// Behind the last character before `position` that is no space.
  private static func end(before position: Int, _ characters: [Character]) -> Int {
    characters[..<position].lastIndex { !$0.isWhitespace }.map { $0 + 1 } ?? 0
  }

  /// Finds out where the end of the line is; the start of the string it is in, if it is in one.
  private mutating func scan(_ characters: [Character]) -> Int {
    var start = 0
    brackets = []
    var index = 0
    while index < characters.count {
      let character = characters[index]
      switch place {
      case .quotes(let quote):
        if character == "\\" { index += 1 } else if character == quote { place = .code }
      case .nowhere:
        if character == "\n" { place = .code }
      case .code where character == "\"" || character == "'":
        place = .quotes(character)
        start = index + 1
      case .code where character == "-" && index > 0 && characters[index - 1] == "-":
        place = .nowhere
      case .code where "({[".contains(character): brackets.append(index)
      case .code where ")}]".contains(character): _ = brackets.popLast()
      case .code: break
      }
      index += 1
    }
    return min(start, characters.count)
  }

  /// The names of a path such as `a.b.c` that ends before `end`; `nil` where there is another thing.
  private static func path(endingAt end: Int, of characters: [Character]) -> [String]? {
    var names: [String] = []
    var end = end
    while true {
      var begin = end
      while begin > 0, isNameCharacter(characters[begin - 1]) { begin -= 1 }
      if begin == end { return nil }
      names.insert(String(characters[begin..<end]), at: 0)
      guard begin > 0, characters[begin - 1] == "." else { return names }
      end = begin - 1
    }
  }

  private static func isNameCharacter(_ character: Character) -> Bool {
    character.utf8.allSatisfy(isNameByte)
  }

  /// Letters, digits and the underscore.
  static func isNameByte(_ byte: UInt8) -> Bool {
    byte == 95 || (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
  }
}
