/// The result of a fit, before a model is made of it.
struct FitOutcome: Sendable {
  var mixture: any AnyMixture
  /// The posterior distribution, where the mixture is a point estimate.
  var posterior: VariationalPosterior?
  var trace: [Double]
  /// The course of what was maximised, where that is something else; else empty.
  var objective: [Double]
  var hasConverged: Bool
  var isCancelled: Bool
  var diagnoses: [Diagnosis]
  /// What else must be known of the components.
  var notes: [String]
  var refusal: RefusedStep?
  var score: MixtureScore
  var evidence: Evidence
}

/// Fits one family to data: given starts run once, others by restarts.
struct Fit<Family: ComponentFamily>: Sendable {
  let family: Family
  let data: any DataSource
  /// What EM sees of the data: their distinct rows, where these are few.
  var distinct: DistinctRows?
  /// How samples of many rows are taken; `nil` where all are looked at.
  var summary: DataSummary?
  let options: FitOptions
  let label: String
  let sample: RepresentativeRows
  var starts = SharedStarts()
  /// The noise component as it begins.
  var noise: Noise?
  var mixing = MixingWeights.free

  // Gaussians are most of what is fitted, small data most of where: without a copy of EM of their own a
  // third of the time goes into looking up the parts of types that are known by name only.
  @specialized(where Family == GaussianFamily)
  func run(_ execution: Execution) throws -> FitOutcome {
    guard options.initializer.isGiven else {
      let samples = try samples
      let restarts = Restarts(
        family: family, options: options, label: label, data: fittedData,
        shortData: try shortData(samples, execution), sample: sample, samples: samples,
        starts: starts, noise: noise, mixing: mixing,
        deals: Restarts.deals(family, mixing, options), execution: execution)
      let (run, evidence) = try restarts.best()
      return try outcome(of: run, evidence, inCanonicalOrder: true, execution)
    }
    let em = ExpectationMaximisation(
      family: family, data: data, noise: noise, mixing: mixing, labels: options.labels,
      algorithm: options.algorithm,
      seed: options.seed, prunes: options.prunes, ascends: options.ascends)
    let context = StartContext(
      data: data, components: options.components, hasNoise: noise != nil,
      seed: options.seed, restart: 0, sample: sample, concomitant: family.traits.concomitant,
      execution: execution)
    let start = try options.initializer.start(context)
    let parameters = try em.parameters(
      from: start, components: options.components, execution: execution)
    return try run(from: EMRun(from: parameters, isForeign: start.isForeign), execution)
  }

  /// What short runs see: a sample of many rows; of fewer, some 10 for each parameter where they are
  /// more than twice that, and else all.
  private func shortData(_ samples: GrowingSamples?, _ execution: Execution) throws
    -> any DataSource
  {
    guard mayBeSampled else { return fittedData }
    if let samples {
      let size = samples.sizes[0]
      return size <= RepresentativeRows.limit
        ? sample.source(named: data.columnNames) : try samples.sample(size, execution)
    }
    let wanted = max(1000, 10 * (try freeParameters))
    guard 2 * wanted <= sample.rows.rows * 3 / 4 else { return fittedData }
    return sample.thinned(to: wanted).source(named: data.columnNames)
  }

  /// A function of the user's may know the rows by their positions, so it gets all of them.
  private var mayBeSampled: Bool {
    sample.rows.rows > 0 && family.traits.groupColumn == nil && options.labels == nil
      && data.missing == nil && data.errors == nil && !options.initializer.isConfinedToCaller
  }

  private var fittedData: any DataSource { distinct ?? data }

  private var freeParameters: Int {
    get throws {
      family.schema.freeParameters(try family.schema.neutralComponents(options.components))
        + options.components - 1
    }
  }

  /// The samples that the race goes over; `nil` where the rows are few enough for it to see them all.
  private var samples: GrowingSamples? {
    get throws {
      guard mayBeSampled, !sample.isComplete, let summary else { return nil }
      return GrowingSamples(fittedData, summary, parameters: try freeParameters)
    }
  }

  /// EM from where a run stands; its components keep their order.
  @specialized(where Family == GaussianFamily)
  func run(from start: EMRun<Family>, _ execution: Execution) throws -> FitOutcome {
    let em = ExpectationMaximisation(
      family: family, data: data, labels: options.labels, algorithm: options.algorithm,
      seed: options.seed,
      prunes: options.prunes, extrapolates: options.extrapolates,
      ascends: options.ascends)
    let run = try em.advance(
      start, maximumIterations: options.maximumIterations,
      stopping: options.stopping(
        parameters: start.parameters.freeCount(in: family)),
      execution: execution,
      keeping: RunKeeper(options.shelf, "the only start", family),
      report: options.reporter(label))
    let evidence = Evidence(starts: 1, reachedBest: 1, spread: 0, degenerate: 0, spurious: 0)
    return try outcome(of: run, evidence, inCanonicalOrder: false, execution)
  }

