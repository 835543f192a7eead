/// The parameters of a mixture: components and their weights, and the noise beside them.
struct MixtureParameters<Component: MixtureComponent>: Sendable {
  var components: [Component]
  /// The weights of the components among themselves: they sum to 1.
  var weights: [Double]
  /// The noise; it takes its weight from all components alike.
  var noise: Noise?
}

/// Where a run of EM has come to.
struct EMRun<Family: ComponentFamily>: Sendable {
  /// The parameters that the last log-likelihood of the trace belongs to.
  var parameters: MixtureParameters<Family.Component>
  /// Log-likelihood at the start and after every iteration, nats.
  var trace: [Double] = []
  /// Whether the stopping rule was met.
  var hasConverged = false
  /// Whether it was interrupted.
  var isCancelled = false
  /// The sums under these parameters, and what they say of where to go.
  var extrapolation = Extrapolation<Family.Statistics>()

  init(from start: MixtureParameters<Family.Component>) { parameters = start }

  var iterations: Int { max(0, trace.count - 1) }
  /// Nₖ under these parameters.
  var counts: [Double] { extrapolation.latest?.counts ?? [] }
  var logLikelihood: Double { trace.last ?? -.infinity }
  /// The end of the trace that has no jump in it.
  var smoothTrace: ArraySlice<Double> { trace.suffix(extrapolation.plain) }
  /// Whether what the last jump stirred up has settled, or it was no more than the tolerance.
  func isSettled(_ tolerance: Double) -> Bool {
    let plain = extrapolation.plain
    return plain == trace.count || plain >= 10
      || logLikelihood - trace[trace.count - plain - 1] < tolerance
  }
  /// Where the log-likelihood is heading.
  var projected: Double { AitkenStopping.limit(of: smoothTrace) ?? logLikelihood }
}

/// The EM algorithm for any family: E step, M step, until the rule is met.
struct ExpectationMaximisation<Family: ComponentFamily>: Sendable {
  let family: Family
  let data: any DataSource
  /// The noise component as it begins.
  var noise: Noise?
  var transform: any PosteriorTransform = Softmax()
  /// Whether components may be left out of blocks where they don't matter.
  var prunes = true
  /// Whether slow convergence is accelerated by extrapolation.
  var extrapolates = false

  /// Goes on with a run, or begins it.
  ///
  /// Each pass yields the log-likelihood of the parameters at hand and the sums for the next ones,
  /// so that what is returned was always evaluated. A cancelled run returns what was reached.
  func advance(
    _ start: EMRun<Family>, maximumIterations: Int, stopping: AitkenStopping,
    execution: Execution,
    report: (_ iteration: Int, _ logLikelihood: Double, _ share: Double) throws -> Void = {
      _, _, _ in
    }
  ) throws -> EMRun<Family> {
    var run = start
    var pruning = Pruning(
      data, family, components: run.parameters.weights.count,
      isAllowed: prunes && transform.ignoresImprobable)
    var evaluator: BlockEvaluator<Family.Statistics>?
    do {
      while !(run.hasConverged || run.trace.count > maximumIterations) {
        try iterate(&run, &pruning, &evaluator, execution)
        try report(run.iterations, run.logLikelihood, pruning.share)
        run.hasConverged =
          run.isSettled(stopping.tolerance) && stopping.isSatisfied(by: run.smoothTrace)
      }
      return run
    } catch let error as EmulsionError where error.code == .cancelled && !run.trace.isEmpty {
      run.isCancelled = true
      return run
    }
  }

