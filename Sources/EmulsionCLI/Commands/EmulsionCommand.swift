import ArgumentParser
import Emulsion

/// The `emulsion` command: runs scripts, talks, and fits without a script.
struct RootCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "emulsion",
    abstract: "Finite mixture models: scripts in Lua, a session to explore in, and fits of a file.",
    usage: """
      emulsion                         talk with it on a terminal; else run standard input
      emulsion SCRIPT.lua [ARG…]       run a script
      emulsion -e 'CODE'               run CODE; an expression prints its value
      emulsion fit DATA [OPTION…]      fit one mixture
      emulsion select DATA [OPTION…]   choose the best of many
      emulsion predict MODEL.json DATA
      emulsion sample MODEL.json -n 1000
      emulsion plugin new NAME
      emulsion plugin check LIB.so
      emulsion doctor                  see whether everything works
      """,
    version: emulsionVersion,
    subcommands: Subcommands.all,
    defaultSubcommand: RunCommand.self)
}

/// The command as a whole, for programs that add what they have registered.
///
///     var catalogue = Catalogue.withPlugins
///     catalogue.register(MyCovarianceModel())
///     EmulsionCommand.main(catalogue: catalogue)
public enum EmulsionCommand {
  /// Runs the command with the arguments of the process, and ends it.
  ///
  /// - Parameter catalogue: The families and whatever else scripts, sessions and subcommands find by name.
  public static func main(catalogue: Catalogue) -> Never {
    Catalogue.useInCommand(catalogue)
    Console.prepare()
    do {
      try Ranks.prepare()
      try Subcommands.checkHelp(CommandLine.arguments.dropFirst())
      var command = try RootCommand.parseAsRoot()
      try command.run()
      try Console.flush()
    } catch {
      let outcome = Outcome(of: error)
      if let text = outcome.text {
        outcome.isFailure ? Console.complain(text) : Console.print(text)
      }
      Ranks.end(outcome.status, outcome.text)
      Console.exit(outcome.status)
    }
    Console.exit(.done)
  }
}
