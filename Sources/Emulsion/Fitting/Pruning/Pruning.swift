/// Whether and when the rows of a run are sorted so that components can be left out of blocks.
///
/// A ball about the rows of a block shows which components matter there or, where balls are too wide for that, as
/// in many columns, the distances that earlier passes have measured.
///
/// Every 2ⁱ-th iteration a small part of the data is sorted as a trial; where that saves a fifth of
/// the work, all rows are. Where more than that mattered in a pass, the order is given up. So overlapping
/// components cost the trials alone. The rule looks at the values of the data and at nothing else, so
/// that it is the same on every machine.
struct Pruning<Family: ComponentFamily>: Sendable {
  private let source: (any RandomAccessSource)?
  private let family: Family
  private let components: Int
  private var order: RowOrder?
  /// What passes over the order have found out, and the components that they did so under; `nil`
  /// where balls alone are as good.
  private var known: KnownDistances?
  private var latest: [Family.Component] = []
  /// What the rows were sorted under.
  private var sortedUnder: MixtureParameters<Family.Component>?
  /// Whether no pass was made over the order yet.
  private var isFresh = false
  /// Joint densities that the last pass evaluated, as a share of N × K.
  private(set) var share = 1.0
  /// Those that mattered.
  private var needed = 1.0

  /// What share of the work must be saved.
  private static var leastGain: Double { 0.2 }
  /// What share of the work distances from earlier passes must save, on top of balls.
  private static var leastUse: Double { 0.1 }
  /// Components a column: distances of more would take more than a sixteenth of the data's memory.
  private static var mostRemembered: Int { 32 }
  /// What a row costs besides its joint densities, in units of one.
  private static var costOfRow: Double { 8 }
  private static var fewestComponents: Int { 8 }
  /// Below this many rows a component, blocks are too small to gain.
  private static var fewestRows: Int { 32 }

  /// - Parameter isAllowed: Whether components may be left out at all.
  init(_ data: any DataSource, _ family: Family, components: Int, isAllowed: Bool) {
    self.family = family
    self.components = components
    let isLarge =
      components >= Self.fewestComponents && data.rows >= Self.fewestRows * components
      && data.rows >= Chunks.rowsPerChunk
    let source = isAllowed && isLarge ? data as? any RandomAccessSource : nil
    // Three bytes are a row's position, and distances take a sixteenth of the data's memory.
    let needed = data.rows.multipliedOrMax(by: 6 + data.columns) / 2
    self.source = source.flatMap { $0.bookkeeping >= needed ? $0 : nil }
  }

  /// Sorts the rows where it is time to and pays.
  mutating func revise(
    iteration: Int, _ mixture: any PreparedMixture<Family.Statistics>,
    _ parameters: MixtureParameters<Family.Component>, _ execution: Execution
  ) throws {
    guard let source, iteration & (iteration - 1) == 0 else { return }
    let wanted = (1 - Self.leastGain) * cost(needed)
    guard wanted > cost(1 / Double(components)), let bounds = mixture.bounds(in: nil) else {
      return
    }
    let sorting = sorting(source, mixture, bounds, parameters, execution)
    let trial = try sorting.order([trialRows(source.rows)])
    let remembers =
      components <= Self.mostRemembered * source.columns
      && family.properties.drift(from: parameters.components, to: parameters.components) != nil
    guard try cost(sorting.neededShare(trial, remembers)) <= wanted else { return }
    let order = try sorting.order(windows(source.rows), previous: order.take())
    (self.order, sortedUnder) = (order, parameters)
    known = remembers ? KnownDistances(chunks: order.chunks.count) : nil
    (latest, isFresh) = ([], true)
  }

  /// Whether rows are sorted.
  var isSorted: Bool { order != nil }

