extension Grid {
  /// How much nearer to the maximum the winner is brought than the others, which are many.
  private var refinement: Double { 1e-4 }

  /// The entries with the best of them fitted on, so that its criterion is the maximum's and does not
  /// depend on where the tolerance let it stop. With many rows that costs more than it shows.
  func refined(_ entries: [Selection.Entry], by criterion: any SelectionCriterion) throws
    -> [Selection.Entry]
  {
    let ranks = entries.map { $0.rank(by: criterion) }
    guard let index = entries.indices.min(by: { ranks[$0] < ranks[$1] }), entries[index].isEligible,
      let model = entries[index].model, model.hasConverged, options.tolerance > 0, work.seesAllRows,
      options.maximizesLikelihood
    else { return entries }
    var options = options
    options.extrapolates = true
    options.tolerance *= refinement
    options.maximumIterations = max(0, options.maximumIterations - model.iterations)
    let found: Model?
    do {
      found = try kept("refined") { try model.resume(work.data, options).inCanonicalOrder }
    } catch let error as EmulsionError where [.degenerate, .cancelled].contains(error.code) {
      return entries
    }
    guard let further = found, !further.isDegenerate, further.logLikelihood > model.logLikelihood
    else { return entries }
    var entries = entries
    entries[index].model = model.continued(by: further)
    return entries
  }
}

extension Model {
  /// What a fit that was resumed came to, told as one fit.
  fileprivate func continued(by further: Model) -> Model {
    var report = further.report
    report.trace = report.trace.isEmpty ? trace : trace.dropLast() + report.trace
    report.seconds += seconds
    report.evidence = evidence
    // To the tolerance that was asked for it had converged before.
    (report.hasConverged, report.isCancelled) = (true, false)
    return further.reported(report, as: self)
  }
}
