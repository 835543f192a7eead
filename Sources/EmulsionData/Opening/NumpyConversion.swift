import Emulsion

/// Makes doubles of an array of whole numbers, or of numbers that are stored otherwise than this machine does.
struct NumpyConversion {
  let file: MappedFile
  let header: NumpyFile.Header
  let options: ReadOptions

  func write(to writer: inout CacheFile.Writer) throws {
    writer.names = Table.defaultNames(header.columns)
    let rowsAtOnce = max(1, (1 << 17) / max(1, header.columns))
    for first in stride(from: 0, to: header.rows, by: rowsAtOnce) {
      if options.isCancelled() { throw EmulsionError(.cancelled, "interrupted") }
      let rows = first..<min(header.rows, first + rowsAtOnce)
      try writer.append(
        file.withBytes { bytes in
          rows.flatMap { row in
            (0..<header.columns).map { column in
              let index =
                header.isColumnMajor ? column * header.rows + row : row * header.columns + column
              return NumpyFile.number(bytes, at: header.dataStart + index * header.size, header)
            }
          }
        })
      file.release(0..<file.count)
    }
    try file.checkUnchanged()
  }
}
