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
      let line = message.asOneLine.completingOption(of: error.subcommand)
      let help = line.hasSuffix("?") ? "" : "; see emulsion\(error.helpOption) --help"
      return (.wrongUsage, line + help)
    default: return (.failed, message)
    }
  }
}

extension Error {
  /// The subcommand whose help explains a parsing error, with a space before it.
  fileprivate var helpOption: String {
    subcommand?.configuration.commandName.map { " \($0)" } ?? ""
  }

  /// The subcommand that a parsing error is about.
  fileprivate var subcommand: (any ParsableCommand.Type)? {
    let usage = RootCommand.fullMessage(for: self)
    return Subcommands.all.first { command in
      guard let name = command.configuration.commandName else { return false }
      return usage.contains("emulsion \(name) --help") || usage.contains("emulsion help \(name)")
    }
  }
}

extension String {
  /// A line about an unknown option, with the one that it begins in place of a guess at what was mistyped.
  fileprivate func completingOption(of command: (any ParsableCommand.Type)?) -> String {
    let mark = "unknown option '"
    guard let command, hasPrefix(mark + "--") else { return self }
    let option = dropFirst(mark.count).prefix { $0 != "'" }
    let words = RootCommand.helpMessage(for: command).split { $0 == " " || $0 == "\n" || $0 == "/" }
    let names = Set(
      words.filter { $0.hasPrefix(option) && $0.allSatisfy { $0 == "-" || $0.isLetter } })
    guard names.count == 1, let name = names.first else { return self }
    return "\(mark)\(option)'; did you mean '\(name)'?"
  }

  /// One of ArgumentParser's messages as one line in the style of our own.
  fileprivate var asOneLine: String {
    let lines = split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: " ")
    let stopped = lines.hasSuffix(".") ? lines.dropLast() : lines[...]
    let text = stopped.prefix(1).lowercased() + stopped.dropFirst()
    guard let hint = text.firstRange(of: "'. Did you mean ") else { return text }
    return text[..<hint.lowerBound] + "'; did you mean " + text[hint.upperBound...]
  }
}
