extension Restarts {
  /// How far the starts are followed: those of few rows all the way, so that what they say of the
  /// optimum is complete; of many rows, those that stand best.
  private var schedule: RaceSchedule {
    guard isFull && sample.rows.rows <= RaceSchedule.fewRows else {
      return hasFinal ? .sample : .sampleAlone
    }
    // Near borders of their parameters, runs stay on plateaus for long.
    return options.search != nil ? .brief : family.traits.startShare > 0 ? .patient : .complete
  }

  /// Short runs from all starts: stage by stage fewer go on, and of runs that head for one limit only
  /// one does.
  ///
  /// - Returns: The runs that came to something, and how many an interrupt kept from beginning.
  func shortRuns(_ count: Int) throws -> (candidates: [Candidate], interrupted: Int) {
    let (first, stages) = (schedule.first, schedule.others)
    let results = try spread(count) { restart, execution -> Result<Candidate, EmulsionError> in
      do {
        try execution.checkCancellation()
        return .success(
          try advanced(
            EMRun(
              from: start(restart, execution), isForeign: restart >= drawnCount, restart: restart),
            restart,
            to: first.iterations, execution))
      } catch let error as EmulsionError where [.degenerate, .cancelled].contains(error.code) {
        return .failure(error)
      }
    }
    var candidates = results.compactMap { try? $0.get() }
    let failures = results.compactMap { result -> EmulsionError? in
      if case .failure(let error) = result { error } else { nil }
    }
    let interruption = failures.first { $0.code == .cancelled }
    if candidates.isEmpty, let error = interruption ?? failures.first { throw error }
    var kept = first.kept
    for stage in stages where candidates.count > 1 {
      candidates = try next(compared(candidates, kept: kept), to: stage.iterations)
      kept = stage.kept
    }
    return (candidates, failures.count { $0.code == .cancelled })
  }

  /// The best runs after some iterations on all of the data; the others are given up.
  func final(_ candidates: [Candidate]) throws -> [Candidate] {
    let followed = candidates.filter { $0.end == .followed && !$0.run.isCancelled }
    // After an interrupt what was reached is all there is.
    if followed.isEmpty { return candidates }
    let chosen = followed.sorted(by: isBetter).prefix(4).map { $0 }
    let runs = try spread(chosen.count) { place, execution -> Candidate? in
      let candidate = chosen[place]
      do {
        return try advanced(
          EMRun(from: candidate.run.parameters, restart: candidate.restart), candidate.restart,
          to: 4, execution, on: data)
      } catch let error as EmulsionError where [.degenerate, .cancelled].contains(error.code) {
        return nil
      }
    }
    return candidates.following(chosen).replacing(runs.compactMap { $0 })
  }

  /// The best runs after they have settled on one sample after the other, of which the last tells most of
  /// what there is to know, until one is left; the others are given up.
  func grown(_ candidates: [Candidate], on samples: GrowingSamples) throws -> [Candidate] {
    var result = candidates
    for (stage, size) in samples.sizes.enumerated() {
      guard let data = try stage == 0 ? shortData : next(samples, size) else {
        return result.map(\.interrupted)
      }
      let most = RaceSchedule.settling(data.rows, of: self.data.rows)
      let leaders = result.filter { $0.end == .followed }.sorted(by: isBetter).prefix(most)
      result = result.following(leaders)
      guard leaders.allSatisfy({ !$0.run.isCancelled && !$0.hasCollapsed }) else { break }
      let runs = try spread(leaders.count) { place, execution in
        try settled(leaders[place], on: data, goesOn: stage == 0, execution)
      }
      result = result.replacing(runs)
      guard size == samples.sizes.last, let best = runs.min(by: isBetter) else { continue }
      let chosen =
        try moved(best, among: runs, on: data)
        .map { try settled($0, on: data, goesOn: true, execution, stage: " after moves") } ?? best
      result = result.replacing([chosen]).following([chosen])
    }
    return result
  }

  /// The next sample; `nil` after an interrupt.
  private func next(_ samples: GrowingSamples, _ size: Int) throws -> (any DataSource)? {
    do {
      return try samples.sample(size, execution)
    } catch let error as EmulsionError where error.code == .cancelled {
      return nil
    }
  }

  /// A run once little is left to be gained on a sample; one that collapses there stays as it was.
  private func settled(
    _ candidate: Candidate, on data: any DataSource, goesOn: Bool, _ execution: Execution,
    stage: String = ""
  ) throws -> Candidate {
    let run = candidate.run
    do {
      return try advanced(
        goesOn ? run : EMRun(from: run.parameters, restart: run.restart), run.restart,
        to: options.maximumIterations, execution, on: data,
        stopping: AitkenStopping(
          tolerance: nearness(candidate),
          courseTolerance: .infinity), stage: stage)
    } catch let error as EmulsionError where error.code == .degenerate {
      var collapsed = candidate
      collapsed.collapse = error
      return collapsed
    } catch let error as EmulsionError where error.code == .cancelled {
      return candidate.interrupted
    }
  }

  /// Marks runs that head where a better one does, and runs that stand too low to be followed: those
  /// that have collapsed stand below all that are sound, and of these alone one goes on.
  private func compared(_ candidates: [Candidate], kept: Double) -> [Candidate] {
    var leaders: [Candidate] = []
    let running = candidates.count { $0.end == .followed }
    let most = max(2, Int((Double(running) * kept).rounded(.up)))
    return candidates.sorted(by: isBetter).map { candidate in
      guard candidate.end == .followed else { return candidate }
      var candidate = candidate
      if let twin = leaders.first(where: { isHeading(candidate, where: $0) }) {
        candidate.end = .joined(twin.restart)
      } else if leaders.count >= most || candidate.isHopeless && !leaders.isEmpty {
        candidate.end = .givenUp
      } else {
        leaders.append(candidate)
      }
      return candidate
    }
  }

