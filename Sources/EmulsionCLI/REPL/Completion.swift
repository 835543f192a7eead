import EmulsionLua
import LuaBridge

/// Completes names in a line of Lua: globals, fields and methods of what is there, files in quotes.
struct Completion {
  let session: LuaSession
  private var context: LuaContext { session.context }
  private var values: NamedValues { NamedValues(context: context) }

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
      if let help = help(ofCallAt: cursor) {
        let found = pick(help.options.map { $0.name + " = " }, cursor.word)
        if !found.candidates.isEmpty { return found }
      }
      // Nothing typed and nothing to go by: everything there is would only fill the screen.
      if cursor.word.isEmpty { return LineEditor.Completions() }
      let globals = (try? context.globals()).map { fields(of: .table($0), methods: false) } ?? []
      return pick(globals + Self.keywords, cursor.word)
    }
    guard let value = values.value(of: owner) else { return LineEditor.Completions() }
    return pick(fields(of: value, methods: cursor.separator == ":"), cursor.word)
  }

  /// What the help says of the function or method that is called.
  private func help(ofCallAt cursor: CursorContext) -> LuaHelp? {
    guard let call = cursor.call, let name = call.last,
      let owner = values.value(of: Array(call.dropLast()))
    else { return nil }
    if cursor.isMethodCall { return values.object(owner)?.help(ofMember: name) }
    return values.isModule(owner) ? session.help(ofFunction: name) : nil
  }

  private func pick(_ names: [String], _ word: String) -> LineEditor.Completions {
    // Names that begin with an underscore are shown to those who begin with one.
    let fitting = Set(names).filter {
      $0.hasPrefix(word) && (word.hasPrefix("_") || !$0.hasPrefix("_"))
    }
    return LineEditor.Completions(
      typed: word.utf8.count, candidates: fitting.sorted().map { ($0, $0) })
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
      let columns =
        methods || !object.memberNames.contains("names") ? [] : values.columns(of: value)
      return members(of: object, methods: methods) + columns.filter(\.isName)
    default: return []
    }
  }

  private func members<Object: LuaObject>(of object: Object, methods: Bool) -> [String] {
    Object.luaClass.members.filter { $0.kind == (methods ? .method : .property) }.map(\.help.name)
  }

  // MARK: Quotes

  /// Names of what the string is for: columns, families, values of an option, data sets; else files.
  private func inQuotes(_ cursor: CursorContext, _ quote: Character) -> LineEditor.Completions {
    if let owner = cursor.indexed, let value = values.value(of: owner) {
      return pick(values.columns(of: value), cursor.word, closing: "\(quote)]")
    }
    guard let help = help(ofCallAt: cursor) else {
      return FileCompletion.completions(of: cursor.word, closing: quote)
    }
    var (kind, names) = (help.names, [String]())
    if let option = cursor.option {
      let known = help.options.first { $0.name == option }
      (kind, names) = (known?.names, known?.texts ?? [])
    }
    if kind == "column" {
      let table = cursor.isMethodCall ? cursor.call?.dropLast() : cursor.firstArgument?[...]
      names = table.flatMap { values.value(of: Array($0)) }.map(values.columns) ?? []
    } else if let kind {
      names += session.names(of: kind)
    }
    return names.isEmpty && cursor.option == nil
      ? FileCompletion.completions(of: cursor.word, closing: quote)
      : pick(names, cursor.word, closing: String(quote))
  }

  private func pick(_ names: [String], _ word: String, closing: String) -> LineEditor.Completions {
    var seen: Set<String> = []
    let fitting = names.filter { $0.hasPrefix(word) && seen.insert($0).inserted }
    return LineEditor.Completions(
      typed: word.utf8.count, candidates: fitting.map { ($0 + closing, $0) })
  }
}

extension String {
  /// Whether it may follow a dot in Lua.
  var isName: Bool {
    !isEmpty && utf8.allSatisfy { CursorContext.isNameByte($0) }
      && !(48...57).contains(utf8.first ?? 48)
  }
}
