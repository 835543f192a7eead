import CZlib
import Emulsion

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Whole files as bytes.
enum FileBytes {
  /// Smaller files are read at once, so that they need not stay open for as long as they are used.
  static let leastMappedSize = 1 << 20
  /// Bytes between looks at the interrupt.
  private static let mostAtOnce = 1 << 22

  /// The bytes of the file at `path`, unpacked where its name ends in `.gz`.
  ///
  /// - Throws: `io` where there is no such file, it is a directory or it cannot be read.
  static func contents(of path: String, _ options: ReadOptions = ReadOptions()) throws -> [UInt8] {
    let (descriptor, size) = try opened(path)
    if path.lowercased().hasSuffix(".gz") { return try unpack(descriptor, path, options) }
    defer { close(descriptor) }
    return try drain(path, expecting: size, options) { target in
      read(descriptor, target.baseAddress, target.count)
    }
  }

  /// The file at `path`, mapped; `nil` where it has fewer bytes than `least` or cannot be mapped.
  ///
  /// - Throws: `io` where there is no such file or it is a directory.
  static func mapped(_ path: String, atLeast least: Int) throws -> MappedFile? {
    let (descriptor, size) = try opened(path)
    if size >= least, let file = MappedFile(descriptor, path: path) { return file }
    close(descriptor)
    return nil
  }

  /// Opens the file at `path`; the size is 0 for what has none, such as a pipe.
  private static func opened(_ path: String) throws -> (descriptor: CInt, size: Int) {
    try AtomicFile.checkName(path)
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw readError(path, errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw readError(path, code)
    }
    if status.st_mode & S_IFMT == S_IFDIR {
      close(descriptor)
      throw directoryError(path)
    }
    return (descriptor, status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : 0)
  }

  /// Refuses what is not there or is a directory.
  static func checkIsFile(_ path: String) throws {
    var status = stat()
    guard stat(path, &status) == 0 else { throw readError(path, errno) }
    if status.st_mode & S_IFMT == S_IFDIR { throw directoryError(path) }
  }

  private static func directoryError(_ path: String) -> EmulsionError {
    EmulsionError(.io, "\(path): is a directory; name a file in it")
  }

  /// Reads a gzip file; closes the descriptor.
  private static func unpack(
    _ descriptor: CInt, _ path: String, _ options: ReadOptions
  ) throws -> [UInt8] {
    guard let file = gzdopen(descriptor, "rb") else {
      close(descriptor)
      throw EmulsionError(.io, "\(path): not enough memory to unpack it")
    }
    defer { gzclose(file) }
    gzbuffer(file, 1 << 17)
    return try drain(path, expecting: 0, options) { unpacked(from: file, into: $0) }
  }

  /// Unpacks the next bytes of a gzip file: how many, 0 at its end, `Int.min` for data that are damaged.
  static func unpacked(from file: gzFile, into target: UnsafeMutableRawBufferPointer) -> Int {
    let count = Int(gzread(file, target.baseAddress, UInt32(min(target.count, 1 << 30))))
    var code: CInt = 0
    // A file cut short ends without an error from `gzread`; zlib tells only when asked.
    if count <= 0, gzerror(file, &code) != nil, code != Z_OK { return Int.min }
    return count
  }

  /// Says that packed data are none.
  static func damaged(_ path: String) -> EmulsionError {
    EmulsionError(.io, "\(path): the gzip data are damaged or cut short")
  }

  /// Calls `fill` with room until it gives 0; it gives −1 for an error in `errno`, and `Int.min`
  /// for packed data that are damaged.
  private static func drain(
    _ path: String, expecting size: Int, _ options: ReadOptions,
    fill: (UnsafeMutableRawBufferPointer) -> Int
  ) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var capacity = size + 1
    if size == 0 { capacity = 1 << 20 }
    while true {
      try options.reserve(capacity)
      var failure: CInt?
      var isAtEnd = false
      bytes = try [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
        _ = buffer.initialize(fromContentsOf: bytes)
        count = bytes.count
        while count < capacity {
          if options.isCancelled() { throw EmulsionError(.cancelled, "interrupted") }
          let part = buffer[count..<min(capacity, count + mostAtOnce)]
          let rest = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: part))
          let added = fill(rest)
          if added == Int.min {
            throw damaged(path)
          }
          if added < 0 && errno == EINTR { continue }
          if added < 0 { failure = errno }
          isAtEnd = added <= 0
          if isAtEnd { return }
          count += added
        }
      }
      if let failure { throw readError(path, failure) }
      if isAtEnd { return bytes }
      // The old bytes are copied, and then given back.
      try options.reserve(-capacity)
      capacity *= 2
    }
  }

  private static func readError(_ path: String, _ code: CInt) -> EmulsionError {
    if code == ENOENT { return EmulsionError(.io, "\(path): no such file") }
    return EmulsionError(.io, "\(path): cannot be read: \(systemMessage(code))")
  }
}
