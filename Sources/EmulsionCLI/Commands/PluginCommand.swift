import ArgumentParser
import Emulsion

/// `emulsion plugin …`
struct PluginCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plugin",
    abstract: "Write a family of your own as a shared library.",
    subcommands: [PluginNewCommand.self, PluginCheckCommand.self])
}

/// The languages that `emulsion plugin new` knows.
enum PluginLanguage: String, ExpressibleByArgument, CaseIterable, Sendable {
  case c
  case swift
}

/// `emulsion plugin new Name`
struct PluginNewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Begin a plugin: a folder with a small family that builds and works.",
    discussion: """
      In C the family begins as the geometric one, in Swift as the Rayleigh distribution: replace its \
      density, its sums and its estimate by your own.
      """)

  @Argument(help: "The family's name, such as Weibull; the folder gets it too.")
  var name: String

  @Option(help: "c or swift.")
  var language: PluginLanguage = .c

  @Option(
    help: ArgumentHelp(
      "Where the package Emulsion is, for Swift; seen from the new folder.", valueName: "folder"),
    completion: .directory)
  var emulsion: String = "../emulsion"

  func run() throws {
    guard let first = name.utf8.first, (65...90).contains(first),
      name.utf8.allSatisfy({ CursorContext.isNameByte($0) && $0 < 128 })
    else {
      throw UsageError(
        description: "plugin new: a name is a capital letter with letters, digits and "
          + "underscores behind it, such as Weibull; \"\(name)\" is none")
    }
    let skeleton =
      switch language {
      case .c: PluginSkeleton(c: name)
      case .swift: PluginSkeleton(swift: name, emulsion: emulsion)
      }
    try skeleton.write(to: name)
    Console.print(
      """
      \(name) has \(skeleton.files.map(\.path).joined(separator: ", ")).
      Build it by
        (cd \(name) && \(skeleton.build))
      and check and try it by
        emulsion plugin check \(name)/\(skeleton.library)
        emulsion fit DATA --plugin \(name)/\(skeleton.library) --family \(name.lowercased())
      """)
  }
}
