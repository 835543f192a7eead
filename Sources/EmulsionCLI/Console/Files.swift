import Emulsion

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

/// Refuses files that could not be written, before the work that would be lost is done.
///
/// - Throws: `io` naming the path whose folder is missing or closed.
func checkWritable(_ paths: [String]) throws {
  for path in paths {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    if !isDirectory(folder) {
      throw EmulsionError(.io, "\(path): cannot be written: there is no folder \(folder)")
    }
    if isDirectory(path) {
      throw EmulsionError(.io, "\(path): cannot be written: it is a folder")
    }
    if access(fileExists(path) ? path : folder, W_OK) != 0 {
      throw EmulsionError(.io, "\(path): cannot be written: \(systemMessage())")
    }
  }
}

/// Makes a folder where there is none.
///
/// - Throws: `io` with the path and the system's reason.
func makeDirectory(_ path: String) throws {
  if isDirectory(path) || mkdir(path, 0o777) == 0 { return }
  throw EmulsionError(.io, "\(path): cannot be made: \(systemMessage())")
}
