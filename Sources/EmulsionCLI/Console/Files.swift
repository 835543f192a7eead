#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Whether something is there at `path`.
func fileExists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// Whether `path` is a folder.
func isDirectory(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// The names in a folder, hidden ones included, in alphabetical order.
func names(inDirectory path: String) -> [String] {
  guard let directory = opendir(path) else { return [] }
  defer { closedir(directory) }
  var names: [String] = []
  while let entry = readdir(directory) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
      pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return names.sorted()
}

/// Makes a folder that only its owner may read, and those above it.
func makePrivateDirectory(_ path: String) {
  var end = path.startIndex
  while let slash = path[path.index(after: end)...].firstIndex(of: "/") {
    mkdir(String(path[..<slash]), 0o700)
    end = slash
    if path.index(after: end) == path.endIndex { return }
  }
  mkdir(path, 0o700)
}
