import Emulsion

/// An array of doubles or floats in a mapped file.
struct MappedArray: Sendable {
  let file: MappedFile
  /// Where in the file the first number stands, in bytes.
  let start: Int
  let isSingle: Bool
  /// Whether columns follow each other rather than rows.
  let isColumnMajor: Bool
  let rows: Int
  let columns: Int

  /// The numbers at `range`, of rows where these follow each other, else of columns.
  func withNumbers<Element: StoredNumber>(
    _ range: Range<Int>, of type: Element.Type, _ body: (Span<Element>) -> Void
  ) {
    file.withBytes { bytes in
      let size = MemoryLayout<Element>.stride
      let part = bytes[start + range.lowerBound * size..<start + range.upperBound * size]
      body(UnsafeRawBufferPointer(rebasing: part).assumingMemoryBound(to: Element.self).span)
    }
  }
}

/// A column of numbers that stay in their file until they are asked for.
struct MappedColumn: Sendable {
  let array: MappedArray
  /// Its position in the array, from 0.
  let position: Int
  /// How many of the array's rows it has, from the first.
  var count: Int

  /// The numbers at `rows`.
  ///
  /// - Throws: `io` where the file is no longer what it was.
  func numbers(at rows: some Sequence<Int>) throws -> [Double] {
    let (stride, offset) =
      array.isColumnMajor ? (1, position * array.rows) : (array.columns, position)
    let numbers = array.file.withBytes { bytes in
      rows.map { row in
        let index = offset + row * stride
        return array.isSingle
          ? Double(bytes.load(fromByteOffset: array.start + index * 4, as: Float.self))
          : bytes.load(fromByteOffset: array.start + index * 8, as: Double.self)
      }
    }
    try array.file.checkUnchanged()
    return numbers
  }
}
