extension FitWork {
  /// One fit whose starts are followed; where they disagree, the fits of simpler structures are starts as
  /// well, so that it comes out no worse than those, but where EM collapses from them.
  ///
  /// Starts disagree where fewer than half of them head for the best optimum, or one collapsed. Then the
  /// structures that are special cases of this one are fitted briefly with as many components, and EM goes
  /// on from each of their optima.
  func settledFit(_ options: FitOptions, execution: Execution) throws -> Model {
    let model = try fit(options, execution: execution)
    // Simpler structures share parameters, so that they can't hold single components.
    guard options.components > 1, options.family.usesCovariance, !model.evidence.isSettled,
      options.constraints.components.isEmpty,
      !model.isCancelled, canSearchBriefly(options)
    else { return model }
    let shelf = options.shelf
    if let known = try shelf?.fit("simpler", like: self) {
      return known.model?.replacing(model) ?? model
    }
    var options = options
    (options.threads, options.progress, options.shelf) = (execution.threads, nil, nil)
    // These are of this structure.
    options.besides = []
    let cells = try simplerStructures(options.covariance).map { name in
      var cell = options
      cell.covariance = name
      return cell
    }
    let better: Model?
    do {
      better = try Grid(data: data, work: self, cells: cells, options: options).lead(to: model)
    } catch let error as EmulsionError where error.code == .cancelled {
      var report = model.report
      report.isCancelled = true
      return model.reported(report, as: model)
    }
    if !options.isCancelled() { try shelf?.keep(SavedFit(better), "simpler", isUrgent: true) }
    return better?.replacing(model) ?? model
  }

  /// Special cases of a structure that treat units of columns as it does: what a fit comes to depends on them
  /// no more than before.
  private func simplerStructures(_ name: String) throws -> [String] {
    let known = Set(catalogue.covarianceNames(columns: data.columns))
    let own = try catalogue.covarianceModel(named: name)
    return try own.special.filter(known.contains).filter {
      try !own.isColumnScaleEquivariant
        || catalogue.covarianceModel(named: $0).isColumnScaleEquivariant
    }
  }

  /// Whether a fit may be searched for by some of its starts first, and all of them be followed where that
  /// is worth it: the data are small, and its starts are drawn.
  func canSearchBriefly(_ options: FitOptions) -> Bool {
    canFollowAllStarts && options.maximizesLikelihood && options.restarts > 2
      && options.initializer.needsSample
      && !options.initializer.isDeterministic && !options.initializer.isConfinedToCaller
  }
}

extension Evidence {
  /// Whether at least half of the starts head for the best optimum, and none collapsed.
  fileprivate var isSettled: Bool { degenerate + spurious == 0 && 2 * reachedBest >= starts }
}

extension Grid {
  /// The fit that EM comes to from those of the grid, which are special cases of the model, if it is better.
  fileprivate func lead(to model: Model) throws -> Model? {
    let nested = try brief().searched(by: BayesianInformation())
    let starts = nested.filter(\.isEligible).compactMap(\.model).map(StartingPoint.init)
    guard let found = try best(starts, options) else { return nil }
    let least =
      model.isDegenerate ? -Double.infinity : model.logLikelihood + options.tolerance
    return found.logLikelihood > least ? found : nil
  }
}
