import CZlib
import Emulsion

/// Arrays in NumPy's `.npz` format: a ZIP archive of `.npy` files, packed or not.
///
/// Source: PKWARE, APPNOTE 6.3.
enum NumpyArchive {
  /// A table of all arrays of as many rows: one of one dimension is a column of its name, of others the
  /// columns are its name and a number.
  static func table(_ bytes: [UInt8], _ name: String, _ options: ReadOptions) throws -> Table {
    var columns: [(name: String, column: Column)] = []
    for entry in try entries(bytes, name) {
      let array = try NumpyFile.table(
        contents(of: entry, bytes, name, options), "\(name): \(entry.name)", options)
      let title = entry.name.hasSuffix(".npy") ? String(entry.name.dropLast(4)) : entry.name
      for position in array.names.indices {
        let own = array.columns == 1 ? title : title + String(position + 1)
        columns.append((own, try array[position: position]))
      }
    }
    let table: Table
    if let chosen = options.columns {
      let names = columns.map(\.name)
      if let unknown = chosen.first(where: { !names.contains($0) }) {
        throw EmulsionError(
          .invalidOption,
          "no column \(quoted(unknown)) in \(name)" + nameHint(for: unknown, among: names))
      }
      let wanted = chosen.compactMap { name in columns.first { $0.name == name } }
      table = try Table(wanted, origin: Origin(name: name, unit: .row))
    } else {
      let lengths = Set(columns.map(\.column.count))
      guard lengths.count <= 1 else {
        let told = columns.prefix(6).map { "\($0.name) (\($0.column.count))" }.joined(
          separator: ", ")
        throw EmulsionError(
          .invalidData,
          "\(name): its arrays differ in rows: \(told); name some of one length by the option columns"
        )
      }
      table = try Table(columns, origin: Origin(name: name, unit: .row))
    }
    return options.limit.map(table.head) ?? table
  }

  private struct Entry {
    var name: String
    var isPacked: Bool
    var packedSize: Int
    var size: Int
    var header: Int
  }

  /// The files that the central directory lists.
  private static func entries(_ bytes: [UInt8], _ name: String) throws -> [Entry] {
    let damaged = EmulsionError(.invalidData, "\(name): not a NumPy archive (.npz), or cut short")
    let end = stride(from: bytes.count - 22, through: max(0, bytes.count - 22 - 65535), by: -1)
      .first { number(bytes, $0, 4) == 0x0605_4b50 }
    guard let end, let count = number(bytes, end + 10, 2), var at = number(bytes, end + 16, 4)
    else {
      throw damaged
    }
    return try (0..<count).map { _ in
      guard number(bytes, at, 4) == 0x0201_4b50, let method = number(bytes, at + 10, 2),
        let packedSize = number(bytes, at + 20, 4), let size = number(bytes, at + 24, 4),
        let nameLength = number(bytes, at + 28, 2), let extraLength = number(bytes, at + 30, 2),
        let commentLength = number(bytes, at + 32, 2), let header = number(bytes, at + 42, 4),
        at + 46 + nameLength <= bytes.count
      else { throw damaged }
      let title = String(decoding: bytes[at + 46..<at + 46 + nameLength], as: UTF8.self)
      guard method == 0 || method == 8, size != 0xFFFF_FFFF, packedSize != 0xFFFF_FFFF,
        header != 0xFFFF_FFFF
      else {
        throw EmulsionError(
          .invalidData,
          "\(name): \(quoted(title)) is packed in a way that can't be read; save it by numpy.savez")
      }
      at += 46 + nameLength + extraLength + commentLength
      return Entry(
        name: title, isPacked: method == 8, packedSize: packedSize, size: size, header: header)
    }
  }

  private static func contents(
    of entry: Entry, _ bytes: [UInt8], _ name: String, _ options: ReadOptions
  ) throws -> [UInt8] {
    let damaged = EmulsionError(
      .invalidData, "\(name): \(quoted(entry.name)) is damaged or cut short")
    guard number(bytes, entry.header, 4) == 0x0403_4b50,
      let nameLength = number(bytes, entry.header + 26, 2),
      let extraLength = number(bytes, entry.header + 28, 2)
    else { throw damaged }
    let start = entry.header + 30 + nameLength + extraLength
    guard start + entry.packedSize <= bytes.count else { throw damaged }
    let packed = bytes[start..<start + entry.packedSize]
    guard entry.isPacked else { return Array(packed) }
    // Deflate makes at most some thousand bytes of one.
    guard entry.size <= 1100 * (entry.packedSize + 64) else { throw damaged }
    try options.reserve(entry.size)
    defer { try? options.reserve(-entry.size) }
    guard let content = inflated(packed, size: entry.size) else { throw damaged }
    return content
  }

  /// Unpacks raw deflate data; `nil` where they are not `size` bytes.
  private static func inflated(_ packed: ArraySlice<UInt8>, size: Int) -> [UInt8]? {
    var stream = z_stream()
    guard
      inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { inflateEnd(&stream) }
    var input = Array(packed)
    var isWhole = false
    let output = [UInt8](unsafeUninitializedCapacity: size) { target, count in
      input.withUnsafeMutableBufferPointer { source in
        stream.next_in = source.baseAddress
        stream.avail_in = UInt32(clamping: source.count)
        stream.next_out = target.baseAddress
        stream.avail_out = UInt32(clamping: size)
        isWhole = inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_out == 0
        count = isWhole ? size : 0
      }
    }
    return isWhole ? output : nil
  }

  /// A whole number of some bytes, the lowest first; `nil` beyond the end.
  private static func number(_ bytes: [UInt8], _ at: Int, _ count: Int) -> Int? {
    guard at >= 0, at + count <= bytes.count else { return nil }
    return bytes[at..<at + count].reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