  /// One M step, unless nothing was evaluated yet, and the evaluation of what it yields.
  private func iterate(
    _ run: inout EMRun<Family>, _ pruning: inout Pruning<Family>,
    _ evaluator: inout BlockEvaluator<Family.Statistics>?, _ execution: Execution
  ) throws {
    var parameters = run.parameters
    if let sums = run.extrapolation.latest {
      if extrapolates, let proposal = try run.extrapolation.proposal(run.trace) {
        if let jump = jump(to: proposal, from: run, execution) {
          let far = try expectation(
            jump, iteration: run.trace.count, &pruning, &evaluator, execution)
          if far.logLikelihood >= run.logLikelihood {
            run.extrapolation.accept()
            return run.note(far, at: jump)
          }
        }
        run.extrapolation.reject()
      }
      parameters = try maximisation(sums, previous: parameters, transform, execution)
    }
    let sums = try expectation(
      parameters, iteration: run.trace.count, &pruning, &evaluator, execution)
    guard sums.logLikelihood.isFinite else {
      throw EmulsionError(
        .degenerate,
        "the log-likelihood is \(sums.logLikelihood): some row has no density under any component")
    }
    run.note(sums, at: parameters)
  }

  /// The parameters that extrapolated sums stand for, where they are sound.
  private func jump(
    to sums: PassResult<Family.Statistics>, from run: EMRun<Family>, _ execution: Execution
  ) -> MixtureParameters<Family.Component>? {
    guard family.sumsAreComparable(run.parameters.components),
      let far = try? maximisation(sums, previous: run.parameters, transform, execution),
      family.sumsAreComparable(far.components),
      family.diagnose(far.components, counts: sums.counts).isEmpty,
      // Sums beyond what rows can have make parameters outside of their domains.
      far.components.allSatisfy({
        (try? family.component(from: family.parameters(of: $0).byName)) != nil
      })
    else { return nil }
    return far
  }

  /// The parameters after one M step from a rule for the responsibilities: a start.
  func start(
    from rule: any PosteriorTransform, components k: Int, execution: Execution
  ) throws -> MixtureParameters<Family.Component> {
    let neutral = MixtureParameters(
      components: try family.neutralComponents(k),
      weights: Array(repeating: 1 / Double(k), count: k))
    var sums = try pass(neutral, rule, execution)
    var start = try maximisation(sums, previous: neutral, rule, execution)
    if family.needsOwnMeasure(start.components) {
      sums = try pass(start, rule, execution)
      start = try maximisation(sums, previous: start, rule, execution)
    }
    // What the rule gives to no component.
    let rest = 1 - sums.counts.reduce(0, +) / sums.totalWeight
    start.noise = rest > 1e-9 ? noise?.weighing(rest) : noise
    return start
  }

  /// E step, fused with the sums of the M step.
  private func expectation(
    _ parameters: MixtureParameters<Family.Component>, iteration: Int,
    _ pruning: inout Pruning<Family>, _ evaluator: inout BlockEvaluator<Family.Statistics>?,
    _ execution: Execution
  ) throws -> PassResult<Family.Statistics> {
    let mixture = try family.prepare(parameters.components)
    let logWeights = family.logWeights(parameters.weights)
    try pruning.revise(iteration: iteration, mixture, parameters, execution)
    let sums = try execution.pass(
      mixture, over: data, logWeights: logWeights, noise: parameters.noise, transform: transform,
      shape: family.passShape, sorted: pruning.sortedRows(under: parameters), reusing: &evaluator)
    pruning.note(sums)
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
        mixture, over: data, logWeights: family.logWeights(previous.weights),
        noise: previous.noise, transform: rule, shape: family.passShape
      ).statistics
    }
    let total = sums.counts.reduce(0, +)
    return MixtureParameters(
      components: components,
      // Where all is noise, nothing is left to tell the weights by.
      weights: total > 0 ? sums.counts.map { $0 / total } : previous.weights,
      noise: previous.noise.map { $0.weighing(sums.noise.share) })
  }

  private func pass(
    _ parameters: MixtureParameters<Family.Component>, _ rule: any PosteriorTransform,
    _ execution: Execution
  ) throws -> PassResult<Family.Statistics> {
    try execution.pass(
      family.prepare(parameters.components), over: data,
      logWeights: family.logWeights(parameters.weights),
      transform: rule, shape: family.passShape)
  }
}

extension EMRun {
  fileprivate mutating func note(
    _ sums: PassResult<Family.Statistics>, at parameters: MixtureParameters<Family.Component>
  ) {
    self.parameters = parameters
    trace.append(sums.logLikelihood)
    extrapolation.note(sums)
  }
}
