extension Grid {
  /// The entries with the log-likelihood of every row under the fit to the other parts of the data
  /// (Smyth 2000).
  ///
  /// The whole grid is fitted to all but each part, from starts of its own: from the optimum of all
  /// rows, which knows the part's rows too, components that hold few rows would look better than they
  /// are. An entry with a part whose fit fails or is degenerate has none, nor has any after an
  /// interrupt.
  func crossValidated(_ entries: [Selection.Entry], parts: Int) throws -> [Selection.Entry] {
    let group = try cells.first?.family.groupColumn.map {
      try data.columnNames.positions(of: [$0])[0]
    }
    let folds = try Folds(data, group: group, wanted: parts, seed: options.seed)
    var sums = [Double?](repeating: 0, count: entries.count)
    for part in 0..<folds.count {
      var found = entries.map { _ in Double?.none }
      do {
        found = try heldOut(part, of: folds)
      } catch let error as EmulsionError
        where [.cancelled, .invalidData, .degenerate].contains(error.code)
      {
        // Without the part there is nothing that any could be fitted to.
      }
      if options.isCancelled() { return entries }
      sums = zip(sums, found).map { sum, found in sum.flatMap { sum in found.map { sum + $0 } } }
    }
    return zip(entries, sums).map { entry, sum in
      var entry = entry
      entry.heldOutLogLikelihood = sum
      return entry
    }
  }

  /// The log-likelihood of a part's rows under each cell's fit to the others.
  private func heldOut(_ part: Int, of folds: Folds) throws -> [Double?] {
    let families = cells.map(\.family)
    let others = try folds.source(data, part: part, isHeldOut: false)
      .prepared(for: families).observed(options)
    let rows = try folds.source(data, part: part, isHeldOut: true)
      .prepared(for: families).observed(options)
    var rest = self
    rest.work = try FitWork(
      others, options, catalogue: work.catalogue, largest: cells.map(\.components).max())
    // Starts that fits share are the part's own as well.
    rest = try rest.brief()
    (rest.shelf, rest.agenda) = (shelf?.shelf("part \(part + 1)"), nil)
    let fits = try rest.exchanged(rest.fitted())
    return try dealt { index, execution -> Double? in
      guard fits[index].isEligible, let model = fits[index].model, !model.isCancelled else {
        return nil
      }
      return try model.mixture.score(rows, execution).logLikelihood
    }
  }
}
