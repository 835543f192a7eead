#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where entries are remembered from session to session.
enum HistoryFile {
  /// The file, its folder made; `nil` where there is no home.
  static func path() -> String? {
    guard let base = variable("XDG_STATE_HOME") ?? variable("HOME").map({ $0 + "/.local/state" })
    else { return nil }
    let folder = base + "/emulsion"
    makePrivateDirectory(folder)
    return isDirectory(folder) ? folder + "/history" : nil
  }

  /// An absolute path from the environment.
  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil }
  }
}
