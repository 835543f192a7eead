import CVectorMath

/// Numbers as data are stored, widened to doubles block by block: `Double` and `Float`.
public protocol StoredNumber: BitwiseCopyable, Sendable {
  /// Fills columns `j`, `j + 1`, … of `buffer` with the numbers at `positions` of each row.
  ///
  /// - Parameters:
  ///   - buffer: A block that was begun.
  ///   - j: The first column to fill; as many follow as there are `positions`.
  ///   - positions: Where in a row the numbers stand, from 0.
  ///   - numbers: The block's rows, one after the other.
  ///   - width: Numbers in a row.
  static func fill(
    _ buffer: inout BlockBuffer, columns j: Int, with positions: [Int], ofRows numbers: Span<Self>,
    width: Int)
  /// Does the same with rows of all those in `numbers`: the block's stand at the first of `rows`, and
  /// those after these are read next.
  static func fill(
    _ buffer: inout BlockBuffer, columns j: Int, with positions: [Int], ofRows numbers: Span<Self>,
    width: Int, at rows: Span<Int>)
}

extension Double: StoredNumber {
  /// Transposes rows into lanes.
  public static func fill(
    _ buffer: inout BlockBuffer, columns j: Int, with positions: [Int],
    ofRows numbers: Span<Double>, width: Int
  ) {
    buffer.fill(j, positions, numbers, width) { start, n, lanes, stride in
      if width == 1 {
        lanes.update(from: start, count: n)
      } else {
        vm_transpose_doubles(start, n, width, positions, positions.count, lanes, stride)
      }
    }
  }

  /// Gathers rows from anywhere.
  public static func fill(
    _ buffer: inout BlockBuffer, columns j: Int, with positions: [Int],
    ofRows numbers: Span<Double>, width: Int, at rows: Span<Int>
  ) {
    buffer.fill(j, positions, numbers, width, at: rows) { start, n, rows, lanes, stride in
      vm_gather_doubles(
        start, rows.baseAddress, n, rows.count - n, width, positions, positions.count, lanes, stride
      )
    }
  }
}

extension Float: StoredNumber {
  /// Transposes rows into lanes and widens them.
  public static func fill(
    _ buffer: inout BlockBuffer, columns j: Int, with positions: [Int],
    ofRows numbers: Span<Float>, width: Int
  ) {
    buffer.fill(j, positions, numbers, width) { start, n, lanes, stride in
      if width == 1 {
        vm_widen(start, lanes, n)
      } else {
        vm_transpose_floats(start, n, width, positions, positions.count, lanes, stride)
      }
    }
  }

  /// Gathers rows from anywhere and widens them.
  public static func fill(
    _ buffer: inout BlockBuffer, columns j: Int, with positions: [Int],
    ofRows numbers: Span<Float>, width: Int, at rows: Span<Int>
  ) {
    buffer.fill(j, positions, numbers, width, at: rows) { start, n, rows, lanes, stride in
      vm_gather_floats(
        start, rows.baseAddress, n, rows.count - n, width, positions, positions.count, lanes, stride
      )
    }
  }
}

extension BlockBuffer {
  /// Hands the first number of the block's rows and the lanes to fill to `body`, bounds checked.
  fileprivate mutating func fill<Number>(
    _ j: Int, _ positions: [Int], _ numbers: Span<Number>, _ width: Int,
    _ body: (UnsafePointer<Number>, Int, UnsafeMutablePointer<Double>, _ stride: Int) -> Void
  ) {
    precondition(numbers.count == rows * width, "rows of another block")
    checkColumns(j, positions, width)
    let (count, lanes, stride) = (rows, lanes.base + j * lanes.stride, lanes.stride)
    numbers.withUnsafeBufferPointer { numbers in
      if let start = numbers.baseAddress { body(start, count, lanes, stride) }
    }
  }

  /// Hands the first number of all rows, the block's rows and those read next, and the lanes to
  /// `body`.
  fileprivate mutating func fill<Number>(
    _ j: Int, _ positions: [Int], _ numbers: Span<Number>, _ width: Int, at chosen: Span<Int>,
    _ body: (
      UnsafePointer<Number>, Int, UnsafeBufferPointer<Int>, UnsafeMutablePointer<Double>,
      _ stride: Int
    ) -> Void
  ) {
    precondition(chosen.count >= rows, "rows of another block")
    let available = width > 0 ? numbers.count / width : 0
    var areInside = true
    for i in chosen.indices {
      areInside = areInside && UInt(bitPattern: chosen[unchecked: i]) < UInt(available)
    }
    precondition(areInside, "row out of range")
    checkColumns(j, positions, width)
    let count = rows
    let (lanes, stride) = (lanes.base + j * lanes.stride, lanes.stride)
    numbers.withUnsafeBufferPointer { numbers in
      chosen.withUnsafeBufferPointer { chosen in
        if let start = numbers.baseAddress { body(start, count, chosen, lanes, stride) }
      }
    }
  }

  private func checkColumns(_ j: Int, _ positions: [Int], _ width: Int) {
    precondition(j >= 0 && j + positions.count <= columns, "column out of range")
    precondition(positions.allSatisfy { $0 >= 0 && $0 < width }, "position out of range")
  }
}
