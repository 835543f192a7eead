/// An array whose elements are written once, by several threads, each in places of its own.
struct ParallelArray<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  private let base: UnsafeMutablePointer<Element>
  private let count: Int

  /// An array of `count` elements, all of which `body` writes.
  static func array(_ count: Int, _ body: (ParallelArray) throws -> Void) throws -> [Element] {
    guard count > 0 else { return [] }
    return try Array(unsafeUninitializedCapacity: count) { memory, used in
      guard let base = memory.baseAddress else { return }
      adviseHugePages(base, bytes: count * MemoryLayout<Element>.stride)
      try body(ParallelArray(base: base, count: count))
      used = count
    }
  }

  /// Calls `write` with places `range`; no two calls may share a place.
  func write(_ range: Range<Int>, _ write: (inout MutableSpan<Element>) throws -> Void) rethrows {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "out of range")
    var span = unsafe MutableSpan(_unsafeStart: base + range.lowerBound, count: range.count)
    try write(&span)
  }
}
