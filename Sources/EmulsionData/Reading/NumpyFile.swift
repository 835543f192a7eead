import Emulsion

/// Arrays of doubles or floats in NumPy's `.npy` format, versions 1 to 3.
///
/// Source: NumPy Enhancement Proposal 1.
enum NumpyFile {
  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// What the header of a file says.
  struct Header {
    var type: String
    var isColumnMajor: Bool
    var shape: [Int]
  }

  /// The table in `bytes`: one column for an array of one dimension, else one a column of the array.
  static func table(_ bytes: [UInt8], name: String) throws -> Table {
    let (header, start) = try header(of: bytes, name)
    guard (1...2).contains(header.shape.count) else {
      throw EmulsionError(
        .invalidData,
        "\(name): an array of \(header.shape.count) dimensions; save one of one or two")
    }
    let isDouble = header.type.hasSuffix("f8")
    guard isDouble || header.type.hasSuffix("f4"), header.type.utf8.count == 3 else {
      throw EmulsionError(
        .invalidData,
        "\(name): elements of type \(quoted(header.type)); save the array as float64, "
          + "such as by numpy.save(path, a.astype(\"float64\"))")
    }
    let rows = header.shape[0]
    let columns = header.shape.count == 2 ? header.shape[1] : 1
    let size = isDouble ? 8 : 4
    let (cells, overflow) = rows.multipliedReportingOverflow(by: columns)
    let (needed, overflow2) = cells.multipliedReportingOverflow(by: size)
    guard !overflow && !overflow2 && needed <= bytes.count - start else {
      throw EmulsionError(
        .invalidData,
        "\(name): cut short: an array of \(rows) × \(columns) needs "
          + "\(overflow || overflow2 ? "more" : String(needed)) bytes, "
          + "\(bytes.count - start) are there")
    }
    let isBigEndian = header.type.hasPrefix(">")
    let storage = bytes.withUnsafeBytes { raw in
      (0..<columns).map { j in
        Column.numbers(
          (0..<rows).map { i in
            let index = header.isColumnMajor ? j * rows + i : i * columns + j
            return element(raw, at: start + index * size, isDouble, isBigEndian)
          })
      }
    }
    return Table(
      names: Table.defaultNames(columns), storage: storage, rows: rows,
      origin: Origin(name: name, unit: .row))
  }

  private static func element(
    _ raw: UnsafeRawBufferPointer, at offset: Int, _ isDouble: Bool, _ isBigEndian: Bool
  ) -> Double {
    if isDouble {
      let bits = raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      return Double(bitPattern: isBigEndian ? UInt64(bigEndian: bits) : UInt64(littleEndian: bits))
    }
    let bits = raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
    return Double(
      Float(bitPattern: isBigEndian ? UInt32(bigEndian: bits) : UInt32(littleEndian: bits)))
  }

  private static func header(of bytes: [UInt8], _ name: String) throws -> (Header, dataStart: Int) {
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
    return (
      Header(type: typeName, isColumnMajor: order.hasPrefix("True"), shape: numbers),
      start + length
    )
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
