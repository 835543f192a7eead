import ArgumentParser
import Emulsion

/// `emulsion plugin …`
struct PluginCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plugin",
    abstract: "Write a family, covariance model, initializer or criterion of your own.",
    subcommands: [PluginNewCommand.self, PluginCheckCommand.self])
}

/// `emulsion plugin new Name`
struct PluginNewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Begin a plugin: a folder with something small that builds and works.",
    discussion: """
      In C a family begins as the geometric one, in Swift as the Rayleigh distribution, in Lua as the exponential \
      one: replace its density, its sums and its estimate by your own. Covariance models, criteria and initializers in \
      Swift come with a command of their own that knows them.
      """)

  @Argument(help: "Its name, such as Weibull; the folder gets it too.")
  var name: String

  @Option(help: "family, covariance, initializer or criterion.")
  var kind: PluginKind = .family

  @Option(help: "c, swift or lua; by default the first that the kind can be written in.")
  var language: PluginLanguage?

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
    let language = language ?? kind.languages[0]
    guard kind.languages.contains(language) else {
      throw UsageError(
        description:
          "plugin new: a \(kind.rawValue) can't be written in \(language.rawValue); there are "
          + PluginKind.pairs)
    }
    let skeleton =
      switch (language, kind) {
      case (.c, _): PluginSkeleton(c: name)
      case (.lua, _): PluginSkeleton(lua: name, kind)
      case (.swift, .family): PluginSkeleton(swift: name, emulsion: emulsion)
      case (.swift, _): PluginSkeleton(command: name, kind, emulsion: emulsion)
      }
    try skeleton.write(to: name)
    let build = skeleton.build.map { ["Build it by", "  (cd \(name) && \($0))"] } ?? []
    Console.print(
      (["\(name) has \(skeleton.files.map(\.path).joined(separator: ", "))."] + build
        + ["Check and try it by"] + skeleton.trial.map { "  \($0)" }).joined(separator: "\n"))
  }
}
