import Emulsion
import EmulsionData

/// The first word of the command line that is no option: a script, or something mistyped.
struct ScriptName {
  let path: String
  /// The names of the subcommands.
  let commands: [String]

  init(_ path: String, commands: [String]) { (self.path, self.commands) = (path, commands) }

  /// - Throws: A usage error naming what was probably meant, where there is no such script.
  func check() throws {
    if path.hasPrefix("-") && path != "-" {
      throw UsageError(description: "unknown option \"\(path)\"\(hint(Self.options, else: help))")
    }
    if isDirectory(path) { throw UsageError(description: "\(path) is a folder, not a script") }
    if fileExists(path) {
      if let command = dataCommand {
        throw UsageError(
          description: "\(path) is data, not a script; try emulsion \(command) \(path)")
      }
      return
    }
    // A name with a folder or an extension means a file; a bare word may mean a command as well.
    let isBare = !path.contains("/") && !path.contains(".")
    let kind = isBare ? "there is no command or script" : "there is no script"
    let commands = isBare ? commands : []
    throw UsageError(description: "\(kind) \"\(path)\"\(hint(commands + neighbours, else: help))")
  }

  private static let options = [
    "-e", "-i", "--interactive", "--memory-limit", "--version", "--help", "-h",
  ]

  private var help: String { "; see emulsion --help" }

  private func hint(_ names: [String], else otherwise: String) -> String {
    spellingHint(for: path, among: names) ?? otherwise
  }

  /// The Lua scripts in the folder the name points to.
  private var neighbours: [String] {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { String(path[...$0]) } ?? ""
    return names(inDirectory: folder.isEmpty ? "." : folder).filter { $0.hasSuffix(".lua") }
      .map { folder + $0 }
  }

  private var dataCommand: String? {
    let endings = [".csv", ".tsv", ".npy", ".csv.gz", ".tsv.gz"]
    return endings.contains { path.lowercased().hasSuffix($0) } ? "select" : nil
  }
}
