/// The parameters of a mixture: components and their weights, and the noise beside them.
struct MixtureParameters<Component: MixtureComponent>: Sendable {
  var components: [Component]
  /// The weights of the components among themselves: they sum to 1.
  var weights: [Double]
  /// The noise; it takes its weight from all components alike.
  var noise: Noise?
  /// What M steps make of the weights.
  var mixing = MixingWeights.free

  /// How many of them are free in a family.
  func freeCount<Family: ComponentFamily>(in family: Family) -> Int
  where Family.Component == Component {
    family.schema.freeParameters(components)
      + (family.traits.mixesItself ? 0 : mixing.freeParameters(components.count))
      // Its weight, and its volume (as mclust counts).
      + (noise == nil ? 0 : 2)
  }
}

/// The EM algorithm, and its relatives, for any family: E step, M step, until the rule is met.
struct ExpectationMaximisation<Family: ComponentFamily>: Sendable {
  let family: Family
  let data: any DataSource
  /// The noise component as it begins.
  var noise: Noise?
  /// What M steps make of weights.
  var mixing = MixingWeights.free
  /// The classes that some rows are known to belong to.
  var labels: KnownLabels?
  /// Whether starts are drawn, so that their components are put in the order of fixed weights.
  var alignsStarts = false
  var algorithm: any Algorithm = PlainEM()
  /// What random numbers are keyed by.
  var seed: UInt64 = 0
  /// Whether components may be left out of blocks where they don't matter.
  var prunes = true
  /// Whether slow convergence is accelerated by extrapolation.
  var extrapolates = false
  /// Whether steps must not lower the log-likelihood; not where something else is maximised, such as
  /// with regularization.
  var ascends = true
  /// Whether a start whose clusters are flat, though of rows enough, is tried again with a share of the
  /// other rows: ties in a column do that.
  var softensFlatStarts = false

  /// Goes on with a run, or begins it.
  ///
  /// Each pass yields the log-likelihood of the parameters at hand and the sums for the next ones,
  /// so that what is returned was always evaluated. A cancelled run returns what was reached.
  ///
  /// - Parameter isEnough: Whether the course of what is maximised, as far as it goes on without a jump, tells enough
  ///   already: the run then ends without having converged.
  func advance(
    _ start: EMRun<Family>, maximumIterations: Int, stopping: AitkenStopping,
    execution: Execution, keeping keeper: RunKeeper<Family>? = nil,
    until isEnough: (_ course: ArraySlice<Double>) -> Bool = { _ in false },
    report: (_ iteration: Int, _ logLikelihood: Double, _ share: Double) throws -> Void = {
      _, _, _ in
    }
  ) throws -> EMRun<Family> {
    var run = start
    if run.trace.isEmpty {
      let isLong = data.isLong(components: run.parameters.weights.count)
      run.extrapolation = Extrapolation(isEager: isLong)
    }
    var pruning = Pruning(
      data, family, components: run.parameters.weights.count,
      isAllowed: prunes && rule(0, run).ignoresImprobable)
    var keeper = keeper
    try keeper?.takeUp(&run, &pruning, execution)
    var evaluator: BlockEvaluator<Family.Statistics>?
    do {
      while !(run.hasConverged || run.refusal != nil || run.trace.count > maximumIterations) {
        try iterate(&run, &pruning, &evaluator, execution)
        if run.refusal != nil { break }
        try report(run.iterations, run.logLikelihood, pruning.share)
        if let averaged = algorithm.averaging {
          try average(averaged, &run, execution)
        } else if let blending = algorithm.blending {
          run.hasConverged =
            run.iterations >= blending.passes
            || run.iterations > 0 && run.change < stopping.tolerance
        } else {
          run.hasConverged =
            algorithm.ascends(iteration: run.iterations)
            && (run.hasArrived(stopping)
              || run.isSettled(stopping.tolerance) && stopping.isSatisfied(by: run.smoothCourse))
            && run.lastChange <= stopping.tolerance
        }
        try keeper?.keep(run, pruning)
        if isEnough(run.smoothCourse) { break }
      }
      try keeper?.finish(run)
      return run
    } catch let error as EmulsionError where error.code == .cancelled && !run.trace.isEmpty {
      try keeper?.leave(run, pruning)
      run.isCancelled = true
      return run
    }
  }

  /// The rule of a run's evaluation.
  func rule(_ iteration: Int, _ run: EMRun<Family>) -> any PosteriorTransform {
    restricted(
      algorithm.rule(AlgorithmStep(iteration: iteration, seed: seed, restart: run.restart)))
  }

  /// A rule under which rows of known class belong to theirs.
  func restricted(_ rule: any PosteriorTransform) -> any PosteriorTransform {
    labels?.restricting(rule) ?? rule
  }

  /// One M step, unless nothing was evaluated yet, and the evaluation of what it yields.
  private func iterate(
    _ run: inout EMRun<Family>, _ pruning: inout Pruning<Family>,
    _ evaluator: inout BlockEvaluator<Family.Statistics>?, _ execution: Execution
  ) throws {
    var parameters = run.parameters
    let iteration = run.trace.count
    let rule = rule(iteration, run)
    if let sums = run.extrapolation.latest {
      if extrapolates && algorithm.maximizesLikelihood,
        let proposal = try run.extrapolation.proposal(run.objective)
      {
        if let jump = try jump(to: proposal, from: &run, execution) {
          let far = try expectation(
            jump, rule, after: run, &pruning, &evaluator, execution)
          if far.height >= run.height {
            run.extrapolation.accept(gain: far.height - run.height, after: run.objective)
            return note(far, at: jump, in: &run)
          }
        }
        run.extrapolation.reject()
      }
      if let blending = algorithm.blending {
        var blended = run.blended ?? BlendedSums(sums: sums)
        parameters = try online(blending, from: parameters, &blended, rule, execution)
        run.blended = blended
      } else {
        parameters = try maximisation(
          sums, previous: parameters, self.rule(iteration - 1, run), execution)
      }
    }
    let sums = try expectation(
      parameters, rule, after: run, &pruning, &evaluator, execution)
    guard sums.logLikelihood.isFinite else {
      throw try noDensity(sums.logLikelihood, parameters, execution)
    }
    run.refusal = refusal(of: sums, after: run)
    if run.refusal == nil { note(sums, at: parameters, in: &run) }
  }

