import Foundation

/// Plugins in C, built for one test.
final class PluginFixture {
  static var root: URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
  }

  /// The folder that the libraries are in.
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appending(path: "emulsion-plugin-\(UInt64.random(in: .min ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Builds a library of a source in the package.
  func build(_ source: String, _ options: String...) throws -> String {
    let library = folder.appending(path: "\(UInt64.random(in: .min ... .max)).so").path
    let process = Process()
    process.executableURL = Self.root.appending(path: "scripts/build-plugin")
    process.arguments = [Self.root.appending(path: source).path, library] + options
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.fileNoSuchFile) }
    return library
  }

  /// The example in C.
  func geometric() throws -> String { try build("Plugins/Examples/Geometric/geometric.c") }

  /// The example with a fault: a statement on `family` or `broken`.
  func faulty(_ fault: String) throws -> String {
    try build("Tests/Fixtures/Plugins/faulty.c", "-DFAULT=\(fault)")
  }
}
