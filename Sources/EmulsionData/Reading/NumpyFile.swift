import Emulsion

/// Arrays of doubles, floats or whole numbers in NumPy's `.npy` format, versions 1 to 3.
///
/// Source: NumPy Enhancement Proposal 1.
enum NumpyFile {
  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// More is no header of an array of plain numbers.
  private static let longestHeader = 1 << 16

  /// What the header of a file says.
  struct Header {
    var type: String
    var isColumnMajor: Bool
    var shape: [Int]
    /// Where the numbers begin.
    var dataStart: Int

    /// `f` for floating point, `i` and `u` for whole numbers.
    var kind: Character { type.dropFirst().first ?? "f" }
    var isSingle: Bool { type.hasSuffix("f4") }
    var isBigEndian: Bool { type.hasPrefix(">") }
    var size: Int { type.last?.wholeNumberValue ?? 8 }
    var rows: Int { shape[0] }
    var columns: Int { shape.count == 2 ? shape[1] : 1 }
  }

  /// The table in the file at `path`: one column for an array of one dimension, else one a column of
  /// the array. Numbers of a large file stay in it where they are as this machine has them.
  static func table(reading path: String, _ options: ReadOptions = ReadOptions()) throws -> Table {
    let file = try FileBytes.mapped(path, atLeast: FileBytes.leastMappedSize)
    guard let file else { return try table(FileBytes.contents(of: path, options), path, options) }
    let table = try file.withBytes { bytes in
      let header = try header(of: bytes, path)
      let isAsHere = !header.isBigEndian && header.dataStart % header.size == 0
      guard isAsHere && header.kind == "f" else {
        return try converted(bytes, header, path, options)
      }
      let array = MappedArray(
        file: file, start: header.dataStart, isSingle: header.isSingle,
        isColumnMajor: header.isColumnMajor, rows: header.rows, columns: header.columns)
      return self.table(header, path) {
        .mapped(MappedColumn(array: array, position: $0, count: header.rows))
      }
    }
    try file.checkUnchanged()
    return table
  }

  /// The table in `bytes`.
  static func table(
    _ bytes: [UInt8], _ name: String, _ options: ReadOptions
  ) throws -> Table {
    try bytes.withUnsafeBytes { try converted($0, header(of: $0, name), name, options) }
  }

  /// The table with its numbers in memory.
  private static func converted(
    _ bytes: UnsafeRawBufferPointer, _ header: Header, _ name: String, _ options: ReadOptions
  ) throws -> Table {
    try table(header, name) { j in
      if options.isCancelled() { throw EmulsionError(.cancelled, "interrupted") }
      try options.reserve(header.rows.multipliedOrMax(by: 8))
      let offsets = (0..<header.rows).lazy.map { i in
        let index = header.isColumnMajor ? j * header.rows + i : i * header.columns + j
        return header.dataStart + index * header.size
      }
      guard header.kind != "f" else {
        return .held(.numbers(offsets.map { element(bytes, at: $0, header) }))
      }
      // Whole numbers that no double equals stay what they are, as texts.
      return .held(WholeNumbers.column(offsets.map { whole(bytes, at: $0, header) }))
    }
  }

  /// A whole number of 1 to 8 bytes.
  private static func whole(
    _ raw: UnsafeRawBufferPointer, at offset: Int, _ header: Header
  ) -> Int128 {
    let bytes = raw[offset..<offset + header.size]
    let bits =
      header.isBigEndian
      ? bytes.reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
      : bytes.reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    let unused = 64 - 8 * header.size
    return header.kind == "u"
      ? Int128(bits) : Int128(Int64(bitPattern: bits << unused) >> Int64(unused))
  }

  private static func table(
    _ header: Header, _ name: String, _ column: (Int) throws -> StoredColumn
  ) rethrows -> Table {
    Table(
      names: Table.defaultNames(header.columns), storage: try (0..<header.columns).map(column),
      rows: header.rows, origin: Origin(name: name, unit: .row))
  }

  /// The number at `offset`; a whole number is rounded to a double where need be.
  static func number(
    _ raw: UnsafeRawBufferPointer, at offset: Int, _ header: Header
  ) -> Double {
    header.kind == "f"
      ? element(raw, at: offset, header) : Double(whole(raw, at: offset, header))
  }

  private static func element(
    _ raw: UnsafeRawBufferPointer, at offset: Int, _ header: Header
  ) -> Double {
    if header.isSingle {
      let bits = raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
      return Double(
        Float(bitPattern: header.isBigEndian ? UInt32(bigEndian: bits) : UInt32(littleEndian: bits))
      )
    }
    let bits = raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    return Double(
      bitPattern: header.isBigEndian ? UInt64(bigEndian: bits) : UInt64(littleEndian: bits))
  }

  // MARK: The header

