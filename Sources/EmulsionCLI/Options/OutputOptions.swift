import ArgumentParser
import Emulsion

/// How results are written.
enum ResultFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
  case text
  case csv
  case json
}

/// Where results go, and how they are written.
struct OutputOptions: ParsableArguments {
  @Option(help: ArgumentHelp("How to write the result.", valueName: "format"))
  var format: ResultFormat?

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("The file to write instead of standard output.", valueName: "file"),
    completion: .file())
  var output: String?

  /// The format asked for, or the one that the name of the file tells, or `standard`.
  func format(standard: ResultFormat) -> ResultFormat {
    if let format { return format }
    guard let output else { return standard }
    if output.hasSuffix(".csv") { return .csv }
    if output.hasSuffix(".json") { return .json }
    return output.hasSuffix(".txt") ? .text : standard
  }

  /// Writes a result: to standard output, or to a file that appears whole or not at all.
  func write(_ text: String) throws {
    let line = text.hasSuffix("\n") ? text : text + "\n"
    guard let output else { return Console.write(line) }
    guard Ranks.isFirst else { return }
    try AtomicFile.write(Array(line.utf8), to: output)
  }
}