  /// What the next pass depends on; `nil` where rows lie as in the data and nothing was learned.
  var state: PruningState<Family>? {
    guard let sortedUnder, order != nil else { return nil }
    var last = sortedUnder
    last.components = latest
    return PruningState(
      sortedUnder: sortedUnder, latest: latest.isEmpty ? nil : last, known: known?.all,
      share: share, needed: needed, isFresh: isFresh)
  }

  /// Sorts the rows as they were, and knows again what was learned.
  mutating func takeUp(_ state: PruningState<Family>, _ execution: Execution) throws {
    guard let source else { return }
    let parameters = state.sortedUnder
    let mixture = try family.prepare(parameters.components, for: source)
    guard let bounds = mixture.bounds(in: nil) else { return }
    let sorting = sorting(source, mixture, bounds, parameters, execution)
    order = try sorting.order(windows(source.rows))
    sortedUnder = parameters
    known = state.known.map(KnownDistances.init)
    latest = state.latest?.components ?? []
    (share, needed, isFresh) = (state.share, state.needed, state.isFresh)
  }

  private func sorting(
    _ source: any RandomAccessSource, _ mixture: any PreparedMixture<Family.Statistics>,
    _ bounds: DensityBounds, _ parameters: MixtureParameters<Family.Component>,
    _ execution: Execution
  ) -> RowSorting<Family.Statistics> {
    RowSorting(
      source: source, mixture: mixture, bounds: bounds,
      logWeights: family.logWeights(parameters.weights), execution: execution,
      shape: family.traits.passShape)
  }

  /// The order for a pass under `parameters`.
  mutating func sortedRows(under parameters: MixtureParameters<Family.Component>) -> SortedRows? {
    guard let order else { return nil }
    guard let known else { return SortedRows(order: order) }
    let components = parameters.components
    let drift = latest.isEmpty ? nil : family.properties.drift(from: latest, to: components)
    latest = components
    return SortedRows(
      order: order, known: known, drift: drift ?? components.map { _ in .unknown })
  }

  /// Learns from a pass how much of the work was done, and how much of it mattered.
  mutating func note(_ sums: PassResult<Family.Statistics>) {
    guard let source, order != nil else { return }
    let all = Double(source.rows) * Double(components)
    (share, needed) = (sums.evaluated / all, sums.needed / all)
    if cost(needed) > (1 - Self.leastGain) * cost(1) {
      (order, sortedUnder, known, share, needed) = (nil, nil, nil, 1, 1)
    }
    // The first pass has balls alone.
    if isFresh && cost(share) <= (1 + Self.leastUse) * cost(needed) { known = nil }
    isFresh = false
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

/// What passes over sorted rows depend on, beside the parameters.
struct PruningState<Family: ComponentFamily> {
  var sortedUnder: MixtureParameters<Family.Component>
  /// Those of the last pass.
  var latest: MixtureParameters<Family.Component>?
  /// What is known of distances, chunk by chunk.
  var known: [BlockDistances?]?
  var share: Double
  var needed: Double
  var isFresh: Bool
}

extension RowSorting {
  /// Joint densities that a pass over the order would evaluate, as a share of all, where it
  /// `remembers` distances or not.
  fileprivate func neededShare(_ order: RowOrder, _ remembers: Bool) throws -> Double {
    let sorted = SortedRows(
      order: order, known: remembers ? KnownDistances(chunks: order.chunks.count) : nil,
      drift: logWeights.map { _ in .unknown })
    let layout = BlockLayout(source, sorted, mixture, rowsPerBlock: shape.rowsPerBlock)
    let pairs = try execution.map(layout.chunkCount, concurrency: shape.maximumConcurrency) {
      chunk in
      var evaluator = makeEvaluator()
      var pairs = 0
      try layout.forEachBlock(of: chunk, logWeights: logWeights, &evaluator) { evaluator in
        if remembers { try evaluator.addJoint(logWeights) }
        pairs += evaluator.measure() * evaluator.buffer.rows
      }
      return pairs
    }
    return Double(pairs.reduce(0, +)) / (Double(order.rows) * Double(logWeights.count))
  }
}