  private func note(
    _ sums: PassResult<Family.Statistics>, at parameters: MixtureParameters<Family.Component>,
    in run: inout EMRun<Family>
  ) {
    let own = family.reference(of: parameters.components).ownComponents
    run.note(sums, at: parameters, own: own ?? [])
  }

  /// An M step never lowers the log-likelihood (Dempster, Laird & Rubin 1977, theorem 1); what falls by
  /// more than rounding shows one that is wrong, or limits that stand in its way.
  private func refusal(of sums: PassResult<Family.Statistics>, after run: EMRun<Family>)
    -> RefusedStep?
  {
    guard ascends, algorithm.ascends(iteration: run.iterations), let last = run.objective.last,
      !run.isForeign || run.trace.count > 1
    else { return nil }
    let loss = last - sums.height
    let isRounding = loss <= Self.rounding * max(1, abs(last))
    return isRounding ? nil : RefusedStep(iteration: run.trace.count, loss: loss)
  }

  /// Losses below this share of the log-likelihood are rounding.
  private static var rounding: Double { 1e-9 }

  /// Says which row has no density.
  private func noDensity(
    _ logLikelihood: Double, _ parameters: MixtureParameters<Family.Component>,
    _ execution: Execution
  ) throws -> EmulsionError {
    let isSound = -1
    let records: [Int] = try execution.evaluate(
      family.prepare(parameters.components, for: data), over: data,
      logWeights: family.logWeights(parameters.weights), noise: parameters.noise,
      shape: family.traits.passShape, width: 1
    ) { evaluator, out in
      let rows = evaluator.buffer.rows
      for i in 0..<rows {
        let counts = !evaluator.buffer.hasWeights || evaluator.buffer.weights()[i] > 0
        let isOdd = counts && !evaluator.logDensity.lanes(0, rows)[i].isFinite
        out[i] = isOdd ? evaluator.buffer.block.rowID(i) : isSound
      }
    }
    let odd = records.filter { $0 != isSound }.sorted()
    let place = odd.first.map { data.location(ofRow: $0) } ?? "some row"
    let others = odd.count > 1 ? " (and \(odd.count - 1) more)" : ""
    return EmulsionError(
      .degenerate,
      "the log-likelihood is \(logLikelihood): \(place)\(others) has no density under any component"
    )
  }

  /// E step, fused with the sums of the M step.
  private func expectation(
    _ parameters: MixtureParameters<Family.Component>, _ rule: any PosteriorTransform,
    after run: EMRun<Family>, _ pruning: inout Pruning<Family>,
    _ evaluator: inout BlockEvaluator<Family.Statistics>?,
    _ execution: Execution
  ) throws -> PassResult<Family.Statistics> {
    let mixture = try family.prepare(parameters.components, for: data)
    let logWeights = family.logWeights(parameters.weights)
    try pruning.revise(iteration: run.trace.count, mixture, parameters, execution)
    var sums = try execution.pass(
      mixture, over: data, logWeights: logWeights, noise: parameters.noise, transform: rule,
      shape: family.traits.passShape, sorted: pruning.sortedRows(under: parameters),
      reusing: &evaluator)
    pruning.note(sums)
    judge(&sums, parameters, previous: run.trace.last)
    return sums
  }

  /// Tells what the family maximises in place of the log-likelihood, where it does.
  func judge(
    _ sums: inout PassResult<Family.Statistics>,
    _ parameters: MixtureParameters<Family.Component>, previous: Double? = nil
  ) {
    let own = family.properties.objective(
      of: parameters.components, logLikelihood: sums.logLikelihood, previous: previous)
    if let own { sums.objective = own + (sums.height - sums.logLikelihood) }
  }

  /// M step, with the sums taken again under the same responsibilities where the family asks.
  func maximisation(
    _ sums: PassResult<Family.Statistics>, previous: MixtureParameters<Family.Component>,
    _ rule: any PosteriorTransform, _ execution: Execution
  ) throws -> MixtureParameters<Family.Component> {
    let components = try family.estimate(
      sums.statistics, counts: sums.counts, previous: previous.components
    ) { trial in
      let mixture = Remeasurement<Family.Statistics>(
        assigning: try family.prepare(previous.components, for: data),
        measuring: try family.prepare(trial, for: data),
        components: trial.count)
      return try execution.pass(
        mixture, over: data, logWeights: family.logWeights(previous.weights),
        noise: previous.noise, transform: rule, shape: family.traits.passShape
      ).statistics
    }
    return MixtureParameters(
      components: components,
      weights: previous.mixing.weights(sums.counts, previous: previous.weights),
      noise: previous.noise.map { $0.weighing(sums.noise.share) }, mixing: previous.mixing)
  }

  func pass(
    _ parameters: MixtureParameters<Family.Component>, _ rule: any PosteriorTransform,
    _ execution: Execution, isExact: Bool = false
  ) throws -> PassResult<Family.Statistics> {
    try execution.pass(
      family.prepare(parameters.components, for: data, isExact: isExact), over: data,
      logWeights: family.logWeights(parameters.weights),
      transform: rule, shape: family.traits.passShape)
  }
}
