extension Grid {
  /// Larger models can't fit worse than smaller ones nested in them: where one does, or has
  /// collapsed while a nested one is sound, EM starts again from the best of the nested optima.
  ///
  /// - Parameters:
  ///   - name: What fits that mend are kept under.
  ///   - revives: Whether what has collapsed gets its chance, once.
  func repaired(_ fitted: [Selection.Entry], as name: String, revives: Bool = false) throws
    -> [Selection.Entry]
  {
    guard options.maximizesLikelihood else { return fitted }
    var entries = fitted
    var nesting = Nesting(entries, cells, work.catalogue)
    for index in nesting.order where !options.isCancelled() {
      // What the data don't allow no other start cures.
      if entries[index].failure?.code == .invalidData { continue }
      guard let best = nesting.best(of: nesting.nested[index]),
        let highest = nesting.logLikelihood(best)
      else { continue }
      let own = nesting.logLikelihood(index)
      let relation = nesting.relation(of: best, to: index)
      let least = highest - relation.slack(highest, options)
      if own.map({ $0 >= least }) ?? !revives { continue }
      if own == nil
        && !mayWin(entries[index], over: entries[best], leastBIC: nesting.leastBIC)
      {
        continue
      }
      // What has merely stopped a little early needs no further search.
      let isNear = own.map { $0 > highest - 10 * options.tolerance } ?? false
      let before = entries[index]
      for smaller in own == nil ? neighbours(of: index, entries, nesting) : [best] {
        guard
          let better = try kept(
            "\(name) \(index + 1) from \(smaller + 1)",
            { try refit(entries[index], from: entries[smaller], searches: !isNear, least: least) })
        else { continue }
        (entries[index].model, entries[index].failure) = (better, nil)
        nesting.note(entries[index], at: index)
        audit?.note(before, entries[index], nested: entries[best], relation)
        break
      }
    }
    return entries
  }

  /// Whether a cell that has collapsed may come to the best BIC, if it gains as much over the best fit that
  /// is nested in it as its parameters could tell: a few nats, and one for each of them, twice what chance gives.
  private func mayWin(
    _ entry: Selection.Entry, over nested: Selection.Entry, leastBIC: Double
  ) -> Bool {
    guard let model = nested.model, let more = parametersAdded(by: entry, to: nested) else {
      return true
    }
    let penalty = naturalLog(model.report.totalWeight) * Double(more)
    return (nested.bic + penalty - leastBIC) / 2 <= 10 + Double(more)
  }

  /// How many parameters more a cell has than a fit that is nested in it; `nil` where that is not told by
  /// rows and columns.
  private func parametersAdded(by entry: Selection.Entry, to nested: Selection.Entry) -> Int? {
    guard let name = entry.covariance, let model = nested.model,
      let covariance = try? work.catalogue.covarianceModel(named: name),
      let own = nested.covariance.flatMap({ try? work.catalogue.covarianceModel(named: $0) })
    else { return nil }
    let (k, d) = (entry.components, model.dimension)
    let more =
      covariance.freeParameters(components: k, dimension: d)
      - own.freeParameters(components: nested.components, dimension: d)
    return more + (k - nested.components) * (d + 1)
  }

  /// What has collapsed gets its chance from the best with as many components, and from the same
  /// structure with one less, not from all that are nested.
  private func neighbours(of index: Int, _ entries: [Selection.Entry], _ nesting: Nesting) -> [Int]
  {
    let k = entries[index].components
    let nested = nesting.nested[index].filter { nesting.standing[$0] != nil }
    let equals = nesting.best(of: nested.filter { entries[$0].components == k })
    return (equals.map { [$0] } ?? []) + nested.filter { entries[$0].components == k - 1 }
  }

  /// The best sound fit that starts from the nested one: its parameters as they are, or with one of
  /// the heaviest components split along its widest direction, or doubled, which changes nothing.
  ///
  /// Where EM collapses from all of these, or the limits on covariances make it fall below `least`, the
  /// nested optimum itself is the larger model's fit; it is degenerate where the doubled component has
  /// too few rows for two.
  private func refit(
    _ entry: Selection.Entry, from smaller: Selection.Entry, searches: Bool, least: Double
  ) throws -> Model? {
    guard let nested = smaller.model else { return nil }
    var cell = options
    guard let family = definition(of: entry) else { return nil }
    cell.family = family
    cell.covariance = entry.covariance ?? cell.covariance
    cell.components = entry.components
    cell.endsAtFloor = cells.contains(where: \.endsAtFloor)
    var base = StartingPoint(nested)
    if smaller.family != entry.family {
      guard let other = definition(of: smaller), let limit = base.of(family, like: other) else {
        return nil
      }
      base = limit
    } else if let own = entry.covariance, let other = smaller.covariance {
      let (large, small) = try (
        work.catalogue.covarianceModel(named: own), work.catalogue.covarianceModel(named: other)
      )
      guard let same = base.of(large, like: small, nested.mixture) else { return nil }
      base = same
    }
    let isSameCount = entry.components == nested.components
    let plain = base.grown(to: entry.components)
    let splits =
      isSameCount || !searches ? [] : base.splits(to: entry.components, like: nested.mixture)
    let reached = try best(splits + [plain], cell, isDoubtful: !entry.isEligible)
    if let reached, reached.logLikelihood >= least { return reached }
    cell.maximumIterations = 0
    let kept = try best([plain], cell, isSound: !entry.isEligible)
    return kept.flatMap { $0.logLikelihood >= least ? $0 : nil }
  }

  /// The best fit that EM reaches from given starts: from that of the short runs which is best, and
  /// sound where it must be. One that is doubtful shows in a longer run first.
  func best(
    _ starts: [StartingPoint], _ options: FitOptions, isSound: Bool = true, isDoubtful: Bool = false
  ) throws -> Model? {
    var whole = options
    whole.extrapolates = true
    var short = whole
    let fewest = isDoubtful ? 50 : starts.count > 1 ? 15 : Int.max
    short.maximumIterations = min(options.maximumIterations, fewest)
    let runs = try models(starts, short, isSound: isSound)
      .sorted { $0.logLikelihood > $1.logLikelihood }
    for run in runs {
      if run.hasConverged || short.maximumIterations == options.maximumIterations {
        return run.inCanonicalOrder
      }
      if let model = try models([StartingPoint(run)], whole, isSound: isSound).first {
        return model.inCanonicalOrder
      }
    }
    return nil
  }

  /// What EM comes to from each start, without those that are of no use.
  private func models(
    _ starts: [StartingPoint], _ options: FitOptions, isSound: Bool
  ) throws -> [Model] {
    let isSpread = starts.count > 1 && options.spreadsFits(of: work.data, over: options.execution)
    return try options.execution.spread(starts.count, sideBySide: isSpread) {
      place, execution -> Model? in
      var cell = options
      cell.initializer = starts[place].initializer
      do {
        let model = try work.fit(cell, execution: execution)
        return isSound && model.isDegenerate ? nil : model
      } catch let error as EmulsionError where [.degenerate, .cancelled].contains(error.code) {
        return nil
      }
    }.compactMap { $0 }
  }

  private func definition(of entry: Selection.Entry) -> (any FamilyDefinition)? {
    cells.first { $0.family.label == entry.family }?.family
  }
}
