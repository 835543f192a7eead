import Foundation

/// Debian's own Lua with the module `emulsion`.
enum StockLua {
  /// The program; `nil` where it is not installed.
  static let program: String? = {
    let folders = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return folders.split(separator: ":").map { "\($0)/lua5.4" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  /// Why a test is skipped.
  static let missing = "lua5.4 is not installed: apt-get install lua5.4"

  /// The module, which lies beside the tests, under the name that `require` looks for.
  private static func path(in folder: URL) throws -> String {
    let library = URL(filePath: try Command.path()).deletingLastPathComponent()
      .appending(path: "libEmulsionStockLua.so")
    let modules = folder.appending(path: ".modules")
    try FileManager.default.createDirectory(at: modules, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      at: modules.appending(path: "emulsion.so"), withDestinationURL: library)
    return modules.path + "/?.so;;"
  }

  /// What it takes to start it.
  static func invocation(_ arguments: [String]) throws -> Invocation {
    guard let program else { throw Command.Failure(reason: missing) }
    let folder = try TemporaryFolder()
    return Invocation(
      program: program, arguments: arguments, folder: folder,
      environment: ["LUA_CPATH": try path(in: folder.url)])
  }

  /// Runs a script to its end.
  static func run(_ arguments: String..., folder: URL? = nil) throws -> Command.Result {
    let call = try invocation(arguments)
    return try Command.execute(
      call.program, call.arguments, input: "", folder: folder, environment: call.environment)
  }
}

/// A program, its arguments, and what its environment has besides.
struct Invocation {
  var program: String
  var arguments: [String]
  var folder: TemporaryFolder
  var environment: [String: String] = [:]
}