  /// What the header says, which fits the numbers there are.
  static func header(of bytes: UnsafeRawBufferPointer, _ name: String) throws -> Header {
    let header = try written(in: bytes, name)
    guard (1...2).contains(header.shape.count) else {
      throw EmulsionError(
        .invalidData,
        "\(name): an array of \(header.shape.count) dimensions; save one of one or two")
    }
    let types = ["f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]
    guard types.contains(String(header.type.dropFirst())), "<>=|".contains(header.type.prefix(1))
    else {
      throw EmulsionError(
        .invalidData,
        "\(name): elements of type \(quoted(header.type)); save the array as float64, "
          + "such as by numpy.save(path, a.astype(\"float64\"))")
    }
    let (rows, columns) = (header.rows, header.columns)
    let (cells, overflow) = rows.multipliedReportingOverflow(by: columns)
    let (needed, overflow2) = cells.multipliedReportingOverflow(by: header.size)
    guard !overflow && !overflow2 && needed <= bytes.count - header.dataStart else {
      throw EmulsionError(
        .invalidData,
        "\(name): cut short: an array of \(rows) × \(columns) needs "
          + "\(overflow || overflow2 ? "more" : String(needed)) bytes, "
          + "\(bytes.count - header.dataStart) are there")
    }
    // Without rows nothing else bounds the columns.
    guard columns <= max(cells, 1 << 16) else {
      throw EmulsionError(
        .invalidData, "\(name): an array of \(columns.counted("column")) and no rows")
    }
    return header
  }

  /// The header as it is written.
  private static func written(in bytes: UnsafeRawBufferPointer, _ name: String) throws -> Header {
    guard bytes.starts(with: magic), bytes.count >= 12 else {
      throw EmulsionError(.invalidData, "\(name): not a NumPy array (.npy) file")
    }
    let version = bytes[6]
    guard (1...3).contains(version) else {
      throw EmulsionError(
        .invalidData, "\(name): version \(version) of the .npy format; 1 to 3 can be read")
    }
    let lengthSize = version == 1 ? 2 : 4
    let length = bytes[8..<8 + lengthSize].reversed().reduce(0) { $0 << 8 | Int($1) }
    let start = 8 + lengthSize
    guard length <= bytes.count - start else {
      throw EmulsionError(.invalidData, "\(name): cut short within its header")
    }
    guard length <= longestHeader else {
      throw EmulsionError(
        .invalidData, "\(name): a header of \(length) bytes is not that of an array of numbers")
    }
    let text = String(decoding: bytes[start..<start + length], as: UTF8.self)
    guard let type = value(of: "descr", in: text), type.hasPrefix("'") || type.hasPrefix("\""),
      let order = value(of: "fortran_order", in: text), let shape = value(of: "shape", in: text),
      shape.hasPrefix("("), let close = shape.firstIndex(of: ")")
    else {
      throw EmulsionError(
        .invalidData, "\(name): the header is not that of an array of plain numbers")
    }
    let sizes = shape[..<close].dropFirst().split(separator: ",")
      .map { String($0.filter { $0 != " " && $0 != "L" }) }.filter { !$0.isEmpty }
    let numbers = sizes.compactMap { Int($0) }
    guard numbers.count == sizes.count, numbers.allSatisfy({ $0 >= 0 }) else {
      throw EmulsionError(.invalidData, "\(name): the header gives no shape that makes sense")
    }
    let typeName = String(type.dropFirst().prefix { $0 != "'" && $0 != "\"" })
    return Header(
      type: typeName, isColumnMajor: order.hasPrefix("True"), shape: numbers,
      dataStart: start + length)
  }

  /// What follows `'key':` in the header, a Python dictionary written out.
  private static func value(of key: String, in text: String) -> Substring? {
    for quote in ["'", "\""] {
      let written = quote + key + quote
      var rest = text[...]
      while let first = rest.first {
        if rest.hasPrefix(written) {
          rest = rest.dropFirst(written.count).drop { $0 == " " }
          guard rest.first == ":" else { break }
          return rest.dropFirst().drop { $0 == " " }
        }
        _ = first
        rest = rest.dropFirst()
      }
    }
    return nil
  }

  /// The bytes of a `.npy` file of version 1 with `matrix`, little-endian and row-major.
  static func bytes(_ matrix: Matrix) -> [UInt8] {
    var header =
      "{'descr': '<f8', 'fortran_order': False, 'shape': (\(matrix.rows), \(matrix.columns)), }"
    let unpadded = magic.count + 4 + header.utf8.count + 1
    header += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
    let length = header.utf8.count
    var bytes = magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + Array(header.utf8)
    bytes.reserveCapacity(bytes.count + 8 * matrix.values.count)
    for value in matrix.values {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }
    return bytes
  }
}
