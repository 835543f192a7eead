import Emulsion
import LuaBridge

/// The session: reads a chunk, runs it, prints what it gave, and begins again.
final class REPL {
  private let interpreter: Interpreter
  private let input: LineInput
  private let values: SessionValues
  private var context: LuaContext { interpreter.context }

  init(_ interpreter: Interpreter) {
    self.interpreter = interpreter
    values = SessionValues(interpreter.context)
    let completion = Completion(session: interpreter.session)
    if Console.isTerminal(0), let editor = LineEditor(complete: completion.completions(of:)) {
      if let path = HistoryFile.path() { editor.openHistory(path) }
      input = .editor(editor)
    } else {
      input = .plain
    }
  }

  /// Runs until Ctrl-D, `exit` or `quit`.
  func run() throws {
    if input.isInteractive {
      Console.print(
        """
        Emulsion \(emulsionVersion): finite mixture models, in Lua 5.4.
        It is here as em. Try em.dataset("faithful"), or help;
        em.fit? tells of a function, % lists what else there is.
        Tab completes, Ctrl-C ends what runs, Ctrl-D leaves.
        """)
    }
    while let chunk = readChunk() {
      if chunk.isFarewell { break }
      context.screenWidth = Console.width
      evaluate(chunk)
    }
  }

  // MARK: Reading

  /// Lines until they make a chunk; `nil` at the end of the input.
  private func readChunk() -> String? {
    var text = ""
    while true {
      switch input.read(text.isEmpty ? .first : .continuation) {
      case .interrupted:
        text = ""
      case .end:
        // An unfinished chunk is given up first, so that Ctrl-D need not mean the end of all work.
        if input.isInteractive { Console.print("") }
        if text.isEmpty { return nil }
        if !input.isInteractive { return text }
        text = ""
      case .line(let line):
        text += text.isEmpty ? line : "\n" + line
        if text.allSatisfy(\.isWhitespace) {
          text = ""
        } else if !isIncomplete(text) {
          // What ends a session is no use at the beginning of the next.
          if !text.isFarewell { input.remember(text) }
          return text
        }
      }
    }
  }

  private func isIncomplete(_ text: String) -> Bool {
    do {
      // A command is complete, whether or not it is one that there is.
      if try SessionCommand(text) != nil { return false }
      _ = try compile(text)
      return false
    } catch {
      return (error as? LuaError)?.kind == .incomplete
    }
  }

  // MARK: Evaluating

  private func compile(_ text: String) throws -> LuaFunction {
    try interpreter.compileExpressionFirst(
      LastingLocals.inText(text.asExpression), name: "input")
  }

  private func evaluate(_ text: String) {
    Interrupts.listen(patience: 5)
    let clock = ContinuousClock()
    let start = clock.now
    var isTimed = false
    do {
      switch try SessionCommand(text) {
      case .help(let topic): show(try HelpRequest(session: interpreter.session).text(topic))
      case .list: show(SessionCommand.overview)
      case .who: show(try values.listing(width: Console.width))
      case .page(let code): try Pager.show(shown(compile(code).call(), of: code) ?? "")
      case .run(let words):
        try interpreter.setArguments(script: words[0], Array(words.dropFirst()))
        try interpreter.context.compileFile(words[0]).call(words.dropFirst().map { $0 })
      case .time(let code):
        isTimed = true
        try print(compile(code).call(), of: code)
      case nil:
        try print(compile(text).call(), of: text)
      }
    } catch {
      Interrupts.clear()
      complain(error, about: text)
      keepWhatWasReached(error)
    }
    Interrupts.clear()
    tell(clock.now - start, always: isTimed)
    try? Console.flush()
  }

  /// How long it took, where that is asked for or was more than a second.
  private func tell(_ duration: Duration, always isTimed: Bool) {
    guard isTimed || (input.isInteractive && duration > .seconds(1)) else { return }
    show("took \(duration.text)")
  }

  private func print(_ results: [LuaValue], of code: String) throws {
    if let text = try shown(results, of: code), !text.isEmpty { show(text) }
    if let first = results.first, !first.isNil, try isShown(results, of: code) {
      try values.remember(first)
    }
  }

  private func isShown(_ results: [LuaValue], of code: String) throws -> Bool {
    try ValueText(context: context, width: Console.width).isShown(results, of: code)
  }

  private func shown(_ results: [LuaValue], of code: String) throws -> String? {
    guard try isShown(results, of: code) else { return nil }
    return try ValueText(context: context, width: Console.width).text(of: results)
  }

  private func show(_ text: String) { Console.print(text) }

  /// The model that an interrupted fit had reached becomes the last result.
  private func keepWhatWasReached(_ error: any Error) {
    guard let error = error as? LuaError, error.value.object(as: AnyObject.self) != nil,
      let read = try? context.compile("local e = ... return e.model", name: "model"),
      let model = try? read.call(error.value).first, !model.isNil
    else { return }
    try? values.remember(model)
    Console.note("_ is the model that was reached")
  }

  private func complain(_ error: any Error, about text: String) {
    var message = (error as? LuaError).map { ScriptFailure($0).text } ?? String(describing: error)
    // Of a single line there is no need to say which.
    if !text.contains("\n"), message.hasPrefix("input:1: ") {
      message = String(message.dropFirst("input:1: ".count))
    }
    if let missing = MissingName(message: message) {
      message += (try? missing.hint(for: text, in: context)) ?? ""
    }
    // The terminal has written ^C where the cursor was.
    if input.isInteractive, (error as? LuaError)?.kind == .interrupted { message = "\n" + message }
    let isColoured = input.isInteractive && Console.isErrorTerminal && LineEditor.hasEscapes
    Console.note(isColoured ? "\u{1B}[31m\(message)\u{1B}[0m" : message)
  }
}

extension String {
  /// Whether the person wants to leave.
  fileprivate var isFarewell: Bool {
    ["exit", "quit"].contains(filter { !$0.isWhitespace && $0 != ";" })
  }

  /// `=x`, as older Luas ask for a value, without the sign.
  fileprivate var asExpression: String {
    let rest = drop(while: \.isWhitespace)
    return rest.hasPrefix("=") && !rest.hasPrefix("==") ? String(rest.dropFirst()) : self
  }
}

extension Duration {
  /// With three digits: `12.3 ms`, `1.52 s`, `3 min 20 s`.
  fileprivate var text: String {
    let (whole, atto) = components
    let seconds = Double(whole) + Double(atto) * 1e-18
    if seconds >= 60 { return "\(whole / 60) min \(whole % 60) s" }
    let value = seconds < 1 ? seconds * 1000 : seconds
    return value.formatted(decimals: value < 10 ? 2 : value < 100 ? 1 : 0)
      + (seconds < 1 ? " ms" : " s")
  }
}
