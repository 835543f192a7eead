import Emulsion

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Standard input as a script.
enum StandardInput {
  /// All of it.
  ///
  /// - Throws: `io` where it cannot be read, `cancelled` after Ctrl-C.
  static func text() throws -> String {
    var bytes: [UInt8] = []
    while true {
      let chunk = try [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
        let got = read(STDIN_FILENO, buffer.baseAddress, buffer.count)
        if got < 0 && errno == EINTR { throw EmulsionError(.cancelled, "interrupted") }
        guard got >= 0 else {
          throw EmulsionError(.io, "standard input: cannot be read: \(systemMessage())")
        }
        count = got
      }
      if chunk.isEmpty { return String(decoding: bytes, as: UTF8.self) }
      bytes += chunk
    }
  }
}
