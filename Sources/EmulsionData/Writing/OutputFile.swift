import CZlib
import Emulsion

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that appears whole under its name or not at all.
///
/// Bytes go to a new file beside it, which takes the name at the end. What is no regular file, such
/// as a terminal or a pipe, is written to directly.
struct OutputFile {
  private enum Sink {
    case plain(CInt)
    case packed(gzFile)
  }

  /// The name that error messages use.
  private let path: String
  /// The name the file takes in the end: `path`, or what it links to.
  private let target: String
  /// The name it has while it is being written, or `nil` where it is written to directly.
  private let temporary: String?
  private let sink: Sink
  private var buffer: [UInt8] = []

  private static let bufferSize = 1 << 16

  /// Writes the file at `path` by `body`; where that throws, what was there before stays.
  ///
  /// - Throws: `io` where the file can not be written, and what `body` throws.
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
    try AtomicFile.checkName(path)
    self.path = path
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists && status.st_mode & S_IFMT == S_IFDIR {
      throw EmulsionError(.io, "\(path): is a directory; name a file in it")
    }
    let isRegular = !exists || status.st_mode & S_IFMT == S_IFREG
    target = exists && isRegular ? resolved(path) : path
    temporary =
      isRegular ? "\(target).\(String(UInt64.random(in: .min ... .max), radix: 36)).tmp" : nil
    let flags = O_WRONLY | O_CLOEXEC | (isRegular ? O_CREAT | O_EXCL : 0)
    let descriptor = open(temporary ?? path, flags, 0o666)
    guard descriptor >= 0 else { throw writeError(path, errno) }
    // Replacing a file keeps its permissions.
    if exists && isRegular { fchmod(descriptor, status.st_mode & 0o777) }
    if isPacked {
      guard let file = gzdopen(descriptor, "wb6") else {
        close(descriptor)
        if let temporary { unlink(temporary) }
        throw EmulsionError(.io, "\(path): not enough memory to pack it")
      }
      sink = .packed(file)
    } else {
      sink = .plain(descriptor)
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
        guard written > 0 else { throw writeError(path, errno) }
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
    let code = errno
    guard isClosed else {
      if let temporary { unlink(temporary) }
      throw writeError(path, code)
    }
    guard let temporary else { return }
    guard rename(temporary, target) == 0 else {
      let code = errno
      unlink(temporary)
      throw writeError(path, code)
    }
  }

  private func discard() {
    switch sink {
    case .plain(let descriptor): close(descriptor)
    case .packed(let file): gzclose(file)
    }
    if let temporary { unlink(temporary) }
  }
}

private func unistdWrite(_ descriptor: CInt, _ bytes: UnsafeRawBufferPointer) -> Int {
  write(descriptor, bytes.baseAddress, bytes.count)
}

private func writeError(_ path: String, _ code: CInt) -> EmulsionError {
  EmulsionError(.io, "\(path): can not be written: \(systemMessage(code))")
}

/// The file that `path` names after following links.
private func resolved(_ path: String) -> String {
  guard let real = realpath(path, nil) else { return path }
  defer { free(real) }
  return String(cString: real)
}
