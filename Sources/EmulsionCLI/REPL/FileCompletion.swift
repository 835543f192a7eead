/// Completes names of files; folders end in a slash.
enum FileCompletion {
  /// What could stand in place of `path`; a file's name is followed by `quote`.
  static func completions(of path: String, closing quote: Character) -> LineEditor.Completions {
    let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    let folder = String(path[..<slash])
    let prefix = path[slash...]
    let entries = names(inDirectory: folder.isEmpty ? "." : folder)
      .filter { $0.hasPrefix(prefix) && (prefix.hasPrefix(".") || !$0.hasPrefix(".")) }
    return LineEditor.Completions(
      typed: path.utf8.count,
      candidates: entries.map { name in
        let isFolder = isDirectory(folder + name)
        return (folder + name + (isFolder ? "/" : String(quote)), isFolder ? name + "/" : name)
      })
  }
}
