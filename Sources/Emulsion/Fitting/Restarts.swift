/// Several starts of EM, of which the best goes on to convergence.
///
/// "Best" is by the log-likelihood that a run is heading for, not by where it stands; a run that has
/// collapsed or is spurious ranks below every one that is sound (Biernacki, Celeux & Govaert 2003
/// compare such strategies).
struct Restarts<Family: ComponentFamily>: Sendable {
  struct Candidate: Sendable {
    var restart: Int
    var run: EMRun<Family>
    /// What makes its components untrustworthy.
    var problems: [Diagnosis]
    /// Where the run stopped being followed.
    var end = End.followed

    var isDegenerate: Bool { hasCollapsed || !problems.isEmpty || run.refusal != nil }
    /// Whether it fits a few rows by chance, and nothing has collapsed.
    var isSpurious: Bool {
      !hasCollapsed && !problems.isEmpty && problems.allSatisfy(\.isSpurious)
    }
    /// Why it could not go on, where it collapsed.
    var collapse: EmulsionError?
    var hasCollapsed: Bool { collapse != nil }
    /// Whether nothing sound will come of it: collapse is for good, while a component that fits few rows
    /// may still gain others.
    var isHopeless: Bool { isDegenerate && !isSpurious }

    /// The same, as where an interrupt came.
    var interrupted: Candidate {
      var result = self
      result.run.isCancelled = true
      return result
    }

    enum End: Sendable, Equatable {
      case followed
      /// It was heading where the run of another restart is.
      case joined(Int)
      /// Others stood better.
      case givenUp
    }
  }

  let family: Family
  let options: FitOptions
  let label: String
  /// The data of the fit.
  let data: any DataSource
  /// What short runs see: the data, or a sample of many.
  let shortData: any DataSource
  let sample: RepresentativeRows
  /// Ever larger samples of many rows, on which the race goes on; none of data that are not too many.
  let samples: GrowingSamples?
  let starts: SharedStarts
  /// The noise component as it begins.
  let noise: Noise?
  let mixing: MixingWeights
  /// In which orders what starts draw may take its places; `nil` where that makes no difference.
  let deals: Deals?
  let execution: Execution

  /// The best run and what the others say of it.
  func best() throws -> (run: EMRun<Family>, evidence: Evidence) {
    let count = drawnCount + options.besides.count
    var (all, interrupted) = try shortRuns(count)
    if hasFinal { all = try final(all) } else if let samples { all = try grown(all, on: samples) }
    let candidates = all.filter { $0.end == .followed }.sorted(by: isBetter)
    var finished: [Candidate] = []
    for candidate in candidates {
      // What has collapsed is no result: one of those is as good as another.
      if candidate.isDegenerate && !finished.isEmpty { break }
      if candidate.isDegenerate && options.search != nil {
        // Where it stood last is no fit, only the way to the collapse.
        if let collapse = candidate.collapse { throw collapse }
        finished.append(candidate)
        break
      }
      if let best = finished.first(where: { !$0.isDegenerate }) {
        // Another run that heads higher than where the best one came to deserves its chance.
        let gain = heading(candidate) - best.run.height
        guard !candidate.isDegenerate, isComparable, finished.count < 3, gain > options.tolerance
        else {
          break
        }
      }
      guard let run = try goOn(candidate, isLast: candidate.restart == candidates.last?.restart)
      else { continue }
      finished.append(try judged(candidate.restart, run, on: data, execution.patient))
      if run.isCancelled { break }
    }
    let sound = finished.filter { !$0.isDegenerate }
    let ranked = sound.isEmpty ? finished : sound
    guard var best = ranked.max(by: { $0.run.height < $1.run.height }) else {
      throw EmulsionError(.degenerate, "every start collapsed")
    }
    // Moves before runs have settled may lead past better optima, so that few rows have theirs last.
    if isComparable, let moved = try moved(best, among: all, on: data),
      let run = try goOn(moved, isLast: false, stage: " after moves")
    {
      let other = try judged(best.restart, run, on: data, execution.patient)
      if isSound(other, beside: best) && run.height > best.run.height { best = other }
    }
    if isComparable, let dealt = try dealtAnew(best, on: data),
      let run = try goOn(dealt, isLast: false, stage: " after other deals")
    {
      let other = try judged(best.restart, run, on: data, execution.patient)
      if isSound(other, beside: best) && run.height > best.run.height { best = other }
    }
    if interrupted > 0 || all.contains(where: \.run.isCancelled) { best.run.isCancelled = true }
    return (best.run, evidence(all, tried: count - interrupted, best: best))
  }

