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
