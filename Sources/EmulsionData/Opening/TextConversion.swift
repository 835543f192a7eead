import CZlib
import Emulsion

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Makes doubles of the columns of a delimited text, a stretch at a time; texts are numbered as they come.
///
/// What the columns are is told by the first megabyte, as reading it whole would tell; a column of numbers that holds
/// text further on is an error with its line.
struct TextConversion {
  let path: String
  let delimiter: Character
  let isPacked: Bool
  let options: ReadOptions

  private static let headSize = 1 << 20
  /// Bytes of text that are read before their numbers are written.
  private static let stretch = 1 << 23

  func write(to writer: inout CacheFile.Writer) throws {
    guard isPacked else { return try convert(path, to: &writer) }
    // Records can only be cut where bytes can be looked at again.
    let plain = "\(path).\(getpid()).plain"
    defer { unlink(plain) }
    try OutputFile.write(to: plain) { try unpack(to: &$0) }
    try convert(plain, to: &writer)
  }

  private func unpack(to output: inout OutputFile) throws {
    guard let file = gzopen(path, "rb") else {
      throw EmulsionError(.io, "\(path): cannot be read")
    }
    defer { gzclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      if options.isCancelled() { throw EmulsionError(.cancelled, "interrupted") }
      let count = bytes.withUnsafeMutableBytes { FileBytes.unpacked(from: file, into: $0) }
      guard count >= 0 else { throw FileBytes.damaged(path) }
      if count == 0 { return }
      try output.write(Array(bytes[..<count]))
    }
  }

  private func convert(_ plain: String, to writer: inout CacheFile.Writer) throws {
    guard let file = try FileBytes.mapped(plain, atLeast: 1) else {
      throw EmulsionError(.invalidData, "\(path): the file is empty")
    }
    try file.withBytes { raw in
      try convert(raw.bindMemory(to: UInt8.self), release: file.release, to: &writer)
    }
    try file.checkUnchanged()
  }

  private func convert(
    _ bytes: UnsafeBufferPointer<UInt8>, release: @escaping @Sendable (Range<Int>) -> Void,
    to writer: inout CacheFile.Writer
  ) throws {
    var plain = options
    plain.columns = nil
    let (head, settled) = try head(of: bytes, plain)
    guard head.rows > 0 else { throw EmulsionError(.invalidData, "\(path): no data rows") }
    guard let sign = settled.delimiter?.asciiValue else { return }
    let text = DelimitedText(
      bytes, name: path, delimiter: sign, missing: settled.missing,
      comment: settled.comment?.asciiValue,
      style: try NumberStyle(decimal: settled.decimal, thousands: settled.thousands))
    var scanner = DelimitedScanner(text, position: text.start, line: 1)
    let firstLine = head.origin?.position(ofRow: 0) ?? 1
    while scanner.line < firstLine && !scanner.isAtEnd { scanner.skipLine() }
    let uses = try uses(of: head, at: scanner)
    writer.names = zip(head.names, uses.named).filter { $1 != .skipped }.map(\.0)
    for (name, use) in zip(head.names, uses.named) where use == .text {
      writer.texts[name] = TextCodes()
    }
    let reader = PieceReader(
      reader: RecordReader(text: text, uses: uses.all, hint: ""), execution: settled.execution,
      size: settled.pieceSize, reserve: { _ in }, release: release)
    var (position, line, left) = (scanner.position, scanner.line, settled.limit ?? .max)
    while position < text.bytes.count && left > 0 {
      if options.isCancelled() { throw EmulsionError(.cancelled, "interrupted") }
      let end = min(text.bytes.count, position + Self.stretch)
      let part = try reader.numbers(from: position, line: line, before: end)
      try refuseTexts(in: part, uses.all, names: head.names, first: uses.first, text)
      let rows = min(left, part.lines.count)
      left -= rows
      (position, line) = (part.position, part.line)
      let columns = try numbers(of: part, rows, reader, uses.all, &writer)
      try writer.append((0..<rows).flatMap { row in columns.map { $0[row] } })
      if part.lines.count == 0 && position >= end { break }
      release(0..<position)
    }
  }

  /// The columns of a part that are kept, those of texts by their numbers.
  private func numbers(
    of part: PieceMerger, _ rows: Int, _ reader: PieceReader, _ uses: [ColumnUse],
    _ writer: inout CacheFile.Writer
  ) throws -> [[Double]] {
    let numbers = part.numbers()
    let texts = uses.contains(.text) ? try reader.texts(part.pieces) : []
    let used = uses.indices.filter { uses[$0] != .skipped }
    return zip(used, writer.names).map { column, name in
      guard uses[column] == .text else { return numbers[column] }
      return texts[column].prefix(rows).map { writer.texts[name]?.code(of: $0) ?? .nan }
    }
  }

  /// The table of the first lines, more of them where a cut falls into a cell.
  private func head(of bytes: UnsafeBufferPointer<UInt8>, _ plain: ReadOptions) throws
    -> (table: Table, options: ReadOptions)
  {
    var size = Self.headSize
    while true {
      var end = min(bytes.count, size)
      while end < bytes.count && end > 0 && !DelimitedText.endsLine(bytes[end - 1]) { end -= 1 }
      do {
        return try Table.read(
          UnsafeBufferPointer(rebasing: bytes[..<end]), path, delimiter, plain)
      } catch {
        guard end < bytes.count else { throw error }
        size *= 8
      }
    }
  }

  /// What becomes of each column of the file, and which of them is the head's first.
  private func uses(of head: Table, at scanner: DelimitedScanner) throws
    -> (all: [ColumnUse], named: [ColumnUse], first: Int)
  {
    let named = head.names.indices.map { j -> ColumnUse in
      if let names = head.origin?.rowNames, head.names[j] == names { return .skipped }
      if case .held(.numbers) = head.storage[j] { return .numbers }
      return .text
    }
    var (count, terminator, ahead) = (0, DelimitedScanner.Terminator.delimiter, scanner)
    while terminator == .delimiter {
      terminator = try ahead.cell().terminator
      count += 1
    }
    // A column without a name may be left out, at the front or at the end.
    let first = options.rowNames == .dropped && count > named.count ? 1 : 0
    let before = [ColumnUse](repeating: .skipped, count: first)
    let behind = [ColumnUse](repeating: .skipped, count: max(0, count - first - named.count))
    return (before + named + behind, named, first)
  }

  private func refuseTexts(
    in part: PieceMerger, _ uses: [ColumnUse], names: [String], first: Int, _ text: DelimitedText
  ) throws {
    guard let column = uses.indices.first(where: { uses[$0] == .numbers && part.uses[$0] == .text })
    else { return }
    let only = uses.indices.map { $0 == column ? ColumnUse.text : .skipped }
    let reader = RecordReader(text: text, uses: only, hint: "")
    var row = 0
    for piece in part.pieces {
      for cell in try reader.texts(piece)[column] {
        if var cell, cell.withUTF8(text.number) == nil {
          let origin = Origin(name: path, unit: .line, lines: part.lines)
          throw EmulsionError(
            .invalidData,
            "\(origin.location(ofRow: row)), column \(quoted(names[column - first])): \(quoted(cell)) is no "
              + "number, as those above are; the option missing names texts that mean missing")
        }
        row += 1
      }
    }
  }
}
