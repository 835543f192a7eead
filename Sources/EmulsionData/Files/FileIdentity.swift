import Emulsion

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Which file a name leads to, whatever links and spellings are on the way.
struct FileIdentity: Hashable {
  private let device: UInt64
  private let number: UInt64

  /// That of a regular file that is there; terminals and pipes may be read and written at once.
  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    (device, number) = (UInt64(truncatingIfNeeded: status.st_dev), UInt64(status.st_ino))
  }
}

/// Refuses to write over what is read, before any work is done.
///
/// - Throws: `invalid-option` naming both files.
package func checkOutputs(_ outputs: [String], areNoneOf inputs: [String]) throws {
  let read = Dictionary(
    inputs.compactMap { path in FileIdentity(path).map { ($0, path) } },
    uniquingKeysWith: { first, _ in first })
  for output in outputs {
    guard let input = FileIdentity(output).flatMap({ read[$0] }) else { continue }
    let name = input == output ? "" : ", which is \(input)"
    throw EmulsionError(
      .invalidOption, "\(output)\(name): what is read can't be written over; name another file")
  }
}
