import Emulsion

extension Model {
  /// Writes the most probable component of each row, from 1 (0 for noise), to a file of one column, `label`,
  /// a stretch of rows at a time.
  ///
  /// - Throws: `io` where the file cannot be written, and what ``predict(_:threads:isCancelled:)`` throws; the file
  ///   is then as it was.
  public func writeLabels(
    of data: any DataSource, to path: String,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws {
    guard case .delimited(_, let isPacked)? = FileFormat(path: path) else {
      throw EmulsionError(
        .invalidOption, "to: \(path): labels go to a .csv or .tsv file, or these packed as .gz")
    }
    let size = data.comesInStretches && groupColumn == nil ? 1 << 18 : max(1, data.rows)
    try OutputFile.write(to: path, isPacked: isPacked) { file in
      try file.write("label\n")
      for first in stride(from: 0, to: data.rows, by: size) {
        let stretch = data.stretch(first..<min(data.rows, first + size))
        for label in try predict(stretch, isCancelled: isCancelled) {
          try file.write("\(label + 1)\n")
        }
      }
    }
  }
}
