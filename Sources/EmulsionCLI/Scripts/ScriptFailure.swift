import LuaBridge

/// What a person is told of a script's failure.
struct ScriptFailure {
  /// One line, and below it the calls that led there where functions of the script did.
  let text: String

  init(_ error: LuaError) {
    let calls = error.traceback.map(Self.calls) ?? []
    let helps = error.kind == .script && calls.contains { Self.isInFunction($0) }
    text = ([error.description] + (helps ? calls.map { "  \($0)" } : [])).joined(separator: "\n")
  }

  private static let mostCalls = 12

  /// The lines of a traceback that stand for code of the script.
  private static func calls(_ traceback: String) -> [String] {
    var lines = traceback.split(separator: "\n").dropFirst().map { line in
      String(line.drop(while: \.isWhitespace))
    }
    if let main = lines.firstIndex(where: { $0.hasSuffix("in main chunk") }) {
      lines.removeSubrange((main + 1)...)
    }
    // A recursion without end is told from its first calls.
    if lines.count > mostCalls {
      lines.replaceSubrange((mostCalls - 1)..., with: ["…"])
    }
    // The function that raised an error and calls that Lua has forgotten tell nothing.
    return lines.filter { $0 != "[C]: in function 'error'" && $0 != "(...tail calls...)" }
  }

  private static func isInFunction(_ call: String) -> Bool {
    !call.hasPrefix("[C]") && !call.hasSuffix("in main chunk") && call.contains(": in ")
  }
}
