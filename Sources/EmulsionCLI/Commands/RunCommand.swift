import ArgumentParser
import Emulsion
import LuaBridge

/// `emulsion SCRIPT.lua [ARG…]`, `emulsion -e CODE`, and `emulsion` alone.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a script, or code given here; alone, talk on a terminal or run standard input.")

  @Option(
    name: .customShort("e"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Run CODE; an expression prints its value. May be repeated.", valueName: "code"))
  var code: [String] = []

  @Flag(name: .shortAndLong, help: "Talk once the script is done, with what it has left behind.")
  var interactive = false

  @Option(
    help: ArgumentHelp("The most memory Lua and its data may take: 500M, 2G.", valueName: "size"))
  var memoryLimit: MemorySize?

  @OptionGroup var plugins: PluginOptions

  @Argument(
    parsing: .captureForPassthrough,
    help: ArgumentHelp("The script (- for standard input) and its arguments.", valueName: "script"))
  var script: [String] = []

  func run() throws {
    if let ranks = Ranks.transport, interactive || (code.isEmpty && script.isEmpty) {
      throw UsageError(
        description: "a session is talked with on one process; \(ranks.count) ranks run a script")
    }
    if code.isEmpty && script.isEmpty && (interactive || Console.isTerminal(0)) {
      return try ReplCommand.talk(memoryLimit: memoryLimit, plugins)
    }
    let path = script.first
    if let path, path != "-" { try ScriptName(path, commands: Subcommands.names).check() }
    let interpreter = try Interpreter(
      memoryLimit: memoryLimit?.bytes, catalogue: plugins.libraryCatalogue(),
      hasModule: !code.isEmpty || interactive)
    try plugins.load(into: interpreter.session)
    try interpreter.setArguments(
      script: path, Array(script.dropFirst()),
      after: path == nil ? [] : CommandLine.arguments.dropLast(script.count))
    Interrupts.listen()
    for text in code { try evaluate(text, interpreter) }
    if path != nil || code.isEmpty { try runScript(path, interpreter) }
    if interactive { try REPL(interpreter).run() }
  }

  private func evaluate(_ text: String, _ interpreter: Interpreter) throws {
    let chunk = try interpreter.compileExpressionFirst(text, name: "-e")
    let values = try interpreter.hinting(at: text) { try chunk.call() }
    let printer = ValueText(context: interpreter.context, width: Console.width)
    if try printer.isShown(values, of: text) { Console.print(try printer.text(of: values)) }
  }

  private func runScript(_ path: String?, _ interpreter: Interpreter) throws {
    let chunk: LuaFunction
    if let path, path != "-" {
      try requireSameScript(path)
      do { chunk = try interpreter.context.compileFile(path) } catch var error as LuaError {
        if !error.message.contains(path) { error.message = "\(path): \(error.message)" }
        throw error
      }
    } else {
      // Standard input is that of one rank.
      let text = try Ranks.transport?.told { try StandardInput.text() } ?? StandardInput.text()
      chunk = try interpreter.context.compile(text.withoutFirstLineMark, name: "stdin")
    }
    _ = try interpreter.hinting(at: Self.text(ofFile: path)) {
      try chunk.call(script.dropFirst().map { $0 as any LuaConvertible })
    }
  }
}

extension RunCommand {
  /// What is in a file; nothing where it can't be read.
  fileprivate static func text(ofFile path: String?) -> String {
    String(decoding: path.flatMap { try? AtomicFile.read($0) } ?? [], as: UTF8.self)
  }
}

/// Ranks on several machines may find another script under the same name.
private func requireSameScript(_ path: String) throws {
  guard let ranks = Ranks.transport else { return }
  let text = (try? AtomicFile.read(path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  try ranks.requireSame(text, "scripts by the name \(path)")
}

extension String {
  /// A first line that begins with `#` becomes an empty one, as in a file.
  fileprivate var withoutFirstLineMark: String {
    hasPrefix("#") ? String(drop { $0 != "\n" }) : self
  }
}
