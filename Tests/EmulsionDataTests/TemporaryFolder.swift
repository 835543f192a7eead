import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A folder of its own for a test's files.
struct TemporaryFolder {
  let path: String

  init() throws {
    let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    path = "\(base)/emulsion-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
    try #require(mkdir(path, 0o700) == 0)
  }

  /// The path of a file in it.
  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file of `bytes` and gives its path.
  func write(_ bytes: [UInt8], as name: String) throws -> String {
    let handle = try #require(fopen(file(name), "wb"))
    defer { fclose(handle) }
    try #require(fwrite(bytes, 1, bytes.count, handle) == bytes.count)
    return file(name)
  }

  /// Writes a file of `text` and gives its path.
  func write(_ text: String, as name: String) throws -> String {
    try write(Array(text.utf8), as: name)
  }

  /// The bytes of a file in it.
  func bytes(of name: String) throws -> [UInt8] {
    let handle = try #require(fopen(file(name), "rb"))
    defer { fclose(handle) }
    var bytes: [UInt8] = []
    while case let byte = fgetc(handle), byte != EOF { bytes.append(UInt8(byte)) }
    return bytes
  }

  /// The names of the files in it.
  var contents: [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Deletes it with the files in it.
  func remove() {
    for name in contents { unlink(file(name)) }
    rmdir(path)
  }
}
