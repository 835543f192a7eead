/// Calls `body` with `count` zeros, which are gone when it returns; few of them stand on the stack.
@inline(__always)
func withScratch<Result>(
  _ count: Int, _ body: (inout MutableSpan<Double>) throws -> Result
) rethrows -> Result {
  try withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { memory in
    memory.initialize(repeating: 0)
    var span = unsafe MutableSpan(_unsafeElements: memory)
    return try body(&span)
  }
}

extension [Double] {
  /// `count` zeros, at half the cost of `Array(repeating:count:)` for few: that one looks its type up in a table
  /// of the runtime (Swift 6.3 on Linux), which threads besides contend for.
  static func zeros(_ count: Int) -> [Double] {
    var zeros: [Double] = []
    zeros.reserveCapacity(count)
    if count <= 16 {
      for _ in 0..<count { zeros.append(0) }
    } else {
      zeros.append(contentsOf: repeatElement(0, count: count))
    }
    return zeros
  }
  /// The upper triangle of a matrix of order `d`, packed by rows.
  @inline(__always)
  static func triangle(of d: Int, _ element: (_ row: Int, _ column: Int) -> Double) -> [Double] {
    var triangle = zeros(d * (d + 1) / 2)
    var packed = triangle.mutableSpan
    var index = 0
    for a in 0..<d {
      for b in a..<d {
        packed[index] = element(a, b)
        index += 1
      }
    }
    return triangle
  }
}