  /// How many starts are drawn; behind them come those that are given besides.
  var drawnCount: Int {
    let most = options.search?.count ?? (dealsTwice ? 2 : 1) * options.restarts
    let isOne = options.components == 1 || options.initializer.isDeterministic
    // Beside noise, starts differ in the rows that they look at, and where places differ in who takes them.
    return isOne ? min(most, max(noise == nil ? 1 : 3, deals?.count ?? 1)) : most
  }

  /// Whether short runs see all of the data.
  var isFull: Bool { shortData.rows == data.rows }
  /// Whether the best short runs are compared on all of the data: it costs little where these are few.
  var hasFinal: Bool { !isFull && sample.isComplete }
  /// Whether log-likelihoods of candidates are those of all of the data.
  var isComparable: Bool { isFull || hasFinal }

  func isBetter(_ a: Candidate, than b: Candidate) -> Bool {
    (a.isDegenerate ? 1 : 0, -heading(a), a.restart)
      < (b.isDegenerate ? 1 : 0, -heading(b), b.restart)
  }

  /// Where a run is heading; where it stands, if its course doesn't tell.
  func heading(_ candidate: Candidate) -> Double {
    let run = candidate.run
    return options.algorithm.ascends(iteration: run.iterations) ? run.projected : run.height
  }

  /// A run as a candidate, once its components were looked at with the rows that ``FitOutcome`` gives them:
  /// those of the weights. The sums under them, which are the next step's, may tell otherwise of a run
  /// that is cut off.
  ///
  /// Of many rows, atoms are for all starts to find, and no collapse.
  func judged(_ restart: Int, _ run: EMRun<Family>, on data: any DataSource, _ execution: Execution)
    throws -> Candidate
  {
    let total = run.counts.reduce(0, +)
    let counts = run.parameters.weights.map { $0 * total }
    let problems =
      samples == nil
      ? family.properties.diagnose(run.parameters.components, counts: counts)
      : try Atoms.diagnoses(family, run.parameters, counts: counts, in: data, execution)
        .filter { !$0.isAtom }
    return Candidate(restart: restart, run: run, problems: problems)
  }

  private func evidence(_ candidates: [Candidate], tried: Int, best: Candidate) -> Evidence {
    let known = Dictionary(
      candidates.map { ($0.restart, $0) }, uniquingKeysWith: { first, _ in first })
    /// Where a run was heading, by that of the run that it joined if it did.
    func limit(_ candidate: Candidate) -> Double {
      guard case .joined(let other) = candidate.end, let joined = known[other] else {
        return heading(candidate)
      }
      return limit(joined)
    }
    let sound = candidates.filter { !$0.isDegenerate }
    let told = (sound.isEmpty ? candidates : sound).filter { $0.end != .givenUp }
    let limits = told.map(limit)
    let highest = isComparable ? best.run.height : limits.max() ?? 0
    let near = max(0.1, 1e-5 * abs(highest))
    let reached = limits.count { abs($0 - highest) <= near }
    let spread = max(highest, limits.max() ?? highest) - (limits.min() ?? highest)
    let spurious = candidates.count(where: \.isSpurious)
    let givenUp = candidates.count { $0.end == .givenUp && !$0.isDegenerate }
    return Evidence(
      starts: tried, reachedBest: max(1, reached), spread: max(0, spread),
      degenerate: tried - sound.count - spurious, spurious: spurious,
      givenUp: givenUp > 0 ? givenUp : nil)
  }

