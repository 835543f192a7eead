extension Grid {
  /// The grid with its fits searched for briefly, where the data are small enough for following all
  /// starts of the best ones later.
  ///
  /// Each structure tries other starts than the last, and what one finds the others try as well.
  func brief() throws -> Grid {
    var grid = self
    // What was made for other rows goes.
    for index in cells.indices {
      (grid.cells[index].search, grid.cells[index].endsAtFloor) = (nil, false)
    }
    guard work.canSearchBriefly(options) else { return grid }
    func isBrief(_ cell: FitOptions) -> Bool { cell.family.usesCovariance }
    let structures = Dictionary(grouping: cells.filter(isBrief)) {
      "\($0.family.label) \($0.components)"
    }
    guard structures.values.contains(where: { $0.count > 1 }) else { return grid }
    let trees = try HierarchicalStarts(work.standardizedSample, options.execution)
    var turns: [Int: Int] = [:]
    for index in cells.indices where isBrief(cells[index]) {
      let turn = turns[cells[index].components, default: 0]
      turns[cells[index].components] = turn + 1
      let drawn = (0..<min(drawnCount, options.restarts)).map {
        (turn * drawnCount + $0) % options.restarts
      }
      grid.cells[index].search = BriefSearch(shared: trees, drawn: drawn)
      grid.cells[index].endsAtFloor = true
    }
    return grid
  }

  /// How many starts of a fit are drawn: of few rows Ward's clusters, one drawn start and what other
  /// structures lend find nearly all that more would.
  private var drawnCount: Int { work.summary.totalWeight < 200 ? 1 : 2 }
  /// How many of the best fits have all of their starts followed.
  private var leadingCount: Int { 2 }
  /// The most rounds of that: what rises to the top is looked at as well.
  private var rounds: Int { 2 }

  /// The entries after those that lead have followed all of their starts: the grid gives most starts up
  /// early, which may cost the winner.
  func deepened(_ entries: [Selection.Entry], by criterion: any SelectionCriterion) throws
    -> [Selection.Entry]
  {
    guard cells.contains(where: { $0.search != nil }) else { return entries }
    var entries = entries
    var looked: Set<Int> = []
    for round in 1...rounds where !options.isCancelled() {
      let leading = leading(entries, by: criterion).filter {
        cells[$0].search != nil && looked.insert($0).inserted
      }
      if leading.isEmpty { break }
      let isSpread = leading.allSatisfy {
        cells[$0].spreadsFits(of: work.data, over: options.execution)
      }
      let known = entries
      let found = try options.execution.spread(leading.count, sideBySide: isSpread) {
        try thorough(leading[$0], known[leading[$0]], "round \(round)", $1)
      }
      var hasRisen = false
      for (index, model) in zip(leading, found) {
        guard let model, let own = entries[index].model else { continue }
        hasRisen = hasRisen || model.logLikelihood > own.logLikelihood
        entries[index].model = model
      }
      if hasRisen { entries = try repaired(entries, as: "repaired in round \(round)") }
    }
    return entries
  }

  /// The best entries by the criterion, or by BIC where it has no values yet.
  private func leading(_ entries: [Selection.Entry], by criterion: any SelectionCriterion) -> [Int]
  {
    let ranks = entries.map { $0.rank(by: criterion) }
    return Array(
      entries.indices.filter { entries[$0].isEligible }.sorted { ranks[$0] < ranks[$1] }
        .prefix(leadingCount))
  }

  /// The fit with all starts followed, if it is as good as the entry's own; else that one with what was
  /// learned of the others.
  private func thorough(
    _ index: Int, _ entry: Selection.Entry, _ round: String, _ execution: Execution
  ) throws -> Model? {
    guard let own = entry.model else { return nil }
    var cell = cells[index]
    cell.search = nil
    let name = "all starts of \(index + 1)"
    cell.shelf = shelf?.shelf("runs of \(name)")
    do {
      let found = try kept("\(name) in \(round)") { try work.fit(cell, execution: execution) }
      guard let model = found, !model.isCancelled, !model.isDegenerate else { return nil }
      return model.logLikelihood >= own.logLikelihood ? model : own.learning(from: model)
    } catch let error as EmulsionError where [.degenerate, .cancelled].contains(error.code) {
      return nil
    }
  }
}

extension Model {
  /// The model with the evidence of another search for it that came to less.
  fileprivate func learning(from other: Model) -> Model {
    var report = report
    report.evidence = other.evidence
    let lead = logLikelihood - other.logLikelihood
    if lead > max(0.1, 1e-5 * abs(logLikelihood)) {
      report.evidence.starts += 1
      report.evidence.reachedBest = 1
      report.evidence.spread += lead
    }
    return reported(report, as: other)
  }
}
