import Emulsion

extension FileSource {
  /// The classes of rows that a column tells, which are kept in memory, 8 bytes a row; missing cells are of none that
  /// is known.
  ///
  /// - Throws: `invalid-option` where there is no such column, and what reading throws.
  public func labels(named name: String, isCancelled: () -> Bool = { false }) throws -> KnownLabels
  {
    let source = try selecting([name])
    var values: [Double] = []
    values.reserveCapacity(rows)
    try source.forEachBlock(isCancelled) { buffer in
      let block = buffer.block
      let column = block.column(0)
      for i in column.indices { values.append(column[i]) }
    }
    return levels[name].map { KnownLabels(codes: values, of: $0) } ?? KnownLabels(values)
  }

  /// Calls `body` with one block of rows after the other.
  func forEachBlock(
    _ isCancelled: () -> Bool, _ body: (borrowing BlockBuffer) throws -> Void
  ) throws {
    var buffer = BlockBuffer(columns: columns, capacity: 256)
    for first in stride(from: 0, to: rows, by: 256) {
      if first & 0xFFFF == 0 && isCancelled() { throw EmulsionError(.cancelled, "interrupted") }
      try read(first..<min(rows, first + 256), into: &buffer)
      try body(buffer)
    }
  }
}
