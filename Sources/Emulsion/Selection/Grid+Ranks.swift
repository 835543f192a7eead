// Ranks that all have the rows fit a share of the cells each, and tell each other what they came to.
extension Grid {
  /// Whether they do: where ranks share the rows they work on every cell together, what is kept in a file is
  /// written by rank 0 alone, and what is confined to the caller's thread may ask the other ranks something.
  var dealsToRanks: Bool {
    work.catalogue.ranks != nil && options.ranks == nil && shelf == nil && cells.count > 1
      && cells.allSatisfy { !$0.isConfinedToCaller }
  }

  /// The entry that `body` makes of every cell, in their order, the same on all ranks.
  func entries(_ body: @Sendable (_ cell: Int, Execution) throws -> Selection.Entry) throws
    -> [Selection.Entry]
  {
    guard dealsToRanks, let ranks = work.catalogue.ranks else { return try dealt(body) }
    let order = cells.indices.sorted { cells[$0].components > cells[$1].components }
    // Each rank's share is a stretch: it gets long and short fits alike.
    let places = (0..<ranks.count).flatMap { rank in
      stride(from: rank, to: order.count, by: ranks.count).map { order[$0] }
    }
    // Fits hear an interrupt themselves, so that what the others have reached is kept.
    let outer = Execution(
      threads: isSpread ? options.execution.threads : 1,
      ranks: RankGroup(ranks) { false }, isCancelled: { false })
    let inner = isSpread ? options.execution.serial : options.execution
    let told = try outer.reduce(
      places.count, makeWorker: { 0 },
      merge: { (told: inout [ToldEntry], others) in told += others }
    ) { _, place in
      [try ToldEntry(body(places[place], inner), cell: places[place])]
    }
    // All go on from what was told, also the rank that found it.
    return try (told ?? []).sorted { $0.cell < $1.cell }.map {
      try $0.entry(of: cells[$0.cell], work)
    }
  }
}

/// An entry as ranks tell each other of it.
private struct ToldEntry: Codable, Sendable {
  let cell: Int
  private let fit: [UInt8]
  private let wasReached: Bool

  init(_ entry: Selection.Entry, cell: Int) throws {
    self.cell = cell
    wasReached = entry.wasReached
    fit = try SavedFit(entry.model, failure: entry.failure).bytes()
  }

  func entry(of cell: FitOptions, _ work: FitWork) throws -> Selection.Entry {
    var entry = Selection.Entry(of: cell)
    let saved = try SavedFit(bytes: fit, like: work)
    (entry.model, entry.failure, entry.wasReached) = (saved.model, saved.failure, wasReached)
    return entry
  }
}
