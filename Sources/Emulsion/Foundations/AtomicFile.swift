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
  /// Writes `bytes` to a new file beside `path`, and renames it to `path`, or to what that links to.
  ///
  /// What is no regular file, such as a terminal or a pipe, is written to directly.
  ///
  /// - Throws: `io` naming the path and the system's reason; nothing is left behind.
  public static func write(_ bytes: [UInt8], to path: String) throws {
    let file = try PendingFile(path)
    do {
      try writeAll(bytes, to: file)
    } catch {
      file.discard()
      throw error
    }
    try file.commit()
  }

  private static func writeAll(_ bytes: [UInt8], to file: PendingFile) throws {
    do {
      try bytes.withUnsafeBytes { buffer in
        var done = 0
        while done < buffer.count {
          let written = writeBytes(
            file.descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
          if written < 0 && errno == EINTR { continue }
          guard written > 0 else { throw file.failure() }
          done += written
        }
      }
    } catch {
      close(file.descriptor)
      throw error
    }
    guard close(file.descriptor) == 0 else { throw file.failure() }
  }

  /// Reads a whole file.
  ///
  /// - Throws: `io` naming the path and the system's reason.
  public static func read(_ path: String) throws -> [UInt8] {
    try checkName(path)
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw failure(path) }
    defer { close(file) }
    var bytes: [UInt8] = []
    while true {
      let chunk = try [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
        let got = readBytes(file, buffer.baseAddress, buffer.count)
        guard got >= 0 else { throw failure(path) }
        count = got
      }
      if chunk.isEmpty { return bytes }
      bytes += chunk
    }
  }

  /// Refuses a name with a NUL in it, where the system would take it to end.
  ///
  /// - Throws: `io`.
  public static func checkName(_ path: String) throws {
    guard path.utf8.contains(0) else { return }
    let shown = path.split(separator: "\0", omittingEmptySubsequences: false)
    throw EmulsionError(
      .io,
      "\(shown.joined(separator: "\\0")): there is a NUL byte in the name; no file has such a name")
  }

  private static func failure(_ path: String) -> EmulsionError {
    EmulsionError(.io, "\(path): cannot be read: \(systemMessage())")
  }
}
