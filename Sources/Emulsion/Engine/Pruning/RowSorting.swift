import CVectorMath

/// Sorts rows by the component they most belong to under a prepared mixture.
struct RowSorting<Statistics: SufficientStatistics>: Sendable {
  let source: any RandomAccessSource
  let mixture: any PreparedMixture<Statistics>
  let bounds: DensityBounds
  let logWeights: [Double]
  let execution: Execution
  let concurrency: Int

  /// Rows whose keys are held at a time, 8 bytes each.
  private static var rowsAtATime: Int { 1 << 20 }

  /// Sorts the rows of each range; O(n·K·F), without the exponentials and sums of a pass.
  func order(_ ranges: [Range<Int>]) throws -> RowOrder {
    var windows: [SortedWindow] = []
    var first = 0
    while first < ranges.count {
      var (end, rows) = (first, 0)
      repeat {
        rows += ranges[end].count
        end += 1
      } while end < ranges.count && rows + ranges[end].count <= Self.rowsAtATime
      windows += try sort(Array(ranges[first..<end]))
      first = end
    }
    return RowOrder(source, units: bounds.units, windows: windows)
  }

  private func sort(_ ranges: [Range<Int>]) throws -> [SortedWindow] {
    let size = Chunks.rowsPerChunk
    let parts = ranges.enumerated().flatMap { w, range in
      stride(from: range.lowerBound, to: range.upperBound, by: size).map {
        (window: w, rows: $0..<min(range.upperBound, $0 + size))
      }
    }
    let entries = TreeMerge<[[SortingEntry]]>(leaves: parts.count) { $0 += $1 }
    try execution.forEach(parts.count, concurrency: concurrency, makeWorker: makeEvaluator) {
      evaluator, part in
      let (window, rows) = parts[part]
      let found = try evaluator.entries(rows, from: ranges[window].lowerBound, self)
      try entries.add([found], at: part)
    }
    let found = entries.root() ?? []
    return try execution.map(ranges.count) { w in
      var sorted: [SortingEntry] = []
      sorted.reserveCapacity(ranges[w].count)
      for (part, entries) in zip(parts, found) where part.window == w { sorted += entries }
      sorted.sort()
      var window = SortedWindow(ranges[w], entries: sorted)
      var evaluator = makeEvaluator()
      try evaluator.measureBalls(of: &window, source, units: bounds.units)
      return window
    }
  }

  func makeEvaluator() -> BlockEvaluator<Statistics> {
    BlockEvaluator(mixture, components: logWeights.count, columns: source.columns)
  }
}

extension BlockEvaluator {
  /// What rows are sorted by.
  fileprivate mutating func entries(
    _ rows: Range<Int>, from origin: Int, _ sorting: RowSorting<Statistics>
  ) throws -> [SortingEntry] {
    var entries: [SortingEntry] = .withCapacity(rows.count)
    var labels = [Int64](repeating: 0, count: Chunks.rowsPerBlock)
    var first = rows.lowerBound
    while first < rows.upperBound {
      let range = first..<min(rows.upperBound, first + Chunks.rowsPerBlock)
      try sorting.source.read(range, into: &buffer)
      if buffer.coverWeightlessRows() {
        try addJoint(sorting.logWeights)
        findLargest(&labels)
      }
      for i in 0..<range.count {
        let k = Int(labels[i])
        let deficit = sorting.bounds.peaks[k] + sorting.logWeights[k] - logDensity.lanes(0, i + 1)[i]
        let depth = deficit > 0 ? min(255, 16 * (2 * deficit).squareRoot()) : 0
        entries.append(
          SortingEntry(label: k, depth: Int(depth), position: range.lowerBound + i - origin))
      }
      first = range.upperBound
    }
    return entries
  }

  /// The component of the largest joint in each lane, and the joint in `logDensity`.
  private mutating func findLargest(_ labels: inout [Int64]) {
    precondition(labels.count >= buffer.rows && logDensity.stride >= buffer.rows)
    let (base, stride) = (joint.lanes.base, joint.lanes.stride)
    vm_largest(base, stride, buffer.rows, joint.components, logDensity.base, &labels)
  }

  /// Centre and radius of each block.
  fileprivate mutating func measureBalls(
    of window: inout SortedWindow, _ source: any RandomAccessSource, units: [Double]
  ) throws {
    let (d, factors) = (buffer.columns, units.map { 1 / $0 })
    for block in 0..<window.blocks {
      try read(block, of: window, from: source)
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
