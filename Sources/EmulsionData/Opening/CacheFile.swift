import Emulsion

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The numbers of a file that takes long to read, as doubles row after row, beside it or in the folder that
/// `$EMULSION_CACHE` names.
///
/// It begins with a line of JSON that says what it was made of: the file's size, date and a hash of parts of it, and
/// how it was read. Where anything differs, it is made anew.
struct CacheFile {
  /// What the first line says.
  struct Header: Codable {
    var format = CacheFile.format
    var source: MappedFile.State
    var hash: String
    var reading: String
    var names: [String]
    /// The texts of columns whose numbers count them, from 0, in the order in which they come.
    var texts: [String: [String]]
    /// Columns of texts so many that they are not kept.
    var unkept: [String]
    var rows: Int
  }

  /// What a file of this layout says it is.
  private static let format = "emulsion cache 3"
  private static let ending = ".emulsion"

  /// Whether a cache may have this name.
  static func isName(_ path: String) -> Bool { path.hasSuffix(ending) }

  let header: Header
  private let file: MappedFile
  /// The first line is filled up with spaces to so many bytes.
  private static func headerSize(_ text: Int) -> Int { (text + 4096) / 4096 * 4096 }

  /// The rows, under the name of the file they come from.
  func rowFile(_ name: String) throws -> RowFile {
    RowFile(
      name: name,
      array: MappedArray(
        file: file, start: file.count - 8 * header.rows * header.names.count, isSingle: false,
        isColumnMajor: false, rows: header.rows, columns: header.names.count),
      texts: header.names.map { header.texts[$0] })
  }

  /// What a conversion writes to.
  struct Writer {
    var names: [String] = []
    var texts: [String: TextCodes] = [:]
    fileprivate(set) var rows = 0
    fileprivate var output: OutputFile

    /// Adds rows, one after another.
    mutating func append(_ numbers: [Double]) throws {
      guard !names.isEmpty else { return }
      rows += numbers.count / names.count
      try output.write(numbers.withUnsafeBytes { Array($0) })
    }
  }

  /// The cache of the file at `path`, which `convert` fills where there is none that fits.
  ///
  /// - Throws: `io` where neither is there nor can be written.
  static func numbers(
    of path: String, _ options: ReadOptions, _ convert: (inout Writer) throws -> Void
  ) throws -> CacheFile {
    guard let source = try FileBytes.mapped(path, atLeast: 1) else {
      throw EmulsionError(.invalidData, "\(path): the file is empty")
    }
    let place = try self.place(for: path)
    let (hash, reading) = (source.contentHash, options.readingText + Self.journal(of: path))
    if let known = try? CacheFile(place), known.header.source == source.state,
      known.header.hash == hash, known.header.reading == reading
    {
      return known
    }
    // What the numbers are is known before how many there are: they go first, then all under a header.
    let numbers = "\(place).\(getpid()).numbers"
    defer { unlink(numbers) }
    var header = Header(
      source: source.state, hash: hash, reading: reading, names: [], texts: [:],
      unkept: [], rows: 0)
    try OutputFile.write(to: numbers) { file in
      var writer = Writer(output: file)
      try convert(&writer)
      file = writer.output
      (header.names, header.rows) = (writer.names, writer.rows)
      header.texts = writer.texts.filter(\.value.isKept).mapValues(\.texts)
      header.unkept = writer.names.filter { writer.texts[$0]?.isKept == false }
    }
    try source.checkUnchanged()
    try join(header, numbers, to: place)
    return try CacheFile(place)
  }

  /// The state of what SQLite has written beside a database and not yet into it.
  private static func journal(of path: String) -> String {
    let journal = try? FileBytes.mapped("\(path)-wal", atLeast: 1)
    return journal.map { "|\($0.state)" } ?? ""
  }

  private static func join(_ header: Header, _ numbers: String, to place: String) throws {
    var line = Array(try JSONEncoder().encode(header)) + [0x0A]
    line += Array(repeating: 0x20, count: headerSize(line.count) - line.count)
    let mapped = try FileBytes.mapped(numbers, atLeast: 1)
    try OutputFile.write(to: place) { file in
      try file.write(line)
      guard let mapped else { return }
      for start in stride(from: 0, to: mapped.count, by: 1 << 20) {
        let end = min(mapped.count, start + 1 << 20)
        try file.write(mapped.withBytes { Array($0[start..<end]) })
        mapped.release(0..<end)
      }
    }
  }

  /// Opens the cache at `path`.
  private init(_ path: String) throws {
    guard let file = try FileBytes.mapped(path, atLeast: 1) else {
      throw EmulsionError(.io, "\(path): empty")
    }
    self.file = file
    header = try file.withBytes { bytes in
      let line = bytes.prefix(1 << 24).prefix { $0 != 0x0A }
      let header = try JSONDecoder().decode(Header.self, from: Data(line))
      let size = Self.headerSize(line.count + 1)
      let cells = header.rows.multipliedReportingOverflow(by: 8 * header.names.count)
      guard header.format == Self.format, header.rows >= 0, !cells.overflow,
        bytes.count == size + cells.partialValue
      else {
        throw EmulsionError(.io, "\(path): no cache of this version")
      }
      return header
    }
  }

  /// Where the cache of a file stands.
  private static func place(for path: String) throws -> String {
    guard let folder = getenv("EMULSION_CACHE").map({ String(cString: $0) }), !folder.isEmpty else {
      return path + ending
    }
    let full = realpath(path, nil).map { pointer in
      defer { free(pointer) }
      return String(cString: pointer)
    }
    let name = path.split(separator: "/").last.map(String.init) ?? "data"
    return "\(folder)/\(name)-\(ContentHash(of: (full ?? path).utf8).text)\(ending)"
  }
}

extension MappedFile {
  /// A hash of the first, the last and some bytes between.
  fileprivate var contentHash: String {
    let (part, parts) = (1 << 14, 16)
    return withBytes { bytes in
      var hash = ContentHash(of: [])
      for index in 0..<parts {
        let start = max(0, count - part) * index / (parts - 1)
        hash.add(bytes[start..<min(count, start + part)])
      }
      return hash.text
    }
  }
}

extension ReadOptions {
  /// What of the options changes the numbers.
  fileprivate var readingText: String {
    let parts: [Any?] = [
      delimiter, decimal, thousands, comment, skip, encoding, rowNames, limit,
      types.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }, header, missing,
      query,
    ]
    return parts.map { $0.map { "\($0)" } ?? "-" }.joined(separator: "|")
  }
}
