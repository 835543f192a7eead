/// Whether and when the rows of a run are sorted so that components can be left out of blocks.
///
/// Every 2ⁱ-th iteration a small part of the data is sorted as a trial; where that saves a fifth of
/// the work, all rows are. Where an order saves less than that, it is given up. So overlapping
/// components cost the trials alone. The rule looks at the values of the data and at nothing else, so
/// that it is the same on every machine.
struct Pruning: Sendable {
  private let source: (any RandomAccessSource)?
  private let components: Int
  private(set) var order: RowOrder?
  /// Joint densities that the last pass evaluated, as a share of N × K.
  private(set) var share = 1.0

  /// What share of the work must be saved.
  private static let leastGain = 0.2
  /// What a row costs besides its joint densities, in units of one.
  private static let costOfRow = 8.0
  private static let fewestComponents = 8
  /// Below this many rows a component, blocks are too small to gain.
  private static let fewestRows = 32

  /// - Parameter isAllowed: Whether components may be left out at all.
  init(_ data: any DataSource, components: Int, isAllowed: Bool) {
    self.components = components
    let isLarge =
      components >= Self.fewestComponents && data.rows >= Self.fewestRows * components
      && data.rows >= Chunks.rowsPerChunk
    source = isAllowed && isLarge ? data as? any RandomAccessSource : nil
  }

  /// Sorts the rows where it is time to and pays.
  mutating func revise<S: SufficientStatistics>(
    iteration: Int, _ mixture: any PreparedMixture<S>, logWeights: [Double], shape: PassShape,
    _ execution: Execution
  ) throws {
    guard let source, iteration & (iteration - 1) == 0 else { return }
    let wanted = (1 - Self.leastGain) * cost(share)
    guard wanted > cost(1 / Double(components)), let bounds = mixture.bounds(in: nil) else {
      return
    }
    let sorting = RowSorting(
      source: source, mixture: mixture, bounds: bounds, logWeights: logWeights,
      execution: execution, shape: shape)
    let trial = try sorting.order([trialRows(source.rows)])
    guard try cost(sorting.share(trial)) <= wanted else { return }
    order = try sorting.order(windows(source.rows), previous: order.take())
  }

  /// Learns from a pass how much of the work was done.
  mutating func note(evaluated: Double) {
    guard let source, order != nil else { return }
    share = evaluated / (Double(source.rows) * Double(components))
    if cost(share) > (1 - Self.leastGain) * cost(1) { (order, share) = (nil, 1) }
  }

  private func cost(_ share: Double) -> Double { share * Double(components) + Self.costOfRow }

  /// A small part of the rows, from the middle; whole chunks.
  private func trialRows(_ rows: Int) -> Range<Int> {
    let unit = Chunks.rowsPerChunk
    let wanted = min(max(rows / 64, Self.fewestRows * components), SortedWindow.largest - unit)
    let first = max(0, rows - wanted) / 2 / unit * unit
    return first..<min(rows, first + (wanted + unit - 1) / unit * unit)
  }

  /// Windows in which each component has about a thousand rows.
  private func windows(_ rows: Int) -> [Range<Int>] {
    var size = 1 << 16
    while size < 1024 * components && size < SortedWindow.largest { size *= 2 }
    return stride(from: 0, to: rows, by: size).map { $0..<min(rows, $0 + size) }
  }
}

extension RowSorting {
  /// Joint densities that a pass over the order would evaluate, as a share of all.
  fileprivate func share(_ order: RowOrder) throws -> Double {
    let pairs = try execution.map(order.chunks.count, concurrency: shape.maximumConcurrency) {
      chunk in
      var evaluator = makeEvaluator()
      let (window, blocks) = (order.windows[order.chunks[chunk].window], order.chunks[chunk].blocks)
      try evaluator.findActive(in: window, blocks, bounds, logWeights)
      var pairs = 0
      for (place, block) in blocks.enumerated() {
        let active = evaluator.active.count(place)
        pairs += (active == 0 ? logWeights.count : active) * window.rows(inBlock: block)
      }
      return pairs
    }
    return Double(pairs.reduce(0, +)) / (Double(order.rows) * Double(logWeights.count))
  }
}
