extension Execution {
  /// What `body` says of every task, merged in a fixed tree: the one walk over data that adds up.
  ///
  /// Threads take tasks as they come, and ranks, where there are any, a share each; the bits of the
  /// result depend on neither. Of several failures that of the first task is thrown, on every rank.
  ///
  /// - Parameter concurrency: The most threads.
  /// - Returns: `nil` where there are no tasks.
  package func reduce<Worker: ~Copyable, Value: Sendable & Codable>(
    _ count: Int, concurrency: Int = .max,
    makeWorker: @Sendable () throws -> Worker,
    merge: @escaping @Sendable (inout Value, Value) throws -> Void,
    _ body: @Sendable (inout Worker, Int) throws -> Value
  ) throws -> Value? {
    let tree = TreeMerge<Value>(leaves: count, merge: merge)
    guard let ranks, count > 1 else {
      try forEach(count, concurrency: concurrency, makeWorker: makeWorker) { worker, task in
        try tree.add(body(&worker, task), at: task)
      }
      return tree.root()
    }
    let own = ranks.share(of: count)
    return try ranks.merged(tree) {
      try forEach(own.count, concurrency: concurrency, makeWorker: makeWorker) { worker, task in
        try ranks.checkCancellationHere()
        try tree.add(body(&worker, own.lowerBound + task), at: own.lowerBound + task)
      }
    }
  }
}

extension Execution {
  /// What `add` gathers of all rows, block by block, merged in a fixed tree.
  ///
  /// - Parameters:
  ///   - none: What no rows come to.
  ///   - finish: What is made of a chunk before it is merged.
  func reduceBlocks<Value: Sendable & Codable>(
    of data: any DataSource, from none: Value,
    merge: @escaping @Sendable (inout Value, Value) throws -> Void,
    finish: @Sendable (Value) -> Value = { $0 },
    add: @Sendable (inout BlockBuffer, inout Value) throws -> Void
  ) throws -> Value {
    let chunks = Chunks(rows: data.rows)
    let (columns, capacity) = (data.columns, Chunks.rowsPerBlock(of: data.rows))
    return try reduce(
      chunks.count, makeWorker: { BlockBuffer(columns: columns, capacity: capacity) }, merge: merge
    ) { buffer, chunk in
      var value = none
      try chunks.forEachBlock(of: chunk) { range in
        try data.read(range, into: &buffer)
        try add(&buffer, &value)
      }
      return finish(value)
    } ?? none
  }
}
