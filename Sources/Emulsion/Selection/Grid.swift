/// The fits of a selection, spread over threads, and the repair of those that fell short.
struct Grid: Sendable {
  /// The rows as they were given.
  let data: any DataSource
  var work: FitWork
  var cells: [FitOptions]
  let options: FitOptions
  /// Where fits are kept as they end, under names that begin alike.
  var shelf: WorkShelf?
  /// The order in which cells are begun; the largest first where there is none.
  var agenda: Agenda?
  /// The log of what the repair mends.
  var audit: AuditLog?

  /// Whether cells are dealt to threads, rather than the chunks of each.
  var isSpread: Bool {
    cells.allSatisfy { $0.spreadsFits(of: work.data, over: options.execution) }
  }

  /// The fits after they learned of each other, the best by the criterion with all of their starts.
  func searched(by criterion: any SelectionCriterion) throws -> [Selection.Entry] {
    try deepened(repaired(exchanged(fitted()), as: "repaired", revives: true), by: criterion)
  }

  func fitted() throws -> [Selection.Entry] {
    guard let agenda, !dealsToRanks else {
      return try entries { index, execution in try entry(index, execution) }
    }
    let order = agenda.begun()
    let results = try options.execution.spread(cells.count, sideBySide: isSpread) {
      _, execution in
      let index = order.next()
      let entry = try entry(index, execution)
      order.note(entry, at: index)
      return (index, entry)
    }
    return results.sorted { $0.0 < $1.0 }.map(\.1)
  }

  /// What `body` makes of every cell, in their order.
  func dealt<Result: Sendable>(_ body: @Sendable (_ cell: Int, Execution) throws -> Result) throws
    -> [Result]
  {
    // What takes longest begins first, so that no thread is left with it at the end.
    let order = cells.indices.sorted { cells[$0].components > cells[$1].components }
    let results = try options.execution.spread(order.count, sideBySide: isSpread) {
      (order[$0], try body(order[$0], $1))
    }
    return results.sorted { $0.0 < $1.0 }.map(\.1)
  }

  private func entry(_ index: Int, _ execution: Execution) throws -> Selection.Entry {
    var cell = cells[index]
    var entry = Selection.Entry(of: cell)
    let name = "fit \(index + 1)"
    if let known = try shelf?.fit(name, like: work) {
      (entry.model, entry.failure) = (known.model, known.failure)
      options.clock?.note(components: cell.components, wasKnown: true)
      return entry
    }
    guard !options.isCancelled() else {
      entry.failure = EmulsionError(.cancelled, "interrupted")
      entry.wasReached = false
      return entry
    }
    cell.shelf = shelf?.shelf("runs of \(name)")
    do {
      try refuseTooFewRows(cell)
      entry.model =
        try cell.search == nil
        ? work.settledFit(cell, execution: execution) : work.fit(cell, execution: execution)
    } catch let error as EmulsionError
      where [.degenerate, .invalidData, .cancelled].contains(error.code)
    {
      // After an interrupt the fits that were reached are still worth something.
      entry.failure = error
    }
    try keep(SavedFit(entry.model, failure: entry.failure), name)
    options.clock?.note(components: cell.components, wasKnown: false)
    return entry
  }

  /// What leaves a component of every fit with fewer rows than it needs is not tried.
  private func refuseTooFewRows(_ cell: FitOptions) throws {
    guard cell.family.usesCovariance, cell.regularization == 0, cell.constraints.isEmpty else {
      return
    }
    let model = try work.catalogue.covarianceModel(named: cell.covariance)
    let needed = cell.components * model.rowsNeeded(dimension: work.data.columns)
    let rows = work.summary.weightedRows
    guard cell.components <= rows, needed > rows else { return }
    throw EmulsionError(
      .degenerate,
      "\(cell.components.counted("component")) under \(model.name) covariances "
        + "\(cell.components == 1 ? "needs" : "need") at least \(needed.counted("row")); "
        + "the data have \(rows)")
  }
}
