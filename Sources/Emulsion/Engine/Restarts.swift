/// Short runs of EM from several starts; the best goes on to convergence.
///
/// "Best" is by the log-likelihood that a run is heading for, not by where it stands; a run that has
/// collapsed or is spurious ranks below every one that is sound (Biernacki, Celeux & Govaert 2003 compare such
/// strategies).
struct Restarts<Family: ComponentFamily>: Sendable {
  /// Iterations of a short run.
  static var shortIterations: Int { 50 }

  struct Candidate: Sendable {
    var restart: Int
    var run: EMRun<Family>
    /// What makes its components untrustworthy.
    var problems: [Diagnosis]

    var isDegenerate: Bool { !problems.isEmpty }
    /// Whether it fits a few rows by chance, and nothing has collapsed.
    var isSpurious: Bool { isDegenerate && problems.allSatisfy(\.isSpurious) }
  }

  let family: Family
  let options: FitOptions
  let label: String
  /// The data of the fit.
  let data: any DataSource
  /// What short runs see: the data, or a sample of many.
  let shortData: any DataSource
  let sample: RepresentativeRows
  let execution: Execution

  /// The best run and what the others say of it.
  func best() throws -> (run: EMRun<Family>, evidence: Evidence) {
    let isOne = options.components == 1 || options.initializer.isDeterministic
    let count = isOne ? 1 : options.restarts
    var (candidates, interrupted) = try shortRuns(count)
    candidates.sort {
      ($0.isDegenerate ? 1 : 0, -$0.run.projected, $0.restart)
        < ($1.isDegenerate ? 1 : 0, -$1.run.projected, $1.restart)
    }
    var finished: [Candidate] = []
    for candidate in candidates {
      if let best = finished.first(where: { !$0.isDegenerate }) {
        // Another run that heads higher than where the best one came to deserves its chance.
        let gain = candidate.run.projected - best.run.logLikelihood
        guard !candidate.isDegenerate, isFull, finished.count < 3, gain > options.tolerance else {
          break
        }
      }
      guard let run = try goOn(candidate, isLast: candidate.restart == candidates.last?.restart)
      else { continue }
      finished.append(
        Candidate(
          restart: candidate.restart, run: run,
          problems: family.diagnose(run.parameters.components, counts: run.counts)))
      if run.isCancelled { break }
    }
    let sound = finished.filter { !$0.isDegenerate }
    let ranked = sound.isEmpty ? finished : sound
    guard var best = ranked.max(by: { $0.run.logLikelihood < $1.run.logLikelihood }) else {
      throw EmulsionError(.degenerate, "every start collapsed")
    }
    if interrupted > 0 || candidates.contains(where: \.run.isCancelled) {
      best.run.isCancelled = true
    }
    return (best.run, evidence(candidates, tried: count - interrupted, best: best))
  }

  /// Whether short runs see all of the data.
  private var isFull: Bool { shortData.rows == data.rows }

  private func evidence(_ candidates: [Candidate], tried: Int, best: Candidate) -> Evidence {
    let sound = candidates.filter { !$0.isDegenerate }
    let limits = (sound.isEmpty ? candidates : sound).map(\.run.projected)
    let highest = isFull ? best.run.logLikelihood : limits.max() ?? 0
    let near = max(0.1, 1e-5 * abs(highest))
    let reached = limits.count { abs($0 - highest) <= near }
    let spread = max(highest, limits.max() ?? highest) - (limits.min() ?? highest)
    let spurious = candidates.count(where: \.isSpurious)
    return Evidence(
      starts: tried, reachedBest: max(1, reached), spread: max(0, spread),
      degenerate: tried - sound.count - spurious, spurious: spurious)
  }

