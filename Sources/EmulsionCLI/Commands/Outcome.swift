import ArgumentParser
import Emulsion
import LuaBridge

/// What an error means for the shell and for the reader.
struct Outcome {
  var status: ExitStatus
  /// What to print, if anything is left to say.
  var text: String?

  var isFailure: Bool { status != .done }

  init(of error: any Error) {
    switch error {
    case let error as ExitStatus:
      (status, text) = (error, nil)
    case let error as UsageError:
      (status, text) = (.wrongUsage, error.description)
    case let error as EmulsionError:
      status =
        switch error.code {
        case .invalidOption: .wrongUsage
        // A time limit may end a fit as well.
        case .cancelled: Interrupts.isRaised ? .interrupted : .failed
        default: .failed
        }
      text = error.message
    case let error as LuaError:
      // A fit that Ctrl-C ends fails with what it had reached.
      status = error.kind == .interrupted || Interrupts.isRaised ? .interrupted : .failed
      text = ScriptFailure(error).text
    default:
      (status, text) = Self.parsing(error)
    }
  }

  /// ArgumentParser ends by an error for `--help` too.
  private static func parsing(_ error: any Error) -> (ExitStatus, String) {
    let message = RootCommand.message(for: error)
    switch RootCommand.exitCode(for: error) {
    case .success: return (.done, RootCommand.fullMessage(for: error))
    case .validationFailure:
      let line = message.asOneLine
      let help = line.hasSuffix("?") ? "" : "; see emulsion\(error.helpOption) --help"
      return (.wrongUsage, line + help)
    default: return (.failed, message)
    }
  }
}

extension Error {
  /// The subcommand whose help explains a parsing error, with a space before it.
  fileprivate var helpOption: String {
    let usage = RootCommand.fullMessage(for: self)
    let name = Subcommands.names.first {
      usage.contains("emulsion \($0) --help") || usage.contains("emulsion help \($0)")
    }
    return name.map { " \($0)" } ?? ""
  }
}

extension String {
  /// One of ArgumentParser's messages as one line in the style of our own.
  fileprivate var asOneLine: String {
    let lines = split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: " ")
    let stopped = lines.hasSuffix(".") ? lines.dropLast() : lines[...]
    let text = stopped.prefix(1).lowercased() + stopped.dropFirst()
    guard let hint = text.firstRange(of: "'. Did you mean ") else { return text }
    return text[..<hint.lowerBound] + "'; did you mean " + text[hint.upperBound...]
  }
}
