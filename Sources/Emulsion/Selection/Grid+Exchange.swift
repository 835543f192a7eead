extension Grid {
  /// Iterations after which a borrowed start shows what it is worth.
  private var trialIterations: Int { 3 }

  /// The fits after each that gave up starts has tried what another structure has found with as many
  /// components: EM starts from the other's components, which take this structure with the first M
  /// step.
  ///
  /// What is lent are the fits as they came, so that the outcome doesn't depend on threads.
  func exchanged(_ fitted: [Selection.Entry]) throws -> [Selection.Entry] {
    let found = try entries { index, execution in
      var entry = Selection.Entry(of: cells[index])
      guard fitted[index].model?.evidence.givenUp != nil else { return entry }
      entry.model = try kept("exchanged \(index + 1)") {
        try borrowed(for: index, of: fitted, execution)
      }
      return entry
    }
    return zip(fitted, found).map { own, other in
      var entry = own
      entry.model = other.model ?? own.model
      return entry
    }
  }

  /// A better fit than the entry's own, if the best of the others that went elsewhere leads to one.
  private func borrowed(
    for index: Int, of entries: [Selection.Entry], _ execution: Execution
  ) throws -> Model? {
    let entry = entries[index]
    guard let own = entry.model, own.evidence.givenUp != nil, !options.isCancelled() else {
      return nil
    }
    let lenders = entries.filter {
      $0.family == entry.family && $0.components == entry.components && $0.isEligible
    }.compactMap(\.model).filter { !isAlike($0, own) }
    guard let lender = lenders.min(by: { $0.bic < $1.bic }) else { return nil }
    var cell = cells[index]
    cell.extrapolates = true
    cell.maximumIterations = min(options.maximumIterations, trialIterations)
    let height = own.isDegenerate ? -Double.infinity : own.logLikelihood
    guard let trial = try fit(cell, from: lender, execution),
      heading(trial) > height + options.tolerance
    else { return nil }
    cell.maximumIterations = options.maximumIterations
    guard let model = try fit(cell, from: trial, execution), model.logLikelihood > height else {
      return nil
    }
    return model.inCanonicalOrder.replacing(own)
  }

  /// Whether two fits weigh their components alike, so that they found the same clusters.
  private func isAlike(_ a: Model, _ b: Model) -> Bool {
    zip(a.weights.sorted(), b.weights.sorted()).allSatisfy { abs($0 - $1) < 0.02 }
  }

  /// Where a trial is heading; its first value is not yet the structure's.
  private func heading(_ trial: Model) -> Double {
    AitkenStopping.limit(of: trial.trace.dropFirst()) ?? trial.logLikelihood
  }

  /// The sound fit that EM reaches from another's parameters.
  private func fit(_ cell: FitOptions, from model: Model, _ execution: Execution) throws -> Model? {
    var cell = cell
    cell.initializer = StartingPoint(model).initializer
    do {
      let model = try work.fit(cell, execution: execution)
      return model.isDegenerate || model.isCancelled ? nil : model
    } catch let error as EmulsionError
      where [.degenerate, .cancelled, .invalidOption].contains(error.code)
    {
      return nil
    }
  }
}

extension Model {
  /// The model with the evidence of the one that it takes the place of, and one more start.
  func replacing(_ other: Model) -> Model {
    var report = report
    report.evidence = other.evidence
    report.evidence.starts += 1
    report.evidence.reachedBest = 1
    report.evidence.spread += max(0, logLikelihood - other.logLikelihood)
    report.seconds += other.seconds
    return reported(report, as: other)
  }
}
