import Emulsion

/// The kinds of files that tables are read from and written to, told by the ends of their names.
package enum FileFormat: Equatable {
  case delimited(Character, isPacked: Bool)
  case numpy
  /// Arrays of NumPy's in an archive.
  case numpyArchive
  /// Records of JSON, in a list or one a line.
  case json(asLines: Bool)
  case sqlite

  /// The names' ends that are known.
  static let extensions = ".csv, .tsv, .txt and .dat (also .gz), .npy, .npz, .json, .jsonl and .db"

  /// The format that the name of `path` stands for, or `nil`.
  package init?(path: String) {
    var name = path.lowercased()[...]
    let isPacked = name.hasSuffix(".gz")
    if isPacked { name = name.dropLast(3) }
    if name.hasSuffix(".csv") {
      self = .delimited(",", isPacked: isPacked)
    } else if [".tsv", ".tab", ".txt", ".dat"].contains(where: name.hasSuffix) {
      self = .delimited("\t", isPacked: isPacked)
    } else if name.hasSuffix(".npy") && !isPacked {
      self = .numpy
    } else if name.hasSuffix(".npz") && !isPacked {
      self = .numpyArchive
    } else if name.hasSuffix(".json") && !isPacked {
      self = .json(asLines: false)
    } else if name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson"), !isPacked {
      self = .json(asLines: true)
    } else if [".db", ".sqlite", ".sqlite3"].contains(where: name.hasSuffix), !isPacked {
      self = .sqlite
    } else {
      return nil
    }
  }
}

extension ReadOptions {
  /// Refuses a query of a file that is no database.
  ///
  /// - Throws: `invalid-option`.
  package func checkQuery(of path: String) throws {
    guard query != nil else { return }
    if case .sqlite? = FileFormat(path: path) { return }
    throw EmulsionError(
      .invalidOption,
      "query: \(path) is no database; names of those end in .db, .sqlite or .sqlite3")
  }
}

extension EmulsionError {
  /// Says that nothing is asked of the database at `path`.
  static func noQuery(_ path: String) -> EmulsionError {
    EmulsionError(
      .invalidOption,
      "\(path): say what to ask of the database: { query = \"SELECT income, age FROM answers\" }, or --query"
    )
  }
}

extension Table {
  /// Reads a file; its name tells the format: `.csv`, `.tsv`, `.txt` and `.dat` (RFC 4180, also packed as `.gz`), `.npy`,
  /// `.npz`, `.json` or `.jsonl`. Other names are read as delimited text where `options` name the delimiter.
  ///
  /// A column is of numbers when all of its cells that are not missing are numbers, else of text.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - options: How to read delimited text; of these, `.npy` heeds `columns` alone.
  /// - Throws: `io` where the file cannot be read, `invalid-data` naming the line where it is
  ///   malformed, `invalid-option` where the options do not fit it,
  ///   `cancelled` where `options.isCancelled` asks for it.
  /// - Complexity: One pass over the bytes, a second one for columns of text. An `.npy` file of 1 MiB and
  ///   more is not read at all: its numbers are used where they are.
  public init(reading path: String, options: ReadOptions = ReadOptions()) throws {
    try options.checkQuery(of: path)
    switch FileFormat(path: path) {
    case .numpy:
      let table = try NumpyFile.table(reading: path, options)
      let chosen = try options.columns.map(table.select) ?? table
      self = options.limit.map(chosen.head) ?? chosen
    case .numpyArchive:
      self = try NumpyArchive.table(FileBytes.contents(of: path, options), path, options)
    case .json:
      let bytes = try FileBytes.contents(of: path, options)
      defer { try? options.reserve(-bytes.count) }
      self = try JSONRecords.table(bytes, path, options)
    case .sqlite:
      guard let query = options.query else { throw EmulsionError.noQuery(path) }
      let table = try Table(sqlite: path, query: query, options: options)
      let chosen = try options.columns.map(table.select) ?? table
      self = options.limit.map(chosen.head) ?? chosen
    case .delimited(let delimiter, _):
      self = try Table.delimited(path, options.delimiter ?? delimiter, options)
    case nil:
      guard let delimiter = options.delimiter else {
        try FileBytes.checkIsFile(path)
        throw EmulsionError(
          .invalidOption,
          "\(path): can not tell the format from the name; names end in "
            + "\(FileFormat.extensions), or give the option delimiter")
      }
      self = try Table.delimited(path, delimiter, options)
    }
  }

  /// Reads delimited text from memory.
  ///
  /// - Parameters:
  ///   - text: The text of the file.
  ///   - name: What to call it in error messages.
  ///   - options: How to read it.
  /// - Throws: As `init(reading:options:)`.
  public init(
    parsing text: String, name: String = "text", options: ReadOptions = ReadOptions()
  ) throws {
    self = try Table.parse(Array(text.utf8), name, options.delimiter ?? ",", options)
  }

  /// Reads a large file where it lies, so that its text takes no memory, and others at once.
  private static func delimited(
    _ path: String, _ delimiter: Character, _ options: ReadOptions
  ) throws -> Table {
    let isPacked = path.lowercased().hasSuffix(".gz")
    guard !isPacked, let file = try FileBytes.mapped(path, atLeast: FileBytes.leastMappedSize)
    else {
      let bytes = try FileBytes.contents(of: path, options)
      defer { try? options.reserve(-bytes.count) }
      return try parse(bytes, path, delimiter, options)
    }
    do {
      let table = try file.withBytes { bytes in
        try parse(bytes.bindMemory(to: UInt8.self), path, delimiter, options, file.release)
      }
      if file.hasShrunk { throw file.changedError }
      return table
    } catch {
      throw file.hasShrunk ? file.changedError : error
    }
  }

