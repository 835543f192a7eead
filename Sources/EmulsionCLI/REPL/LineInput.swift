#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where the REPL's lines come from: a line editor on a terminal, else standard input as it is.
enum LineInput {
  case editor(LineEditor)
  case plain

  /// The colours and words of a prompt.
  enum Prompt {
    case first
    case continuation
  }

  var isInteractive: Bool {
    if case .editor = self { true } else { false }
  }

  func read(_ prompt: Prompt) -> LineEditor.Reading {
    switch self {
    case .editor(let editor): editor.read(prompt: prompt.text)
    case .plain: readLine().map { .line($0) } ?? .end
    }
  }

  func remember(_ entry: String) {
    if case .editor(let editor) = self { editor.remember(entry) }
  }
}

extension LineInput.Prompt {
  /// As wide as each other, so that continued lines stand below the first.
  fileprivate var text: String {
    let words = self == .first ? "em>" : "..>"
    guard LineEditor.hasEscapes, getenv("NO_COLOR") == nil else { return words + " " }
    let colour = self == .first ? "\u{1B}[1;34m" : "\u{1B}[34m"
    return "\u{1}\(colour)\u{1}\(words)\u{1}\u{1B}[0m\u{1} "
  }
}
