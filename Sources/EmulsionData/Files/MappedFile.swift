import CMappedFile
import Emulsion

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file whose bytes are mapped into memory: they are read where they are used, and take no memory
/// that the system could not have back.
///
/// Where the file shrinks, what it lost reads as zeros. So who used the bytes asks `checkUnchanged`
/// afterwards.
final class MappedFile: Sendable {
  /// The name that error messages use.
  let path: String
  /// Number of bytes.
  let count: Int
  private let descriptor: CInt
  let state: State
  // What it points to changes in the C code alone, by atomics.
  nonisolated(unsafe) private let mapping: OpaquePointer

  /// What is looked at to tell whether a file was written to.
  struct State: Equatable, Codable {
    var size: Int
    var seconds: Int
    var nanoseconds: Int
  }

  /// Maps the file that `descriptor` reads, which it closes in the end; `nil` where it cannot be
  /// mapped, as pipes and empty files can't.
  init?(_ descriptor: CInt, path: String) {
    guard let state = MappedFile.state(of: descriptor), state.size > 0,
      let mapping = mf_map(descriptor, state.size)
    else { return nil }
    self.path = path
    self.descriptor = descriptor
    self.state = state
    self.mapping = mapping
    count = state.size
  }

  deinit {
    mf_unmap(mapping)
    close(descriptor)
  }

  /// The bytes, as long as the file is held.
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(self) {
      try body(UnsafeRawBufferPointer(start: mf_bytes(mapping), count: count))
    }
  }

  /// Whether bytes that were read since the file was mapped may not have been there.
  var hasShrunk: Bool {
    mf_is_damaged(mapping) || MappedFile.state(of: descriptor).map { $0.size < count } ?? true
  }

  /// Checks that the file is as it was when it was mapped.
  ///
  /// - Throws: `io` where it is not.
  func checkUnchanged() throws {
    if mf_is_damaged(mapping) || MappedFile.state(of: descriptor) != state { throw changedError }
  }

  /// Checks that no page that was read was gone; this costs no call of the system.
  func checkIntact() throws {
    if mf_is_damaged(mapping) { throw changedError }
  }

  /// Rows between looks at the file, so that no pass over all of them misses a change.
  private static let rowsBetweenChecks = 4096

  /// Checks that the file is as it was, when rows `range` of so many are read: now and then by asking the system.
  func check(afterReading range: Range<Int>, of rows: Int) throws {
    let interval = Self.rowsBetweenChecks
    let isDue =
      range.upperBound == rows || range.lowerBound / interval != range.upperBound / interval
    try isDue ? checkUnchanged() : checkIntact()
  }

  /// Gives back the memory of the bytes in `range`.
  func release(_ range: Range<Int>) { mf_release(mapping, range.lowerBound, range.count) }

  /// Asks the system to read the bytes in `range` ahead, while others are worked on.
  func fetch(_ range: Range<Int>) { mf_fetch(mapping, range.lowerBound, range.count) }

  /// Says that the file is not what it was.
  var changedError: EmulsionError {
    EmulsionError(.io, "\(path): the file was changed after it was read; read it again")
  }

  static func state(of descriptor: CInt) -> State? {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    #if canImport(Darwin)
      let modified = status.st_mtimespec
    #else
      let modified = status.st_mtim
    #endif
    return State(
      size: Int(status.st_size), seconds: modified.tv_sec, nanoseconds: modified.tv_nsec)
  }
}
