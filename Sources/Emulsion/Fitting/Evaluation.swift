extension Execution {
  /// Calls `body` with every block of rows, each in its own place among the blocks.
  ///
  /// Results by row or by block do not depend on how blocks are dealt to threads, so
  /// that few rows are dealt one by one.
  func forEachBlock<Worker: ~Copyable>(
    _ rows: Int, shape: PassShape, makeWorker: @Sendable () throws -> Worker,
    body: @Sendable (inout Worker, _ rows: Range<Int>, _ block: Int) throws -> Void
  ) throws {
    let size = shape.rowsPerBlock
    let blocks = (rows + size - 1) / size
    let dealt = rows > 16 * Chunks.rowsPerChunk ? max(1, Chunks.rowsPerChunk / size) : 1
    try forEach(
      (blocks + dealt - 1) / dealt, concurrency: shape.maximumConcurrency, makeWorker: makeWorker
    ) { worker, task in
      for block in task * dealt..<min(blocks, (task + 1) * dealt) {
        try body(&worker, block * size..<min(rows, (block + 1) * size), block)
      }
    }
  }

  /// Evaluates every block of checked data and lets `write` tell of it, `width` elements a row.
  ///
  /// - Throws: `invalid-data` where a value is not finite.
  func evaluate<S, Element: BitwiseCopyable & Sendable>(
    _ mixture: any PreparedMixture<S>, over data: any DataSource, logWeights: [Double],
    noise: Noise? = nil, transform: any PosteriorTransform = Softmax(), shape: PassShape,
    width: Int,
    _ write: @Sendable (inout BlockEvaluator<S>, inout MutableSpan<Element>) throws -> Void
  ) throws -> [Element] {
    let shape = shape.holding(data)
    return try ParallelArray<Element>.array(data.rows * width) { places in
      try forEachBlock(
        data.rows, shape: shape,
        makeWorker: {
          BlockEvaluator(
            mixture, components: logWeights.count, columns: data.columns, shape: shape, noise: noise
          )
        }
      ) { evaluator, range, _ in
        try evaluator.evaluate(range, of: data, logWeights: logWeights, transform: transform)
        try places.write(range.lowerBound * width..<range.upperBound * width) {
          try write(&evaluator, &$0)
        }
      }
    }
  }
}

extension BlockEvaluator {
  /// Reads, checks and evaluates rows `range`.
  mutating func evaluate(
    _ range: Range<Int>, of data: any DataSource, logWeights: [Double],
    transform: any PosteriorTransform
  ) throws {
    try data.read(range, into: &buffer)
    try buffer.requireFinite(of: data)
    try evaluate(logWeights: logWeights, transform: transform)
  }
}

/// Leaves the joint log-densities as they are: enough to tell which is largest.
struct JointDensities: PosteriorTransform {
  func transform(
    _ joint: inout Joint, block: borrowing Block, logDensity: inout MutableSpan<Double>
  ) {}
}
