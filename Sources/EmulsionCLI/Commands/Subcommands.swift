import ArgumentParser

/// What `emulsion` can be told to do.
enum Subcommands {
  static let all: [any ParsableCommand.Type] = [
    RunCommand.self, ReplCommand.self, FitCommand.self, SelectCommand.self, PredictCommand.self,
    SampleCommand.self, PluginCommand.self, DoctorCommand.self, ReferenceCommand.self,
  ]

  /// Their names.
  static var names: [String] { all.compactMap { $0.configuration.commandName } }
}
