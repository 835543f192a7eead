import Emulsion

/// The kinds of files that tables are read from and written to, told by the ends of their names.
enum FileFormat {
  case delimited(Character, isPacked: Bool)
  case numpy

  /// The names' ends that are known.
  static let extensions = ".csv, .tsv, .csv.gz, .tsv.gz and .npy"

  /// The format that the name of `path` stands for, or `nil`.
  init?(path: String) {
    var name = path.lowercased()[...]
    let isPacked = name.hasSuffix(".gz")
    if isPacked { name = name.dropLast(3) }
    if name.hasSuffix(".csv") {
      self = .delimited(",", isPacked: isPacked)
    } else if name.hasSuffix(".tsv") || name.hasSuffix(".tab") {
      self = .delimited("\t", isPacked: isPacked)
    } else if name.hasSuffix(".npy") && !isPacked {
      self = .numpy
    } else {
      return nil
    }
  }
}

extension Table {
  /// Reads a file; its name tells the format: `.csv` and `.tsv` (RFC 4180, also packed as `.gz`), or
  /// `.npy`. Other names are read as delimited text where `options` name the delimiter.
  ///
  /// A column is of numbers when all of its cells that are not missing are numbers, else of text.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - options: How to read delimited text; of these, `.npy` heeds `columns` alone.
  /// - Throws: `io` where the file can not be read, `invalid-data` naming the line where it is
  ///   malformed, `invalid-option` where the options do not fit it,
  ///   `cancelled` where `options.isCancelled` asks for it.
  /// - Complexity: One pass over the bytes, a second one for columns of text. An `.npy` file of 1 MiB and
  ///   more is not read at all: its numbers are used where they are.
  public init(reading path: String, options: ReadOptions = ReadOptions()) throws {
    switch FileFormat(path: path) {
    case .numpy:
      let table = try NumpyFile.table(reading: path, options)
      self = try options.columns.map(table.select) ?? table
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
    guard let byte = delimiter.asciiValue, byte != 0x22, byte != 0x0A, byte != 0x0D, byte != 0
    else {
      throw EmulsionError(
        .invalidOption,
        "option delimiter: \"\(delimiter)\" can not separate cells; give one ASCII character, "
          + "such as \",\" or \";\"")
    }
    return try DelimitedReader(
      bytes: bytes, name: name, delimiter: byte, options: options, release: release
    ).table()
  }
}
