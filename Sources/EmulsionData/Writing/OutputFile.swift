import CZlib
import Emulsion

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that appears whole under its name or not at all.
///
/// Bytes are gathered, and packed where that is asked for.
struct OutputFile {
  private enum Sink {
    case plain(CInt)
    case packed(gzFile)
  }

  private let file: PendingFile
  private let sink: Sink
  private var buffer: [UInt8] = []

  private static let bufferSize = 1 << 16

  /// Writes the file at `path` by `body`; where that throws, what was there before stays.
  ///
  /// - Throws: `io` where the file cannot be written, and what `body` throws.
  static func write(
    to path: String, isPacked: Bool = false, _ body: (inout OutputFile) throws -> Void
  ) throws {
    var file = try OutputFile(path, isPacked: isPacked)
    do {
      try body(&file)
      try file.flush()
    } catch {
      file.discard()
      throw error
    }
    try file.commit()
  }

  private init(_ path: String, isPacked: Bool) throws {
    file = try PendingFile(path)
    if isPacked {
      guard let packed = gzdopen(file.descriptor, "wb6") else {
        close(file.descriptor)
        file.discard()
        throw EmulsionError(.io, "\(path): not enough memory to pack it")
      }
      sink = .packed(packed)
    } else {
      sink = .plain(file.descriptor)
    }
    buffer.reserveCapacity(OutputFile.bufferSize + 256)
  }

  /// Adds `text`.
  mutating func write(_ text: String) throws {
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= OutputFile.bufferSize { try flush() }
  }

  /// Adds `bytes`.
  mutating func write(_ bytes: [UInt8]) throws {
    buffer.append(contentsOf: bytes)
    try flush()
  }

  private mutating func flush() throws {
    try buffer.withUnsafeBytes { bytes in
      var start = 0
      while start < bytes.count {
        let rest = bytes[start...]
        let size = min(rest.count, 1 << 30)
        let written =
          switch sink {
          case .plain(let descriptor):
            Int(unistdWrite(descriptor, UnsafeRawBufferPointer(rebasing: rest.prefix(size))))
          case .packed(let file):
            Int(gzwrite(file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, UInt32(size)))
          }
        if written < 0 && errno == EINTR { continue }
        guard written > 0 else { throw self.file.failure() }
        start += written
      }
    }
    buffer.removeAll(keepingCapacity: true)
  }

  private func commit() throws {
    let isClosed =
      switch sink {
      case .plain(let descriptor): close(descriptor) == 0
      case .packed(let file): gzclose(file) == Z_OK
      }
    guard isClosed else {
      let error = file.failure()
      file.discard()
      throw error
    }
    try file.commit()
  }

  private func discard() {
    switch sink {
    case .plain(let descriptor): close(descriptor)
    case .packed(let file): gzclose(file)
    }
    file.discard()
  }
}

private func unistdWrite(_ descriptor: CInt, _ bytes: UnsafeRawBufferPointer) -> Int {
  write(descriptor, bytes.baseAddress, bytes.count)
}
