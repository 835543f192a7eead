#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that is written under another name beside its own, which it takes in the end: it appears whole or not at all.
///
/// What is no regular file, such as a terminal or a pipe, is written to directly.
package struct PendingFile: Sendable {
  /// Where its bytes go; who opened it closes it.
  package let descriptor: Int32
  /// The name that error messages use.
  private let path: String
  /// The name that it takes: `path`, or what that links to.
  private let target: String
  /// The name that it has meanwhile; `nil` where it is written to directly.
  private let temporary: String?

  /// Opens it.
  ///
  /// - Throws: `io` naming the path and the system's reason.
  package init(_ path: String) throws {
    try AtomicFile.checkName(path)
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists && status.st_mode & S_IFMT == S_IFDIR {
      throw EmulsionError(.io, "\(path): is a directory; name a file in it")
    }
    let isRegular = !exists || status.st_mode & S_IFMT == S_IFREG
    self.path = path
    target = exists && isRegular ? Self.resolved(path) : path
    temporary =
      isRegular ? "\(target).\(String(UInt64.random(in: .min ... .max), radix: 36)).tmp" : nil
    let flags = O_WRONLY | O_CLOEXEC | (isRegular ? O_CREAT | O_EXCL : 0)
    descriptor = open(temporary ?? path, flags, 0o666)
    guard descriptor >= 0 else { throw failure() }
    // Replacing a file keeps its permissions.
    if exists && isRegular { fchmod(descriptor, status.st_mode & 0o777) }
  }

  /// The name under which it is written.
  package var name: String { temporary ?? path }

  /// Gives it its name.
  ///
  /// - Throws: `io`; nothing is left behind.
  package func commit() throws {
    guard let temporary else { return }
    guard rename(temporary, target) == 0 else {
      let error = failure()
      unlink(temporary)
      throw error
    }
  }

  /// Removes what was written.
  package func discard() {
    if let temporary { unlink(temporary) }
  }

  /// That it cannot be written, for the reason that the system gave last.
  package func failure() -> EmulsionError {
    EmulsionError(.io, "\(path): cannot be written: \(systemMessage())")
  }

  /// The file that `path` names after following links.
  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }
}

/// What the system says of its last error, or of one by its code.
package func systemMessage(_ code: Int32 = errno) -> String {
  strerror(code).map { String(cString: $0) } ?? "error \(code)"
}
