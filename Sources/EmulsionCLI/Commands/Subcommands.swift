import ArgumentParser
import Emulsion

/// What `emulsion` can be told to do.
enum Subcommands {
  static let all: [any ParsableCommand.Type] = [
    RunCommand.self, ReplCommand.self, FitCommand.self, SelectCommand.self, PredictCommand.self,
    SampleCommand.self, PluginCommand.self, DoctorCommand.self, ManualCommand.self,
    ReferenceCommand.self,
  ]

  /// Their names.
  static var names: [String] { all.compactMap { $0.configuration.commandName } }

  /// Refuses to be asked for the help of what is none of them, of which there would be that of all.
  static func checkHelp(_ arguments: some Collection<String>) throws {
    guard arguments.first == "help", let name = arguments.dropFirst().first,
      !name.hasPrefix("-"), name != "help", !names.contains(name)
    else { return }
    throw UsageError(
      description: "help: there is no command \"\(name)\"" + nameHint(for: name, among: names))
  }
}
