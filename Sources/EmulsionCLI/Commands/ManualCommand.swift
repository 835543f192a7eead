import ArgumentParser
import Emulsion

/// `emulsion manual`: the page that `man emulsion` shows, made of what `--help` says.
struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual", abstract: "The manual page, for man.", shouldDisplay: false)

  func run() throws { Console.print(Self.page) }

  private static var page: String {
    let commands = Subcommands.all.filter { $0.configuration.shouldDisplay }
    let sections: [(String, String)] =
      [
        ("NAME", "emulsion \\- finite mixture models: scripts, a session, and fits of a file"),
        ("SYNOPSIS", preformatted(RootCommand.configuration.usage ?? "emulsion")),
        ("DESCRIPTION", escaped(description)),
      ]
      + commands.map { command in
        let name = command.configuration.commandName ?? ""
        return (
          "EMULSION \(name.uppercased())",
          preformatted(RootCommand.helpMessage(for: command, columns: 72))
        )
      } + [
        ("ENVIRONMENT", preformatted(environment)), ("EXIT STATUS", preformatted(status)),
        ("FILES", preformatted("$XDG_STATE_HOME/emulsion/history   entries of sessions")),
      ]
    return ".TH EMULSION 1 \"\" \"emulsion \(emulsionVersion)\"\n"
      + sections.map { ".SH \($0.0)\n\($0.1)" }.joined(separator: "\n")
  }

  private static let description = """
    Emulsion fits mixtures of Gaussians and of many other families by EM: which groups a table of \
    numbers falls into, how many there are, and how sure that is. Results go to standard output, \
    aligned on a terminal, as CSV or JSON by --format; progress and warnings go to standard error.
    """

  private static let environment = """
    EMULSION_PLUGIN_PATH   plugins to load: libraries and folders, between colons
    PAGER                  what %page shows long values in
    NO_COLOR               sessions without colours
    TMPDIR                 where plots are prepared
    """

  private static let status = """
    0    done
    1    the script or fit failed
    2    wrong usage
    130  interrupted
    """

  private static func preformatted(_ text: String) -> String { ".nf\n\(escaped(text))\n.fi" }

  /// A backslash and a dash are themselves, and a dot at the beginning of a line is no request.
  private static func escaped(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let plain = line.map { $0 == "\\" ? "\\e" : $0 == "-" ? "\\-" : String($0) }.joined()
      return plain.hasPrefix(".") || plain.hasPrefix("'") ? "\\&" + plain : plain
    }.joined(separator: "\n")
  }
}
