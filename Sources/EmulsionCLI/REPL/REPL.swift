import Emulsion
import LuaBridge

/// The session: reads a chunk, runs it, prints what it gave, and begins again.
final class REPL {
  private let interpreter: Interpreter
  private let input: LineInput
  private var context: LuaContext { interpreter.context }

  init(_ interpreter: Interpreter) {
    self.interpreter = interpreter
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
        Emulsion \(emulsionVersion): finite mixture models, in Lua 5.4. It is here as em.
        Try em.dataset("faithful"), or help. Tab completes, Ctrl-D leaves.
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
      _ = try interpreter.compileExpressionFirst(text.asExpression, name: "input")
      return false
    } catch {
      return (error as? LuaError)?.kind == .incomplete
    }
  }

  // MARK: Evaluating

  private func evaluate(_ text: String) {
    Interrupts.listen(patience: 5)
    do {
      let chunk = try interpreter.compileExpressionFirst(text.asExpression, name: "input")
      let values = try chunk.call()
      let printer = ValueText(context: context, width: Console.width)
      if try printer.isShown(values, of: text) {
        let shown = try printer.text(of: values)
        if !shown.isEmpty { Console.print(shown) }
        if let first = values.first, !first.isNil { try context.globals().set("_", to: first) }
      }
    } catch {
      Interrupts.clear()
      complain(error, about: text)
      keepWhatWasReached(error)
    }
    Interrupts.clear()
    try? Console.flush()
  }

  /// The model that an interrupted fit had reached becomes the last result.
  private func keepWhatWasReached(_ error: any Error) {
    guard let error = error as? LuaError, error.value.object(as: AnyObject.self) != nil,
      let read = try? context.compile("local e = ... return e.model", name: "model"),
      let model = try? read.call(error.value).first, !model.isNil
    else { return }
    try? context.globals().set("_", to: model)
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
