import Emulsion

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension FileSource {
  /// Opens files of rows: `.npy`, and delimited text or a query of a database, which are converted once and kept in
  /// a cache.
  ///
  /// - Parameters:
  ///   - paths: Files, or patterns such as `part-*.npy`, whose files are taken in the order of their names.
  ///   - options: How to read delimited text.
  /// - Throws: `io` where a file is not there, can't be read, or nothing matches a pattern; `invalid-data` where
  ///   files don't have the same columns.
  public init(opening paths: [String], options: ReadOptions = ReadOptions()) throws {
    let found = try paths.flatMap(Self.paths(matching:))
    guard !found.isEmpty else { throw EmulsionError(.io, "no file is named") }
    let opened = try found.map { try OpenedFile($0, options) }
    let first = opened[0]
    for other in opened.dropFirst() where other.names != first.names {
      guard other.names.count == first.names.count else {
        throw EmulsionError(
          .invalidData,
          "\(other.file.name): \(other.names.count.counted("column")), but \(first.file.name) has "
            + "\(first.names.count)")
      }
      let j = zip(first.names, other.names).enumerated().first { $1.0 != $1.1 }?.offset ?? 0
      throw EmulsionError(
        .invalidData,
        "\(other.file.name): column \(j + 1) is \(quoted(other.names[j])), but in \(first.file.name) it is "
          + quoted(first.names[j]))
    }
    for other in opened.dropFirst() {
      for (j, name) in first.names.enumerated()
      where (first.file.texts[j] == nil) != (other.file.texts[j] == nil) {
        let kinds = first.file.texts[j] == nil ? ("text", "numbers") : ("numbers", "text")
        throw EmulsionError(
          .invalidData,
          "\(other.file.name): column \(quoted(name)) holds \(kinds.0), but in \(first.file.name) \(kinds.1); "
            + "types = { [\(quoted(name))] = \"text\" }, or --text, reads it as text in all")
      }
    }
    try self.init(
      opened.map(\.file), names: first.names, unkept: Set(opened.flatMap(\.unkept)))
    guard rows > 0 else {
      throw EmulsionError(.invalidData, "\(first.file.name): no data rows")
    }
    if let columns = options.columns { self = try selecting(columns) }
  }

  /// The files that a pattern stands for, of which the caches that stand beside them are none; a name that is there
  /// stands for itself.
  package static func paths(matching pattern: String) throws -> [String] {
    try AtomicFile.checkName(pattern)
    var status = stat()
    if stat(pattern, &status) == 0 || !pattern.contains(where: { "*?[".contains($0) }) {
      return [pattern]
    }
    var matches = glob_t()
    defer { globfree(&matches) }
    guard glob(pattern, 0, nil, &matches) == 0 else {
      throw EmulsionError(.io, "\(pattern): nothing matches")
    }
    let found = (0..<Int(matches.gl_pathc)).compactMap { index in
      matches.gl_pathv[index].map { String(cString: $0) }
    }.filter { !CacheFile.isName($0) }
    guard !found.isEmpty else {
      throw EmulsionError(.io, "\(pattern): nothing matches but caches of files")
    }
    // Not as the locale has it: the order decides bits.
    return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}

/// A file that was opened, and what its columns are called.
struct OpenedFile {
  let file: RowFile
  let names: [String]
  /// Columns of too many texts.
  let unkept: [String]

  init(_ path: String, _ options: ReadOptions) throws {
    try options.checkQuery(of: path)
    switch FileFormat(path: path) {
    case .numpy:
      guard let mapped = try FileBytes.mapped(path, atLeast: 1) else {
        throw EmulsionError(.io, "\(path): an empty file, or none that can be mapped")
      }
      let header = try mapped.withBytes { try NumpyFile.header(of: $0, path) }
      unkept = []
      names = Table.defaultNames(header.columns)
      guard !header.isBigEndian, header.dataStart % header.size == 0, header.kind == "f" else {
        file = try CacheFile.numbers(of: path, options) {
          try NumpyConversion(file: mapped, header: header, options: options).write(to: &$0)
        }.rowFile(path)
        return
      }
      file = RowFile(
        name: path,
        array: MappedArray(
          file: mapped, start: header.dataStart, isSingle: header.isSingle,
          isColumnMajor: header.isColumnMajor, rows: header.rows, columns: header.columns),
        texts: names.map { _ in nil })
    case .delimited(let delimiter, let isPacked):
      let conversion = TextConversion(
        path: path, delimiter: options.delimiter ?? delimiter, isPacked: isPacked, options: options)
      let cache = try CacheFile.numbers(of: path, options) { try conversion.write(to: &$0) }
      (file, names, unkept) = (try cache.rowFile(path), cache.header.names, cache.header.unkept)
    case .sqlite:
      guard let query = options.query else { throw EmulsionError.noQuery(path) }
      let conversion = QueryConversion(path: path, query: query, options: options)
      let cache = try CacheFile.numbers(of: path, options) { try conversion.write(to: &$0) }
      (file, names, unkept) = (try cache.rowFile(path), cache.header.names, cache.header.unkept)
    default:
      try FileBytes.checkIsFile(path)
      throw EmulsionError(
        .invalidOption,
        "\(path): what is read anew in every pass is .npy, .csv, .tsv, these packed as .gz, and queries of .db; others "
          + "are read whole into memory")
    }
  }
}
