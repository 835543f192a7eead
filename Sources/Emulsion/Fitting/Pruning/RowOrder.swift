/// The rows of a data source in sorted windows, so that blocks are compact.
struct RowOrder: Sendable {
  /// Consecutive blocks of one window.
  struct Chunk: Sendable {
    var window: Int
    var blocks: Range<Int>
  }

  /// Rows that are summed before sums are merged; sums of many components are large.
  private static let rowsPerChunk = 1 << 14

  let source: any RandomAccessSource
  /// The units that radii are measured in.
  let units: [Double]
  private(set) var windows: [SortedWindow]
  /// A fixed division, whatever the number of threads.
  let chunks: [Chunk]
  /// The chunks of each window.
  let chunksOfWindow: [Range<Int>]

  init(_ source: any RandomAccessSource, units: [Double], windows: [SortedWindow]) {
    self.source = source
    self.units = units
    self.windows = windows
    var chunks: [Chunk] = []
    var chunksOfWindow: [Range<Int>] = []
    for (w, window) in windows.enumerated() {
      var (first, rows) = (0, 0)
      let firstChunk = chunks.count
      for block in 0..<window.blocks {
        rows += window.rows(inBlock: block)
        let next = block + 1
        guard
          rows >= Self.rowsPerChunk || next - first == Chunks.rowsPerBlock || next == window.blocks
        else { continue }
        chunks.append(Chunk(window: w, blocks: first..<next))
        (first, rows) = (next, 0)
      }
      chunksOfWindow.append(firstChunk..<chunks.count)
    }
    self.chunks = chunks
    self.chunksOfWindow = chunksOfWindow
  }

  /// Number of rows in blocks.
  var rows: Int { windows.reduce(0) { $0 + $1.entries } }

  /// Forgets the rows of some windows, which must not be read any more.
  mutating func release(_ some: Range<Int>) {
    for w in some { windows[w] = SortedWindow(windows[w].rows, entries: []) }
  }
}

/// The rows of a pass block by block: as they lie in the data, or sorted, with the components that
/// matter in each block.
struct BlockLayout: Sendable {
  private let data: any DataSource
  private let natural: Chunks
  private let sorted: (rows: SortedRows, bounds: DensityBounds)?

  /// The blocks of `sorted` where there are any and the mixture knows bounds, else those of the data.
  init(
    _ data: any DataSource, _ sorted: SortedRows?, _ mixture: some PreparedMixture,
    rowsPerBlock: Int
  ) {
    self.data = data
    natural = Chunks(rows: data.rows, rowsPerBlock: rowsPerBlock)
    self.sorted = sorted.flatMap { rows in
      mixture.bounds(in: rows.order.units).map { (rows, $0) }
    }
  }

  /// The chunks that hold the rows of a window, `rows`.
  func chunks(ofWindow window: Int, _ rows: Range<Int>) -> Range<Int> {
    if let sorted { return sorted.rows.order.chunksOfWindow[window] }
    return natural.chunks(of: rows)
  }

  var chunkCount: Int { sorted?.rows.order.chunks.count ?? natural.count }

  /// Calls `body` for each block of a chunk, its rows in `evaluator.buffer` and its components
  /// active; blocks without a row that counts are passed over.
  func forEachBlock<S>(
    of chunk: Int, logWeights: [Double], _ evaluator: inout BlockEvaluator<S>,
    _ body: (inout BlockEvaluator<S>) throws -> Void
  ) throws {
    guard let (rows, bounds) = sorted else {
      try natural.forEachBlock(of: chunk) { range in
        try data.read(range, into: &evaluator.buffer)
        guard evaluator.buffer.coverWeightlessRows() else { return }
        try body(&evaluator)
      }
      return
    }
    let order = rows.order
    let (window, blocks) = (order.windows[order.chunks[chunk].window], order.chunks[chunk].blocks)
    try evaluator.findActive(
      in: window, blocks, bounds, logWeights,
      rows.known?.take(chunk, components: logWeights.count, blocks: blocks.count), rows.drift)
    let positions = window.positions(ofBlocks: blocks)
    for (place, block) in blocks.enumerated() {
      let range = window.range(ofBlock: block, from: blocks.lowerBound)
      let end = min(positions.count, range.upperBound + Chunks.rowsPerBlock / 2)
      try order.source.read(
        range.count, of: positions.span.extracting(range.lowerBound..<end),
        into: &evaluator.buffer)
      guard evaluator.buffer.coverWeightlessRows() else { continue }
      evaluator.activate(place)
      try body(&evaluator)
    }
    rows.known?.put(evaluator.active.takeKnown(), at: chunk)
  }
}
