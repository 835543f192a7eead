#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

// `AtomicFile.read` and `write` hide the system calls of the same name.
private let readBytes = read as @Sendable (Int32, UnsafeMutableRawPointer?, Int) -> Int
private let writeBytes = write as @Sendable (Int32, UnsafeRawPointer?, Int) -> Int

/// Files that appear whole or not at all.
public enum AtomicFile {
  /// Writes `bytes` to a new file beside `path`, and renames it to `path`.
  ///
  /// - Throws: `io` naming the path and the system's reason; nothing is left behind.
  public static func write(_ bytes: [UInt8], to path: String) throws {
    let temporary = "\(path).\(getpid()).part"
    let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw failure(path) }
    do {
      try bytes.withUnsafeBytes { buffer in
        var done = 0
        while done < buffer.count {
          let written = writeBytes(file, buffer.baseAddress.map { $0 + done }, buffer.count - done)
          if written < 0 && errno == EINTR { continue }
          guard written > 0 else { throw failure(path) }
          done += written
        }
      }
      guard close(file) == 0 else { throw failure(path) }
      guard rename(temporary, path) == 0 else { throw failure(path) }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// Reads a whole file.
  ///
  /// - Throws: `io` naming the path and the system's reason.
  public static func read(_ path: String) throws -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw failure(path, "read") }
    defer { close(file) }
    var bytes: [UInt8] = []
    while true {
      let chunk = try [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
        let got = readBytes(file, buffer.baseAddress, buffer.count)
        guard got >= 0 else { throw failure(path, "read") }
        count = got
      }
      if chunk.isEmpty { return bytes }
      bytes += chunk
    }
  }

  private static func failure(_ path: String, _ verb: String = "write") -> EmulsionError {
    EmulsionError(.io, "cannot \(verb) \(path): \(String(cString: strerror(errno)))")
  }
}
