/// A test of a number of components against a larger one, by a parametric bootstrap (McLachlan 1987).
public struct LikelihoodRatioTest: Sendable {
  /// The number of components that is kept unless it is refuted.
  public let components: Int
  /// The number that it is tested against.
  public let against: Int
  /// 2(ℓ₁ − ℓ₀), nats.
  public let statistic: Double
  /// The share of replicates whose statistic is as large: (h + 1)/(n + 1) of all n, or h/n where the test ended early
  /// after the h-th of `exceedances` (Besag & Clifford 1991).
  public let pValue: Double
  /// Its Monte-Carlo standard error.
  public let standardError: Double
  /// The statistics of the replicates that were drawn; of those that ``screened`` counts, what short runs came to.
  public let replicates: [Double]
  /// How many stayed so far below the data's statistic that short runs showed it.
  public let screened: Int
  /// Replicates without a sound fit, which don't count.
  public let failed: Int
  /// Whether it ended before all replicates were drawn.
  public let endedEarly: Bool
  /// The fit with fewer components.
  public let null: Model
  /// The fit with more.
  public let alternative: Model

  /// It ends once this many replicates exceed the data's statistic.
  static let exceedances = 10

  /// How many replicates are worth drawing at a time: about as many as will make up the exceedances that are missing, at
  /// the rate so far.
  static func batch(drawn: Int, exceeding: Int, threads: Int) -> Int {
    max(threads, (exceedances - exceeding).multipliedOrMax(by: drawn + 1) / (exceeding + 1))
  }
}

/// What a replicate of a test came to.
private struct TestReplicate: Sendable {
  var statistic: Double
  /// Whether short runs told it.
  var isScreened: Bool
}

extension Catalogue {
  /// Tests `options.components` against more.
  ///
  /// Replicates are drawn from the smaller model, without the cells that the data lack, and both are fitted to each as to
  /// the data, but for those that short runs show to stay far below (``Screening``). They depend on the seed, not on
  /// threads. O(replicates) fits.
  ///
  /// - Throws: `invalid-option` for rows with weights, groups or labels, and families that can't be drawn from.
  public func likelihoodRatioTest(
    _ data: any DataSource, _ options: FitOptions, against: Int, replicates: Int = 99
  ) throws -> LikelihoodRatioTest {
    try options.validate()
    try requireOption(
      against > options.components, "against", "more than components = \(options.components)",
      against)
    try requireOption(
      (19...1_000_000).contains(replicates), "replicates", "a whole number from 19 on", replicates)
    guard options.labels == nil, options.family.groupColumn == nil else {
      throw EmulsionError(
        .invalidOption,
        "likelihood_ratio_test: rows that are drawn have neither known labels nor groups; leave them out"
      )
    }
    guard data.errors == nil else {
      throw EmulsionError(
        .invalidOption,
        "likelihood_ratio_test: rows that are drawn have no errors of their own; leave errors out")
    }
    guard options.prior == nil, options.algorithm.maximizesLikelihood else {
      throw EmulsionError(
        .invalidOption,
        "likelihood_ratio_test: it compares maxima of the likelihood; leave prior and algorithm out"
      )
    }
    guard options.checkpoint == nil else {
      throw EmulsionError(
        .invalidOption,
        "likelihood_ratio_test: it keeps no checkpoint of its many fits; leave checkpoint out")
    }
    return try options.withinTime {
      try bootstrapTest(data, options, against: against, replicates: replicates)
    }
  }