  /// Whether two runs have the same limit in sight, of log-likelihood and of weights, or stand at one
  /// place already.
  private func isHeading(_ a: Candidate, where b: Candidate) -> Bool {
    guard !a.isDegenerate && !b.isDegenerate,
      options.algorithm.ascends(iteration: min(a.run.iterations, b.run.iterations))
    else { return false }
    let rounding = 1e-9 * abs(b.run.height)
    let isOnePlace =
      a.run.trace.count == b.run.trace.count
      && abs(a.run.height - b.run.height) <= rounding
    if !isOnePlace {
      guard let mine = AitkenStopping.limit(of: a.run.smoothCourse),
        let other = AitkenStopping.limit(of: b.run.smoothCourse),
        abs(mine - other) < max(options.tolerance, rounding)
      else { return false }
    }
    return zip(a.run.parameters.weights.sorted(), b.run.parameters.weights.sorted())
      .allSatisfy { abs($0 - $1) < 0.01 }
  }

  /// The runs that are followed after further iterations; what collapses on the way stays as it was.
  private func next(_ candidates: [Candidate], to iterations: Int) throws -> [Candidate] {
    let running = candidates.indices.filter {
      candidates[$0].end == .followed && !candidates[$0].run.isCancelled
    }
    let further = try spread(running.count) { place, execution -> Candidate in
      let candidate = candidates[running[place]]
      do {
        return try advanced(candidate.run, candidate.restart, to: iterations, execution)
      } catch let error as EmulsionError where error.code == .degenerate {
        var collapsed = candidate
        collapsed.collapse = error
        return collapsed
      }
    }
    var result = candidates
    for (place, candidate) in zip(running, further) { result[place] = candidate }
    return result
  }

  private func start(_ place: Int, _ execution: Execution) throws
    -> MixtureParameters<Family.Component>
  {
    if place >= drawnCount {
      return try em(on: shortData).parameters(
        from: options.besides[place - drawnCount], components: options.components,
        execution: execution)
    }
    let (number, deal) = drawing(place)
    let drawn = options.search.map { $0.drawn(place) } ?? number
    // What all fits try has the numbers behind those that are drawn.
    let restart = drawn ?? options.restarts + place
    let sample = try startingRows(restart, execution)
    // What is not noise begins the components; EM then finds the noise among all rows.
    let data = sample.map { $0.source(named: shortData.columnNames) as any DataSource } ?? shortData
    let context = StartContext(
      data: data, components: options.components, hasNoise: noise != nil, seed: options.seed,
      restart: restart, sample: sample ?? self.sample, share: family.traits.startShare,
      execution: execution)
    let shared = drawn == nil ? options.search?.shared : nil
    let begun =
      try (options.labels == nil ? family.traits.start(context) : nil) ?? shared?.start(
        place, components: options.components)
      ?? starts.start(options.initializer, context)
    if let deals {
      return try dealt(begun, by: deals, restart: restart, deal: deal, on: data, execution)
    }
    return try em(on: data).parameters(
      from: begun, components: options.components, execution: execution)
  }

  /// The rows that a start beside noise looks at: half of them, those that lie most densely, or three
  /// quarters, or all in turn; `nil` for all.
  private func startingRows(_ restart: Int, _ execution: Execution) throws -> RepresentativeRows? {
    let share = [1, 0.5, 0.75][restart % 3]
    guard noise != nil, share < 1, family.traits.groupColumn == nil, options.labels == nil,
      options.initializer.needsSample,
      !options.initializer.isConfinedToCaller
    else { return nil }
    let rows = try starts.dense(sample, execution).densest(share)
    return rows.rows.rows >= options.components ? rows : nil
  }

  /// - Parameter stage: What its checkpoint is called by beside the start, the iterations and the rows.
  func advanced(
    _ run: @autoclosure () throws -> EMRun<Family>, _ restart: Int, to iterations: Int,
    _ execution: Execution, on data: (any DataSource)? = nil, stopping: AitkenStopping? = nil,
    stage: String = ""
  ) throws -> Candidate {
    let place = data.map { " of \($0.rows) rows" } ?? ""
    let keeper = try RunKeeper(
      options.shelf, "start \(restart) to \(iterations)\(place)\(stage)", family)
    let begun = try keeper?.run ?? run()
    let data = data ?? shortData
    return try judged(
      restart,
      em(on: data).advance(
        begun, maximumIterations: min(iterations, options.maximumIterations),
        stopping: stopping ?? self.stopping(begun), execution: execution, keeping: keeper,
        report: options.reporter(label, restart: restart)),
      on: data, execution.patient)
  }

  /// Runs tasks on threads, or one after the other where each uses all threads itself.
  private func spread<Result: Sendable>(
    _ count: Int, _ body: @Sendable (Int, Execution) throws -> Result
  ) throws -> [Result] {
    try execution.spread(
      count, sideBySide: count > 1 && options.spreadsFits(of: shortData, over: execution), body)
  }
}

extension Array {
  /// The candidates, of which these alone are followed any further.
  fileprivate func following<Family>(_ chosen: some Sequence<Element>) -> [Element]
  where Element == Restarts<Family>.Candidate {
    let restarts = Set(chosen.map(\.restart))
    return map { candidate in
      var candidate = candidate
      if candidate.end == .followed && !restarts.contains(candidate.restart) {
        candidate.end = .givenUp
      }
      return candidate
    }
  }

  /// The candidates with these in place of those of the same restarts.
  fileprivate func replacing<Family>(_ others: [Element]) -> [Element]
  where Element == Restarts<Family>.Candidate {
    map { candidate in others.first { $0.restart == candidate.restart } ?? candidate }
  }
}
