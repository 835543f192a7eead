/// The parameters of a mixture: components and their weights.
struct MixtureParameters<Component: MixtureComponent>: Sendable {
  var components: [Component]
  var weights: [Double]
}

/// Where a run of EM has come to.
struct EMRun<Family: ComponentFamily>: Sendable {
  /// The parameters that the last log-likelihood of the trace belongs to.
  var parameters: MixtureParameters<Family.Component>
  /// Nₖ under these parameters.
  var counts: [Double]
  /// Log-likelihood at the start and after every iteration, nats.
  var trace: [Double] = []
  /// Whether the stopping rule was met.
  var hasConverged = false
  /// Whether it was interrupted.
  var isCancelled = false

  var logLikelihood: Double { trace.last ?? -.infinity }
  /// Where the log-likelihood is heading.
  var projected: Double { AitkenStopping.limit(of: trace) ?? logLikelihood }
}

/// The EM algorithm for any family: E step, M step, until the rule is met.
struct ExpectationMaximisation<Family: ComponentFamily>: Sendable {
  let family: Family
  let data: any DataSource
  var transform: any PosteriorTransform = Softmax()
  /// Whether components may be left out of blocks where they don't matter.
  var prunes = true

  /// Runs EM from given parameters.
  ///
  /// Each pass yields the log-likelihood of the parameters at hand and the sums for the next ones,
  /// so that what is returned was always evaluated. A cancelled run returns what was reached.
  func run(
    from start: MixtureParameters<Family.Component>, maximumIterations: Int,
    stopping: AitkenStopping, execution: Execution,
    report: (_ iteration: Int, _ logLikelihood: Double, _ share: Double) throws -> Void = {
      _, _, _ in
    }
  ) throws -> EMRun<Family> {
    var run = EMRun<Family>(parameters: start, counts: [])
    var parameters = start
    var pruning = Pruning(
      data, components: start.weights.count, isAllowed: prunes && transform.ignoresImprobable)
    do {
      while true {
        let sums = try expectation(parameters, iteration: run.trace.count, &pruning, execution)
        run.parameters = parameters
        run.counts = sums.counts
        run.trace.append(sums.logLikelihood)
        try report(run.trace.count - 1, sums.logLikelihood, pruning.share)
        run.hasConverged = stopping.isSatisfied(by: run.trace)
        if run.hasConverged || run.trace.count > maximumIterations { return run }
        parameters = try maximisation(sums, previous: parameters, transform, execution)
      }
    } catch let error as EmulsionError where error.code == .cancelled && !run.trace.isEmpty {
      run.isCancelled = true
      return run
    }
  }

  /// The parameters after one M step from a rule for the responsibilities: a start.
  func start(
    from rule: any PosteriorTransform, components k: Int, execution: Execution
  ) throws -> MixtureParameters<Family.Component> {
    let neutral = MixtureParameters(
      components: try family.neutralComponents(k),
      weights: Array(repeating: 1 / Double(k), count: k))
    let first = try maximisation(
      pass(neutral, rule, execution), previous: neutral, rule, execution)
    guard family.needsOwnMeasure(first.components) else { return first }
    return try maximisation(pass(first, rule, execution), previous: first, rule, execution)
  }

  /// E step, fused with the sums of the M step.
  private func expectation(
    _ parameters: MixtureParameters<Family.Component>, iteration: Int, _ pruning: inout Pruning,
    _ execution: Execution
  ) throws -> PassResult<Family.Statistics> {
    let mixture = try family.prepare(parameters.components)
    let (logWeights, concurrency) = (
      family.logWeights(parameters.weights), family.maximumConcurrency
    )
    try pruning.revise(
      iteration: iteration, mixture, logWeights: logWeights, concurrency: concurrency, execution)
    let sums = try execution.pass(
      mixture, over: data, logWeights: logWeights, transform: transform, concurrency: concurrency,
      order: pruning.order)
    pruning.note(evaluated: sums.evaluated)
    guard sums.logLikelihood.isFinite else {
      throw EmulsionError(
        .degenerate,
        "the log-likelihood is \(sums.logLikelihood): some row has no density under any component")
    }
    return sums
  }

  /// M step, with the sums taken again under the same responsibilities where the family asks.
  private func maximisation(
    _ sums: PassResult<Family.Statistics>, previous: MixtureParameters<Family.Component>,
    _ rule: any PosteriorTransform, _ execution: Execution
  ) throws -> MixtureParameters<Family.Component> {
    let components = try family.estimate(
      sums.statistics, counts: sums.counts, previous: previous.components
    ) { trial in
      let mixture = Remeasurement<Family.Statistics>(
        assigning: try family.prepare(previous.components), measuring: try family.prepare(trial),
        components: trial.count)
      return try execution.pass(
        mixture, over: data, logWeights: family.logWeights(previous.weights), transform: rule,
        concurrency: family.maximumConcurrency
      ).statistics
    }
    let total = sums.counts.reduce(0, +)
    return MixtureParameters(components: components, weights: sums.counts.map { $0 / total })
  }

  private func pass(
    _ parameters: MixtureParameters<Family.Component>, _ rule: any PosteriorTransform,
    _ execution: Execution
  ) throws -> PassResult<Family.Statistics> {
    try execution.pass(
      family.prepare(parameters.components), over: data,
      logWeights: family.logWeights(parameters.weights),
      transform: rule, concurrency: family.maximumConcurrency)
  }
}
