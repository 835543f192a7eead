import CVectorMath

/// Sorts rows by the component they most belong to under a prepared mixture.
struct RowSorting<Statistics: SufficientStatistics>: Sendable {
  let source: any RandomAccessSource
  let mixture: any PreparedMixture<Statistics>
  let bounds: DensityBounds
  let logWeights: [Double]
  let execution: Execution
  let shape: PassShape

  /// Rows whose keys are held at a time, 8 bytes each.
  private static var rowsAtATime: Int { 1 << 18 }

  /// Sorts the rows of each range, which begin with chunks of the data. O(n·K·F), without the
  /// exponentials and sums of a pass; less where `previous`, of the same ranges, leaves components out.
  func order(_ ranges: [Range<Int>], previous: consuming RowOrder? = nil) throws -> RowOrder {
    var previous = previous
    var windows: [SortedWindow] = []
    while windows.count < ranges.count {
      let first = windows.count
      var (end, rows) = (first, 0)
      repeat {
        rows += ranges[end].count
        end += 1
      } while end < ranges.count && rows + ranges[end].count <= Self.rowsAtATime
      windows += try sort(ranges, first..<end, layout(previous))
      previous?.release(first..<end)
    }
    return RowOrder(source, units: bounds.units, windows: windows)
  }

  private func layout(_ previous: RowOrder?) -> BlockLayout {
    BlockLayout(
      source, previous.map { SortedRows(order: $0) }, mixture, rowsPerBlock: shape.rowsPerBlock)
  }

  private func sort(_ ranges: [Range<Int>], _ some: Range<Int>, _ layout: BlockLayout) throws
    -> [SortedWindow]
  {
    let parts = some.flatMap { w in
      layout.chunks(ofWindow: w, ranges[w]).map { (window: w, chunk: $0) }
    }
    let found = try execution.alone.reduce(
      parts.count, concurrency: shape.maximumConcurrency, makeWorker: makeEvaluator,
      merge: { $0 += $1 }
    ) { evaluator, part in
      let (window, chunk) = parts[part]
      var entries: [SortingEntry] = []
      try layout.forEachBlock(of: chunk, logWeights: logWeights, &evaluator) { evaluator in
        try evaluator.label(self, origin: ranges[window].lowerBound, into: &entries)
      }
      return [entries]
    }
    let entries = found ?? []
    return try execution.map(some.count) { place in
      let w = some.lowerBound + place
      var sorted: [SortingEntry] = []
      sorted.reserveCapacity(ranges[w].count)
      for (part, entries) in zip(parts, entries) where part.window == w { sorted += entries }
      sorted.sort()
      var window = SortedWindow(ranges[w], entries: sorted)
      var evaluator = makeEvaluator()
      try evaluator.measureBalls(of: &window, source, units: bounds.units)
      return window
    }
  }

  func makeEvaluator() -> BlockEvaluator<Statistics> {
    BlockEvaluator(
      mixture, components: logWeights.count, columns: source.columns, shape: shape)
  }
}

extension BlockEvaluator {
  /// Appends what the rows in `buffer` are sorted by, their positions from `origin`.
  fileprivate mutating func label(
    _ sorting: RowSorting<Statistics>, origin: Int, into entries: inout [SortingEntry]
  ) throws {
    try addJoint(sorting.logWeights)
    var labels = [Int](repeating: 0, count: buffer.rows)
    var largest = labels.mutableSpan
    joint.lanes.writeLargest(count: buffer.rows, into: &largest)
    for (i, row) in labels.enumerated() {
      let k = joint.active[row]
      let deficit = sorting.bounds.peaks[k] + sorting.logWeights[k] - joint.lanes(row, i + 1)[i]
      let depth = deficit > 0 ? min(255, 16 * (2 * deficit).squareRoot()) : 0
      entries.append(
        SortingEntry(label: k, depth: Int(depth), position: buffer.block.rowID(i) - origin))
    }
  }

  /// Centre and radius of each block.
  fileprivate mutating func measureBalls(
    of window: inout SortedWindow, _ source: any RandomAccessSource, units: [Double]
  ) throws {
    let (d, factors) = (buffer.columns, units.map { 1 / $0 })
    let positions = window.positions(ofBlocks: 0..<window.blocks)
    for block in 0..<window.blocks {
      let range = window.range(ofBlock: block, from: 0)
      let end = min(positions.count, range.upperBound + Chunks.rowsPerBlock / 2)
      try source.read(
        range.count, of: positions.span.extracting(range.lowerBound..<end), into: &buffer)
      let n = buffer.rows
      guard buffer.coverWeightlessRows() else {
        window.append(centre: Array(repeating: 0, count: d), radius: 0)
        continue
      }
      let centre = (0..<d).map { Lanes.sum(buffer.lanes.lanes($0, n)) / Double(n) }
      let square = vm_largest_squared_distance(
        buffer.lanes.base, buffer.lanes.stride, n, d, centre, factors)
      window.append(centre: centre, radius: square.squareRoot() * (1 + 1e-9))
    }
  }
}
