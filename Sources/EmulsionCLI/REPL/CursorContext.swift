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
  /// In `em.fit(data, { co`: the path of the function whose option is being named.
  package private(set) var call: [String]?

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
      }
    case .code:
      var begin = characters.count
      while begin > 0, Self.isNameCharacter(characters[begin - 1]) { begin -= 1 }
      word = String(characters[begin...])
      call = optionOwner(before: begin, characters)
      guard begin > 0, characters[begin - 1] == "." || characters[begin - 1] == ":" else { return }
      separator = characters[begin - 1]
      // `a..b` joins texts: b is a name of its own.
      if separator == ".", begin > 1, characters[begin - 2] == "." { return }
      owner = Self.path(endingAt: begin - 1, of: characters)
      if owner == nil { place = .nowhere }
    }
  }

  /// The function called, where a name that begins at `begin` is a key of its table of options.
  private func optionOwner(before begin: Int, _ characters: [Character]) -> [String]? {
    let previous = characters[..<begin].last { !$0.isWhitespace }
    guard previous == "{" || previous == ",", let brace = brackets.last, characters[brace] == "{"
    else { return nil }
    // `em.fit(data, {`, or `em.kmeans {`.
    let outer = brackets.dropLast().last
    let opening = outer.map { characters[$0] == "(" } == true ? outer ?? brace : brace
    let end = characters[..<opening].lastIndex { !$0.isWhitespace }.map { $0 + 1 } ?? 0
    return Self.path(endingAt: end, of: characters)
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
