import EmulsionLua
import LuaBridge

/// Completes names in a line of Lua: globals, fields and methods of what is there, files in quotes.
struct Completion {
  let session: LuaSession
  private var context: LuaContext { session.context }

  private static let keywords = [
    "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in",
    "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while",
  ]

  /// What could stand at the end of `line`.
  func completions(of line: String) -> LineEditor.Completions {
    // At the beginning of a line Tab indents.
    if line.allSatisfy(\.isWhitespace) { return LineEditor.Completions(candidates: [("  ", "")]) }
    let cursor = CursorContext(line)
    switch cursor.place {
    case .nowhere: return LineEditor.Completions()
    case .quotes(let quote): return inQuotes(cursor, quote)
    case .code: return names(cursor)
    }
  }

  // MARK: Names

  private func names(_ cursor: CursorContext) -> LineEditor.Completions {
    guard let owner = cursor.owner else {
      if let options = options(of: cursor.call), !options.isEmpty {
        let found = pick(options, cursor.word)
        if !found.candidates.isEmpty { return found }
      }
      // Nothing typed and nothing to go by: everything there is would only fill the screen.
      if cursor.word.isEmpty { return LineEditor.Completions() }
      let globals = (try? context.globals()).map { fields(of: .table($0), methods: false) } ?? []
      return pick(globals + Self.keywords, cursor.word)
    }
    guard let value = value(of: owner) else { return LineEditor.Completions() }
    return pick(fields(of: value, methods: cursor.separator == ":"), cursor.word)
  }

  /// The options of a function of the module, such as `em.fit`, each with its equals sign.
  private func options(of call: [String]?) -> [String]? {
    guard let call, call.count == 2, let table = value(of: [call[0]])?.table,
      (try? table.get("fit"))?.function != nil
    else { return nil }
    return session.optionNames(ofFunction: call[1]).map { $0 + " = " }
  }

  private func pick(_ names: [String], _ word: String) -> LineEditor.Completions {
    // Names that begin with an underscore are shown to those who begin with one.
    let fitting = Set(names).filter {
      $0.hasPrefix(word) && (word.hasPrefix("_") || !$0.hasPrefix("_"))
    }
    return LineEditor.Completions(
      typed: word.utf8.count, candidates: fitting.sorted().map { ($0, $0) })
  }

  /// The value of a path such as `em` or `best.means`, without calling anything of the user's.
  private func value(of path: [String]) -> LuaValue? {
    guard let globals = try? context.globals() else { return nil }
    var value = LuaValue.table(globals)
    for name in path {
      switch value {
      case .table(let table): value = (try? table.get(name)) ?? .nil
      case .userdata(let data) where data.object is any LuaObject:
        value = (try? member(name, of: value)) ?? .nil
      default: return nil
      }
    }
    return value.isNil ? nil : value
  }

  private func member(_ name: String, of value: LuaValue) throws -> LuaValue {
    let read = try context.compile("local value, name = ... return value[name]", name: "completion")
    return try read.call(value, name).first ?? .nil
  }

  /// Names that may follow a value: keys of a table, members of an object, methods of a string.
  private func fields(of value: LuaValue, methods: Bool) -> [String] {
    switch value {
    case .table(let table):
      let pairs = (try? table.pairs()) ?? []
      return pairs.filter { !methods || $0.value.function != nil }.compactMap(\.key.string)
        .filter(\.isName)
    case .string where methods:
      guard let library = try? context.globals().get("string").table else { return [] }
      return fields(of: .table(library), methods: true)
    case .userdata(let data):
      guard let object = data.object as? any LuaObject else { return [] }
      return members(of: object, methods: methods)
    default: return []
    }
  }

  private func members<Object: LuaObject>(of object: Object, methods: Bool) -> [String] {
    Object.luaClass.members.filter { $0.kind == (methods ? .method : .property) }.map(\.help.name)
  }

  // MARK: Quotes

  /// Column names in `table["`, else names of files.
  private func inQuotes(_ cursor: CursorContext, _ quote: Character) -> LineEditor.Completions {
    if let owner = cursor.indexed, let value = value(of: owner) {
      let names = (try? member("names", of: value).table?.list().compactMap(\.string)) ?? []
      let fitting = names.filter { $0.hasPrefix(cursor.word) }
      return LineEditor.Completions(
        typed: cursor.word.utf8.count, candidates: fitting.map { ("\($0)\(quote)]", $0) })
    }
    return FileCompletion.completions(of: cursor.word, closing: quote)
  }
}

extension String {
  /// Whether it may follow a dot in Lua.
  var isName: Bool {
    !isEmpty && utf8.allSatisfy { CursorContext.isNameByte($0) }
      && !(48...57).contains(utf8.first ?? 48)
  }
}
