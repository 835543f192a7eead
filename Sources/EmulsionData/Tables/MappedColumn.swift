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

extension MappedArray {
  /// The number at `index`, in the order in which they are stored.
  func number(_ index: Int, in bytes: UnsafeRawBufferPointer) -> Double {
    isSingle
      ? Double(bytes.loadUnaligned(fromByteOffset: start + index * 4, as: Float.self))
      : bytes.loadUnaligned(fromByteOffset: start + index * 8, as: Double.self)
  }

  /// Fills columns `j`, `j + 1`, … of a block with those at `positions` of the rows in `range`, or at `rows` where there
  /// is no range.
  func fill(
    _ buffer: inout BlockBuffer, _ j: Int, with positions: [Int], _ range: Range<Int>?,
    _ rows: Span<Int>
  ) {
    if isSingle {
      fill(&buffer, j, with: positions, of: Float.self, range, rows)
    } else {
      fill(&buffer, j, with: positions, of: Double.self, range, rows)
    }
  }

  private func fill<Element: StoredNumber>(
    _ buffer: inout BlockBuffer, _ j: Int, with positions: [Int], of type: Element.Type,
    _ range: Range<Int>?, _ rows: Span<Int>
  ) {
    guard isColumnMajor else {
      return withNumbers(0..<self.rows * columns, of: type) {
        buffer.fill(j, with: positions, of: $0, width: columns, range, rows)
      }
    }
    for (offset, position) in positions.enumerated() {
      let first = position * self.rows
      withNumbers(first..<first + self.rows, of: type) {
        buffer.fill(j + offset, with: [0], of: $0, width: 1, range, rows)
      }
    }
  }
}

extension BlockBuffer {
  /// Fills columns `j`, `j + 1`, … with the numbers at `positions` of rows of `width`: those in `range`, or at `rows`
  /// where there is no range.
  mutating func fill<Element: StoredNumber>(
    _ j: Int, with positions: [Int], of numbers: Span<Element>, width: Int, _ range: Range<Int>?,
    _ rows: Span<Int>
  ) {
    guard let range else {
      return Element.fill(
        &self, columns: j, with: positions, ofRows: numbers, width: width, at: rows)
    }
    let cells = numbers.extracting(range.lowerBound * width..<range.upperBound * width)
    Element.fill(&self, columns: j, with: positions, ofRows: cells, width: width)
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
        array.number(offset + row * stride, in: bytes)
      }
    }
    try array.file.checkUnchanged()
    return numbers
  }
}
