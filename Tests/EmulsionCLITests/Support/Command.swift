import Foundation

/// The command as a shell runs it.
struct Command {
  /// What it left behind.
  struct Result {
    var status: Int32
    var output: String
    var errors: String

    /// Standard output, by lines.
    var lines: [String] { output.split(separator: "\n").map(String.init) }
  }

  /// A test that cannot be run.
  struct Failure: Error {
    var reason: String
  }

  /// The product, which lies beside the tests.
  static func path() throws -> String {
    guard let tests = Bundle.main.executableURL else { throw Failure(reason: "no product") }
    return tests.deletingLastPathComponent().appending(path: "emulsion").path
  }

  /// The root of the package.
  static var root: URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
  }

  /// Runs it to its end.
  static func run(_ arguments: String..., input: String = "", folder: URL? = nil) throws -> Result {
    try run(arguments, input: input, folder: folder)
  }

  /// Runs it to its end.
  static func run(_ arguments: [String], input: String = "", folder: URL? = nil) throws -> Result {
    try execute(path(), arguments, input: input, folder: folder)
  }

  /// Runs a line of shell, in which `emulsion` is the command.
  static func shell(_ line: String, folder: URL? = nil) throws -> Result {
    let quoted = "'" + (try path()) + "'"
    let script = "set -o pipefail; emulsion() { command \(quoted) \"$@\"; }; \(line)"
    return try execute("/bin/bash", ["-c", script], input: "", folder: folder)
  }

  /// Runs a program to its end.
  static func execute(
    _ path: String, _ arguments: [String], input: String, folder: URL?,
    environment: [String: String] = [:]
  ) throws -> Result {
    // Files, not pipes: they hold any amount, and no one has to read them meanwhile.
    let scratch = try TemporaryFolder()
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.currentDirectoryURL = folder ?? scratch.url
    process.environment = Self.environment(home: scratch.url)
      .merging(environment) { $1 }
    process.standardInput = try FileHandle(forReadingFrom: scratch.write(input, to: ".input"))
    let output = try scratch.write("", to: ".output")
    let errors = try scratch.write("", to: ".errors")
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    process.waitUntilExit()
    let isSignal = process.terminationReason == .uncaughtSignal
    return Result(
      status: process.terminationStatus + (isSignal ? 128 : 0),
      output: try String(contentsOf: output, encoding: .utf8),
      errors: try String(contentsOf: errors, encoding: .utf8))
  }

  /// The environment of this process, with a home of its own.
  static func environment(home: URL) -> [String: String] {
    var environment = ProcessInfo.processInfo.environment
    environment["HOME"] = home.path
    environment["XDG_STATE_HOME"] = home.appending(path: "state").path
    environment["NO_COLOR"] = "1"
    environment["LC_ALL"] = "C.UTF-8"
    return environment
  }
}