  private func bootstrapTest(
    _ data: any DataSource, _ options: FitOptions, against: Int, replicates: Int
  ) throws -> LikelihoodRatioTest {
    let execution = options.execution
    let prepared = try data.prepared(for: [options.family])
    let weights = try prepared.rowWeights(execution)
    guard weights?.allSatisfy({ $0 == 1 }) ?? true else {
      throw EmulsionError(
        .invalidOption, "likelihood_ratio_test: rows that are drawn have no weights; leave them out"
      )
    }
    let larger = options.with(components: against)
    let pair = try nestedFits(prepared, options, larger)
    for model in [pair.smaller, pair.larger] where model.isCancelled {
      try execution.checkCancellation()
    }
    for model in [pair.smaller, pair.larger] where model.isDegenerate {
      throw EmulsionError(
        .degenerate,
        "likelihood_ratio_test: the fit of \(model.components.counted("component")) is degenerate "
          + "(\(model.report.problems.first ?? "")), so that its likelihood says nothing; use fewer, or a simpler covariance"
      )
    }
    let statistic = max(0, 2 * (pair.larger.logLikelihood - pair.smaller.logLikelihood))
    var (drawn, screened, failed, exceeding, task) = ([Double](), 0, 0, 0, 0)
    var endedEarly = false
    let concurrency = options.family.maximumConcurrency
    let gaps =
      options.takesMissing
      ? Resampling(
        try Matrix(reading: prepared), Array(repeating: 1, count: prepared.rows), groups: nil,
        columnNames: prepared.columnNames, isWeighted: false) : nil
    _ = try pair.smaller.mixture.sample(1, seed: 0, execution.serial)
    let screening = Screening(
      pair.smaller.mixture, pair.larger.mixture, gap: statistic / 2,
      isCancelled: options.isCancelled)
    while task < replicates && !endedEarly {
      let first = task
      let wanted = LikelihoodRatioTest.batch(
        drawn: first, exceeding: exceeding, threads: execution.threads)
      let found = try execution.map(
        min(wanted, replicates - first), concurrency: concurrency
      ) { place in
        try replicate(
          pair.smaller, like: prepared, gaps, options, larger, screening, first + place)
      }
      task += found.count
      for replicate in found where !endedEarly {
        guard let replicate else {
          failed += 1
          continue
        }
        drawn.append(replicate.statistic)
        if replicate.isScreened { screened += 1 }
        if replicate.statistic >= statistic { exceeding += 1 }
        endedEarly =
          exceeding == LikelihoodRatioTest.exceedances && drawn.count + failed < replicates
      }
    }
    guard drawn.count >= replicates / 2 || endedEarly else {
      throw EmulsionError(
        .degenerate,
        "likelihood_ratio_test: \(failed) of \(task.counted("replicate")) came to no sound fit; use fewer components"
      )
    }
    let n = Double(drawn.count)
    let p = endedEarly ? Double(exceeding) / n : Double(exceeding + 1) / (n + 1)
    return LikelihoodRatioTest(
      components: options.components, against: against, statistic: statistic, pValue: p,
      standardError: (p * (1 - p) / n).squareRoot(), replicates: drawn, screened: screened,
      failed: failed, endedEarly: endedEarly, null: pair.smaller, alternative: pair.larger)
  }

  /// The statistic of rows drawn from the smaller model; `nil` where there is no sound fit.
  private func replicate(
    _ null: Model, like data: any DataSource, _ gaps: Resampling?, _ smaller: FitOptions,
    _ larger: FitOptions, _ screening: Screening?, _ b: Int
  ) throws -> TestReplicate? {
    var random = CounterRandom(seed: smaller.seed, stream: UInt64(b) &+ 0x17E57)
    let seed = random.next()
    var (smaller, larger) = (smaller, larger)
    (smaller.threads, larger.threads) = (1, 1)
    (smaller.progress, larger.progress) = (nil, nil)
    do {
      let whole = try null.mixture.sample(data.rows, seed: seed, smaller.execution).rows
      let drawn = gaps?.missingAsThere(whole) ?? whole
      let rows = MatrixSource(drawn, columnNames: data.columnNames)
      if let known = try screening?.statistic(of: rows.observed(smaller)) {
        return TestReplicate(statistic: known, isScreened: true)
      }
      let found = try nestedFits(rows, smaller, larger)
      try smaller.execution.checkCancellation()
      guard !found.smaller.isDegenerate, !found.larger.isDegenerate else { return nil }
      let statistic = 2 * (found.larger.logLikelihood - found.smaller.logLikelihood)
      return TestReplicate(statistic: max(0, statistic), isScreened: false)
    } catch let error as EmulsionError where error.code == .degenerate || error.code == .invalidData
    {
      return nil
    }
  }
}

extension LikelihoodRatioTest: CustomStringConvertible {
  /// One line.
  public var description: String {
    "\(components) against \(against.counted("component")): likelihood ratio \(statistic.formatted(decimals: 3)), p = "
      + "\(pValue.formatted(significant: 3)) ± \(standardError.formatted(significant: 2)) "
      + "(\(replicates.count.counted("replicate"))\(endedEarly ? ", ended early" : "")\(failed > 0 ? ", \(failed) failed" : ""))"
  }
}

extension FitOptions {
  /// The same for another number of components.
  fileprivate func with(components: Int) -> FitOptions {
    var result = self
    result.components = components
    return result
  }
}
