import Foundation
import Testing

/// The README shows what is there, and what comes out.
@Suite struct ReadmeTests {
  /// A fenced block.
  private struct Block {
    var language: String
    var text: String
  }

  private let blocks: [Block]

  init() throws {
    let text = try String(contentsOf: Command.root.appending(path: "README.md"), encoding: .utf8)
    var blocks: [Block] = []
    var open: Block?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("```") else {
        open?.text += line + "\n"
        continue
      }
      if let block = open { blocks.append(block) }
      open = open == nil ? Block(language: String(line.dropFirst(3)), text: "") : nil
    }
    self.blocks = blocks
  }

  private func file(_ path: String) throws -> String {
    try String(contentsOf: Command.root.appending(path: path), encoding: .utf8)
  }

  /// The block that equals a file, and the one after it.
  private func output(after language: String, _ path: String) throws -> String {
    let text = try file(path)
    let index = try #require(
      blocks.firstIndex { $0.language == language && $0.text == text },
      "README.md does not show \(path) as it is")
    try #require(index + 1 < blocks.count)
    return blocks[index + 1].text
  }

  @Test func theScriptGivesTheOutputShown() throws {
    let shown = try output(after: "lua", "scripts/old_faithful.lua")
    let script = Command.root.appending(path: "scripts/old_faithful.lua").path
    let result = try Command.run(script)
    #expect(result.status == 0)
    #expect(result.output == shown)
  }

  @Test func theSwiftExampleIsTheOneThatIsRun() throws {
    let fixture = "Tests/Fixtures/UsesEmulsion"
    let shown = try output(after: "swift", "\(fixture)/Sources/UsesEmulsion/main.swift")
    #expect(try shown == file("\(fixture)/output.txt"))
  }

  @Test func theCommandsWork() throws {
    let commands = blocks.filter { $0.language == "sh" }.flatMap { $0.text.split(separator: "\n") }
      .map { $0.prefix { $0 != "#" } }.filter { $0.hasPrefix("emulsion ") }
    #expect(commands.count >= 4)
    let folder = try TemporaryFolder()
    for command in commands {
      let result = try Command.shell(String(command), folder: folder.url)
      #expect(result.status == 0, "\(command): \(result.errors)")
    }
  }
}
