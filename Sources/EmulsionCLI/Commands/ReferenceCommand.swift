import ArgumentParser
import EmulsionLua

/// `emulsion reference`: what help says of everything, as `docs/reference.md` holds it.
struct ReferenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reference", abstract: "All help, as a page of Markdown.", shouldDisplay: false)

  func run() throws {
    Console.write(try LuaSession(isTrusted: true, catalogue: .command).reference)
  }
}