  /// The short runs that came to something, and how many an interrupt kept from beginning.
  private func shortRuns(_ count: Int) throws -> (candidates: [Candidate], interrupted: Int) {
    let isSpread = count > 1 && options.spreadsFits(of: shortData, over: execution)
    // The runs hear an interrupt themselves; what the others have reached is kept.
    let outer = Execution(threads: isSpread ? execution.threads : 1, isCancelled: { false })
    let inner = isSpread ? execution.serial : execution
    let results = try outer.map(count) { restart -> Result<Candidate, EmulsionError> in
      do {
        try execution.checkCancellation()
        return .success(try shortRun(restart, inner))
      } catch let error as EmulsionError where [.degenerate, .cancelled].contains(error.code) {
        return .failure(error)
      }
    }
    let candidates = results.compactMap { try? $0.get() }
    let failures = results.compactMap { result -> EmulsionError? in
      if case .failure(let error) = result { error } else { nil }
    }
    let interruption = failures.first { $0.code == .cancelled }
    if candidates.isEmpty, let error = interruption ?? failures.first { throw error }
    return (candidates, failures.count { $0.code == .cancelled })
  }

  private func shortRun(_ restart: Int, _ execution: Execution) throws -> Candidate {
    let em = ExpectationMaximisation(family: family, data: shortData, prunes: options.prunes)
    let context = StartContext(
      data: shortData, components: options.components, seed: options.seed, restart: restart,
      sample: sample, execution: execution)
    let start = try em.parameters(
      from: family.start(context) ?? options.initializer.start(context),
      components: options.components,
      execution: execution)
    let run = try em.run(
      from: start, maximumIterations: min(Self.shortIterations, options.maximumIterations),
      stopping: AitkenStopping(tolerance: options.tolerance), execution: execution,
      report: options.reporter(label, restart: restart))
    let problems = family.diagnose(run.parameters.components, counts: run.counts)
    return Candidate(restart: restart, run: run, problems: problems)
  }

  /// The candidate's run to convergence on all of the data; `nil` where it collapses and others
  /// remain to be tried.
  private func goOn(_ candidate: Candidate, isLast: Bool) throws -> EMRun<Family>? {
    var run = candidate.run
    if isFull && (run.hasConverged || run.isCancelled) { return run }
    let done = isFull ? run.trace.count - 1 : 0
    guard done < options.maximumIterations || !isFull else { return run }
    let em = ExpectationMaximisation(family: family, data: data, prunes: options.prunes)
    do {
      var further = try em.run(
        from: run.parameters, maximumIterations: options.maximumIterations - done,
        stopping: AitkenStopping(tolerance: options.tolerance), execution: execution,
        report: options.reporter(label, offset: done))
      if isFull { further.trace = run.trace.dropLast() + further.trace }
      run = further
    } catch let error as EmulsionError where error.code == .degenerate && !isLast {
      return nil
    } catch let error as EmulsionError where error.code == .cancelled {
      // The short run is what was reached; log-likelihoods of a sample say nothing of all rows.
      if !isFull { (run.trace, run.hasConverged) = ([run.logLikelihood], false) }
      run.isCancelled = true
    }
    return run
  }
}

extension ExpectationMaximisation {
  /// The parameters that a start stands for.
  func parameters(from start: Start, components k: Int, execution: Execution) throws
    -> MixtureParameters<Family.Component>
  {
    switch start {
    case .responsibilities(let rule):
      return try self.start(from: rule, components: k, execution: execution)
    case .parameters(let list, let weights):
      guard list.count == k else {
        throw EmulsionError(
          .invalidOption,
          "initializer: parameters of \(list.count) components, but components = \(k)"
        )
      }
      return MixtureParameters(
        components: family.mixed(
          try list.map { try family.component(from: $0) }, weights: try Self.checked(weights, k)),
        weights: try Self.checked(weights, k))
    }
  }

  private static func checked(_ weights: [Double]?, _ k: Int) throws -> [Double] {
    guard let weights else { return Array(repeating: 1 / Double(k), count: k) }
    let sum = weights.reduce(0, +)
    guard weights.count == k, weights.allSatisfy({ $0 >= 0 }), abs(sum - 1) <= 1e-6 else {
      throw EmulsionError(
        .invalidOption, "initializer: weights must be \(k) numbers ≥ 0 that sum to 1")
    }
    return weights.map { $0 / sum }
  }
}