  func em(on data: any DataSource) -> ExpectationMaximisation<Family> {
    ExpectationMaximisation(
      family: family, data: data, noise: noise, mixing: mixing, labels: options.labels,
      alignsStarts: options.labels == nil,
      algorithm: options.algorithm, seed: options.seed,
      prunes: options.prunes && data.isLong(components: options.components), extrapolates: true,
      ascends: options.ascends,
      softensFlatStarts: options.endsAtFloor)
  }

  /// Where runs end that come to a result.
  func stopping(_ run: EMRun<Family>) -> AitkenStopping {
    options.stopping(parameters: run.parameters.freeCount(in: family))
  }

  /// The candidate's run to convergence on all of the data; `nil` where it collapses and others
  /// remain to be tried.
  private func goOn(_ candidate: Candidate, isLast: Bool, stage: String = "") throws
    -> EMRun<Family>?
  {
    var run = candidate.run
    if isComparable && run.isCancelled { return run }
    do {
      return try em(on: data).advance(
        isComparable ? run : EMRun(from: run.parameters, restart: run.restart),
        maximumIterations: options.maximumIterations,
        stopping: stopping(run), execution: execution,
        keeping: RunKeeper(options.shelf, "start \(run.restart) to the end\(stage)", family),
        report: options.reporter(label))
    } catch let error as EmulsionError where error.code == .degenerate && !isLast {
      return nil
    } catch let error as EmulsionError where error.code == .cancelled {
      // The short run is what was reached; log-likelihoods of a sample say nothing of all rows.
      if !isComparable {
        (run.trace, run.ownObjective, run.hasConverged) = ([run.logLikelihood], [], false)
      }
      run.isCancelled = true
      return run
    }
  }
}

extension ExpectationMaximisation {
  /// The parameters that a start stands for, with weights as they are to be.
  func parameters(from start: Start, components k: Int, execution: Execution) throws
    -> MixtureParameters<Family.Component>
  {
    let begun = try unweighed(from: start, components: k, execution: execution)
    return mixing.applied(to: alignsStarts ? mixing.aligned(begun) : begun)
  }

  /// The same with the weights that the start has.
  func unweighed(from start: Start, components k: Int, execution: Execution) throws
    -> MixtureParameters<Family.Component>
  {
    switch start {
    case .responsibilities(let rule):
      return try self.start(from: rule, components: k, execution: execution)
    case .parameters(let list, let weights):
      guard list.count == k else {
        throw EmulsionError(
          .invalidOption,
          "initializer: parameters of \(list.count.counted("component")), but components = \(k)"
        )
      }
      let (weights, noise) = try split(weights, k)
      return MixtureParameters(
        components: family.schema.mixed(
          try family.components(from: list, weights: weights), weights: weights),
        weights: weights, noise: noise)
    }
  }

  /// Given weights as those of the components and the noise: K numbers that sum to 1, or to less with
  /// noise, which gets the rest; or K + 1, of which the last is the noise's.
  private func split(_ given: [Double]?, _ k: Int) throws -> (weights: [Double], noise: Noise?) {
    guard let given else { return (Array(repeating: 1 / Double(k), count: k), noise) }
    let sum = given.reduce(0, +)
    let share = given.prefix(k).reduce(0, +)
    let isNoisy = noise != nil
    guard given.count == k || isNoisy && given.count == k + 1, given.allSatisfy({ $0 >= 0 }),
      abs(sum - 1) <= 1e-6 || isNoisy && given.count == k && sum < 1, share > 0
    else {
      let rest =
        isNoisy
        ? "; with noise they may sum to less, or be \((k + 1).counted("number")), its own last" : ""
      throw EmulsionError(
        .invalidOption,
        "initializer: weights must be \(k.counted("number")) ≥ 0 that sum to 1\(rest)")
    }
    let own = given.count > k ? given[k] / sum : abs(sum - 1) > 1e-6 ? 1 - sum : nil
    return (given.prefix(k).map { $0 / share }, own.flatMap { noise?.weighing($0) } ?? noise)
  }
}
