import Emulsion
import EmulsionLua
import LuaBridge

/// Lua with the module `emulsion`, as the command runs it: trusted, ended by Ctrl-C.
struct Interpreter {
  let session: LuaSession
  var context: LuaContext { session.context }

  /// Opens an interpreter.
  ///
  /// - Parameters:
  ///   - memoryLimit: Bytes that Lua and what it holds may take; `nil` for no limit.
  ///   - catalogue: The families and whatever else scripts find by name.
  ///   - hasModule: Whether the global `em` is there without `require`.
  init(memoryLimit: Int?, catalogue: Catalogue, hasModule: Bool) throws {
    session = try LuaSession(
      isTrusted: true, memoryLimit: memoryLimit, interrupt: Interrupts.flag,
      catalogue: catalogue, isModuleGlobal: hasModule)
    context.screenWidth = Console.width
  }

  /// Sets the global `arg`: the script's name at 0, its arguments from 1, and below 0 what stood before it on the
  /// command line, the command's own name first.
  func setArguments(script: String?, _ arguments: [String], after before: [String] = []) throws {
    let table = try LuaTable(in: context)
    try table.set(0, to: script ?? "emulsion")
    for (position, argument) in arguments.enumerated() {
      try table.set(position + 1, to: argument)
    }
    for (position, word) in before.reversed().enumerated() {
      try table.set(-1 - position, to: word)
    }
    try context.globals().set("arg", to: table)
  }

  /// Runs code of a text; where that calls something of the module that is not there, the error names what is near.
  func hinting<Result>(at text: @autoclosure () -> String, _ body: () throws -> Result) throws
    -> Result
  {
    do { return try body() } catch var error as LuaError {
      if let missing = MissingName(message: error.message) {
        error.message += (try? missing.hint(for: text(), in: context)) ?? ""
      }
      throw error
    }
  }

  /// Compiles code the way a person types it: as an expression where it is one, else as statements.
  ///
  /// - Throws: ``LuaError`` of kind `incomplete` where either may be what it is going to be.
  func compileExpressionFirst(_ text: String, name: String) throws -> LuaFunction {
    let expression: LuaError
    do { return try context.compile("return " + text, name: name) } catch let error as LuaError {
      expression = error
    }
    do { return try context.compile(text, name: name) } catch let error as LuaError {
      if expression.kind == .incomplete && error.kind != .incomplete { throw expression }
      // `1 +* 2` is no statement at "1" already, but it is as an expression that it is wrong.
      throw error.isAtBeginning(of: text) ? expression : error
    }
  }
}

extension LuaError {
  fileprivate func isAtBeginning(of text: String) -> Bool {
    guard kind == .syntax, let mark = message.lastRange(of: "unexpected symbol near '") else {
      return false
    }
    let token = message[mark.upperBound...].dropLast()
    return text.drop(while: \.isWhitespace).hasPrefix(token)
  }
}

extension String {
  /// Where `part` occurs last.
  fileprivate func lastRange(of part: String) -> Range<String.Index>? {
    var start = endIndex
    while true {
      if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
      if start == startIndex { return nil }
      start = index(before: start)
    }
  }
}