  private func outcome(
    of run: EMRun<Family>, _ evidence: Evidence, inCanonicalOrder: Bool, _ execution: Execution
  ) throws -> FitOutcome {
    let plain = Mixture(family: family, parameters: run.parameters)
    var mixture = plain
    if let estimate = family.properties.pointEstimate(of: run.parameters.components) {
      // Posteriors are ordered by the weights that they are told with.
      var parameters = run.parameters
      parameters.weights = estimate.weights
      mixture = Mixture(family: family, parameters: parameters)
    }
    // Telling what was reached takes passes, which an interrupt must not cost.
    let patient = execution.patient
    mixture = try mixture.averagingWeights(over: data, patient)
    // Classes have an order of their own.
    if inCanonicalOrder && options.labels == nil { mixture = mixture.inCanonicalOrder }
    let estimate = family.properties.pointEstimate(of: mixture.parameters.components)
    let told: any AnyMixture = estimate?.mixture ?? mixture
    let score = try score(told, run, patient)
    let counts = mixture.weights.map { $0 * score.totalWeight }
    var posterior = estimate?.posterior as? VariationalPosterior
    posterior?.lowerBound = run.height
    return FitOutcome(
      mixture: told, posterior: posterior,
      trace: posterior == nil
        ? run.trace.dropLast() + [score.logLikelihood] : run.ownObjective,
      objective: posterior == nil ? run.ownObjective : [],
      hasConverged: run.hasConverged,
      isCancelled: run.isCancelled,
      diagnoses: try Atoms.diagnoses(family, mixture.parameters, counts: counts, in: data, patient),
      notes: family.properties.notes(on: mixture.parameters.components),
      refusal: run.refusal, score: score,
      evidence: evidence)
  }
}

extension Fit {
  /// The score of the data, or what is known of it where a script can't be asked any more: that of
  /// the run's last pass.
  private func score(_ mixture: any AnyMixture, _ run: EMRun<Family>, _ execution: Execution)
    throws -> MixtureScore
  {
    do {
      return try mixture.score(
        data, execution, options.labels?.restricting(Softmax()) ?? Softmax())
    } catch let error as EmulsionError where error.code == .cancelled && run.isCancelled {
      return MixtureScore(
        logLikelihood: run.logLikelihood, logMAP: .nan, entropy: .nan,
        totalWeight: run.counts.reduce(0, +))
    }
  }
}

extension Mixture {
  func resume(_ data: any DataSource, _ options: FitOptions) throws -> FitOutcome {
    let fit = Fit(
      family: family, data: data, options: options, label: options.covariance,
      sample: RepresentativeRows(none: data.columns))
    return try fit.run(from: EMRun(from: parameters), options.execution)
  }
}

extension Mixture {
  @specialized(where Family == GaussianFamily)
  func refitted(
    to data: any DataSource, _ options: FitOptions, from start: Start?,
    until isEnough: (_ course: ArraySlice<Double>) -> Bool
  ) throws -> (mixture: any AnyMixture, logLikelihood: Double)? {
    let em = ExpectationMaximisation(
      family: family, data: data, noise: parameters.noise, mixing: parameters.mixing,
      labels: options.labels, algorithm: options.algorithm,
      seed: options.seed, prunes: options.prunes, extrapolates: options.extrapolates,
      ascends: options.ascends)
    let execution = options.execution
    let begin = try start.map {
      try em.parameters(from: $0, components: options.components, execution: execution)
    }
    let run = try em.advance(
      EMRun(from: begin ?? parameters, isForeign: start?.isForeign ?? false),
      maximumIterations: options.maximumIterations,
      stopping: options.stopping(parameters: parameters.freeCount(in: family)),
      execution: execution, until: isEnough)
    try execution.checkCancellation()
    let total = run.counts.reduce(0, +)
    let counts = run.parameters.weights.map { $0 * total }
    guard family.properties.diagnose(run.parameters.components, counts: counts).isEmpty else {
      return nil
    }
    let mixture = try Mixture(family: family, parameters: run.parameters)
      .averagingWeights(over: data, execution)
    return (mixture, run.logLikelihood)
  }
}