  static func parse(
    _ bytes: [UInt8], _ name: String, _ delimiter: Character, _ options: ReadOptions
  ) throws -> Table {
    try bytes.withUnsafeBufferPointer { try parse($0, name, delimiter, options) }
  }

  private static func parse(
    _ bytes: UnsafeBufferPointer<UInt8>, _ name: String, _ delimiter: Character,
    _ options: ReadOptions, _ release: @escaping @Sendable (Range<Int>) -> Void = { _ in }
  ) throws -> Table {
    try read(bytes, name, delimiter, options, release).table
  }

  /// The table in `bytes`, and the options that it was read with after what there was to guess.
  static func read(
    _ bytes: UnsafeBufferPointer<UInt8>, _ name: String, _ delimiter: Character,
    _ options: ReadOptions, _ release: @escaping @Sendable (Range<Int>) -> Void = { _ in }
  ) throws -> (table: Table, options: ReadOptions) {
    if options.encoding != .utf8 {
      try options.reserve(bytes.count)
      let decoded = options.encoding.decoded(bytes)
      var options = options
      options.encoding = .utf8
      return try decoded.withUnsafeBufferPointer { try read($0, name, delimiter, options) }
    }
    try options.check()
    let (byte, lead) = try self.delimiter(bytes, name, standard: delimiter, options)
    guard byte != 0x22, byte != 0x0A, byte != 0x0D, byte != 0 else {
      throw delimiterError(delimiter)
    }
    var (table, settled) = try DelimitedReader(
      bytes: bytes, name: name, delimiter: byte, options: options, lead: lead, release: release
    ).read()
    settled.delimiter = Character(Unicode.Scalar(byte))
    return (table, settled)
  }

  private static func delimiterError(_ delimiter: Character) -> EmulsionError {
    EmulsionError(
      .invalidOption,
      "option delimiter: \"\(delimiter)\" can not separate cells; give one ASCII character, "
        + "such as \",\" or \";\"")
  }

  /// What separates cells, and how many lines above all others say so.
  private static func delimiter(
    _ bytes: UnsafeBufferPointer<UInt8>, _ name: String, standard: Character,
    _ options: ReadOptions
  ) throws -> (UInt8, lead: Int) {
    // Excel's own first line.
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let first = bytes[start...].prefix(64).prefix { !DelimitedText.endsLine($0) }
    let told = first.count == 5 && first.starts(with: "sep=".utf8) ? first.last : nil
    let lead = told == nil ? 0 : 1
    guard let byte = standard.asciiValue else { throw delimiterError(standard) }
    if options.delimiter != nil { return (byte, lead) }
    if let told { return (told, lead) }
    let text = DelimitedText(bytes, name: name, delimiter: byte, missing: [])
    var scanner = DelimitedScanner(text, position: start, line: 1)
    while !scanner.isAtEnd && options.skip.contains(scanner.line) { scanner.skipLine() }
    let comment = (options.comment ?? "#").asciiValue
    let finding = DelimiterGuess.finding(
      bytes, from: scanner.position, standard: byte, comment: comment)
    switch finding {
    case .standard:
      guard DelimiterGuess.hasColumnsOfSpaces(bytes, from: scanner.position, comment: comment),
        FileFormat.isPlainText(name)
      else { return (byte, 0) }
      options.notify(
        "\(name): cells are separated by spaces; the option delimiter (--delimiter) says otherwise")
      return (0x20, 0)
    case .other(let other):
      options.notify(
        "\(name): cells are separated by \(other.shown); the option delimiter = "
          + "\(standard == "\t" ? "\"\\t\"" : quoted(String(standard))) (--delimiter) "
          + "says otherwise")
      return (other, 0)
    case .doubt(let candidates):
      throw EmulsionError(
        .invalidData,
        "\(name): cells may be separated by \(candidates.map(\.shown).joined(separator: " or ")); give the "
          + "option delimiter")
    }
  }
}

extension UInt8 {
  /// A delimiter in an error text.
  fileprivate var shown: String {
    self == 0x09 ? "tabs" : "\"\(Character(Unicode.Scalar(self)))\""
  }
}

extension ReadOptions {
  /// - Throws: `invalid-option` for what can't be.
  fileprivate func check() throws {
    if let comment {
      guard let byte = comment.asciiValue, byte > 0x20, byte != 0x22, comment != delimiter,
        !comment.isNumber
      else {
        throw EmulsionError(
          .invalidOption,
          "comment: \"\(comment)\" cannot begin a comment; give a sign such as \"#\"")
      }
    }
    if let limit, limit < 0 {
      throw EmulsionError(.invalidOption, "limit must be a whole number ≥ 0, not \(limit)")
    }
    if case .first(let count) = skip, count < 0 {
      throw EmulsionError(.invalidOption, "skip must be a whole number ≥ 0, not \(count)")
    }
    if decimal == ",", delimiter == "," {
      throw EmulsionError(
        .invalidOption, "delimiter and decimal are both \",\"; cells could not be told")
    }
  }
}
