extension Catalogue {
  /// Searches a grid in a task of its own; cancelling the caller's task ends it as an interrupt does.
  ///
  /// - Throws: As the function that waits.
  public func select(_ data: any DataSource, _ options: SelectionOptions) async throws -> Selection
  {
    try await cancellable(options.fit.isCancelled) { isCancelled in
      var options = options
      options.fit.isCancelled = isCancelled
      return try select(data, options)
    }
  }
}

extension Catalogue {
  /// Fits a grid of mixtures and ranks them by a criterion.
  ///
  /// Fits that fail or are degenerate are listed, but never win. A fit that gave up some of its starts
  /// also starts from what another structure has found. One that comes out below one
  /// nested in it is repaired: EM starts again from the nested optimum. The best is fitted on to a
  /// ten-thousandth of the tolerance. Where the criterion asks for rows that fits have not seen, the grid
  /// is also fitted to all but each of `folds` parts; after an interrupt BIC takes its place.
  ///
  /// A search with a journal or a checkpoint goes on from the fits that are there, and comes to the same bits as
  /// one that was never stopped.
  ///
  /// - Throws: `invalid-option`, `invalid-data`, and `degenerate` where nothing may win.
  public func select(_ data: any DataSource, _ options: SelectionOptions) throws -> Selection {
    try options.fit.withinTime { try search(data, options) }
  }

  private func search(_ data: any DataSource, _ options: SelectionOptions) throws -> Selection {
    let begin = monotonicSeconds()
    let criterion = options.criterion
    for option in SelectionOptions.table { try option.check(options) }
    let names =
      options.covariances == ["all"]
      ? covarianceNames(columns: data.columns) : options.covariances
    let covariances = try unique(names.map { try covarianceModel(named: $0).name })
    let families = options.families
    let counts = unique(options.components)
    guard let largest = counts.max(), !covariances.isEmpty, !families.isEmpty else {
      throw EmulsionError(.invalidOption, "components: an empty list; nothing to select from")
    }
    let prepared = try data.prepared(for: families).observed(options.fit)
    let shared = options.fit.sharing(prepared, ranks)
    var cells: [FitOptions] = []
    for family in families {
      for covariance in family.usesCovariance ? covariances : Array(covariances.prefix(1)) {
        for k in counts {
          var cell = shared
          (cell.family, cell.covariance, cell.components) = (family, covariance, k)
          try cell.validate()
          cells.append(cell)
        }
      }
    }
    // More components than rows can't be: such cells are listed as failed.
    let work = try FitWork(
      prepared, shared, catalogue: self, largest: max(1, min(largest, data.rows)))
    let file = try options.workFile(work, cells)
    let clock = SearchClock(
      cells.map(\.components), rounds: criterion.needsHeldOutRows ? options.folds + 1 : 1)
    for index in cells.indices { (cells[index].checkpoint, cells[index].clock) = (nil, clock) }
    var fit = shared
    (fit.checkpoint, fit.clock) = (nil, clock)
    var grid = try Grid(data: data, work: work, cells: cells, options: fit).brief()
    let audit = AuditLog()
    grid.audit = audit
    grid.shelf = file.map { WorkShelf(file: $0) }
    if file != nil || options.fit.timeLimit != nil { grid.agenda = Agenda(cells, by: criterion) }
    var entries = try grid.searched(by: criterion)
    if criterion.needsHeldOutRows {
      entries = try grid.crossValidated(entries, parts: options.folds)
    }
    if criterion.needsOneComponent { entries = try grid.comparedWithOne(entries) }
    // Those that were no better than the winner follow it.
    entries = try grid.repaired(grid.refined(entries, by: criterion), as: "repaired at the end")
    try file?.save()
    return try Selection(
      entries, criterion: criterion, seconds: monotonicSeconds() - begin,
      notes: work.summary.notes ?? [], about: file?.notes ?? [],
      audit: fit.maximizesLikelihood ? audit.audit(entries, grid) : SelectionAudit())
  }
}

private func unique<Element: Hashable>(_ list: [Element]) -> [Element] {
  var seen: Set<Element> = []
  return list.filter { seen.insert($0).inserted }
}
