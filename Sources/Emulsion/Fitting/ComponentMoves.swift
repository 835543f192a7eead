/// Moves of components from where they are needed least to where they are missed (after Ueda, Nakano, Ghahramani &
/// Hinton 2000, who merge two components and split a third).
///
/// EM leads to the nearest optimum, and of many components every start has some in wrong places. A move splits the
/// heaviest, goes on with all, and leaves out as many, a few at a time and with EM between; it counts where the
/// log-likelihood gains by it.
struct ComponentMoves: Sendable {
  /// With fewer components, several starts find as good an optimum.
  static let fewestComponents = 8
  /// The share of the components that is split at a time.
  static let share = 0.125
  /// Iterations after components were split, after some were left out, and after the last were.
  static let iterations = (split: 8, between: 4, last: 12)
  /// How many moves in a row may fail.
  static let patience = 3
  /// What moves may cost together, in iterations on all rows: before the last run over many rows, and of few rows.
  static let budget = (many: 32.0, few: 256.0)
  /// Rows a parameter that a sample needs: with fewer, what gains there may be none of all rows.
  static let rowsPerParameter = 20
  /// The most moves, however many the rows.
  static let mostRounds = 40

  /// How many components are split at a time.
  let size: Int
  /// The most moves.
  let rounds: Int

  /// The moves of a mixture of K components on `size` of `rows` rows.
  ///
  /// - Parameter areFew: Whether races see all rows.
  init(components k: Int, rows size: Int, of rows: Int, areFew: Bool) {
    self.size = max(1, Int(Self.share * Double(k)))
    let cost = Self.iterations.split + Self.iterations.between + Self.iterations.last
    let budget = (areFew ? Self.budget.few : Self.budget.many) / Double(cost)
    rounds = Int(min(Double(Self.mostRounds), budget * Double(rows) / Double(max(1, size))))
  }
}

extension Restarts {
  /// A settled run where moves have led it; `nil` where none gained, or where most other starts found its optimum
  /// again.
  func moved(_ candidate: Candidate, among candidates: [Candidate], on data: any DataSource) throws
    -> Candidate?
  {
    guard takesMoves, !candidate.hasCollapsed, !candidate.run.isCancelled,
      isComparable || data.rows >= ComponentMoves.rowsPerParameter * freeCount(candidate),
      !isFoundAgain(candidate, among: candidates)
    else { return nil }
    let moves = ComponentMoves(
      components: options.components, rows: data.rows, of: self.data.rows, areFew: isComparable)
    var (best, failures, tried) = (candidate, 0, Set<Int>())
    for round in 0..<moves.rounds where failures < ComponentMoves.patience {
      let weights = best.run.parameters.weights
      let heaviest = weights.indices.filter { !tried.contains($0) }
        .sorted { (-weights[$0], $0) < (-weights[$1], $1) }.prefix(moves.size)
      guard !heaviest.isEmpty, let other = try moved(best, splitting: heaviest, round, on: data)
      else { break }
      if isSound(other, beside: best) && heading(other) > heading(best) + nearness(best) {
        (best, failures, tried) = (other, 0, [])
      } else {
        failures += 1
        tried.formUnion(heaviest)
      }
    }
    return best.run.trace == candidate.run.trace ? nil : best
  }

  /// Whether a run has no more problems than another.
  func isSound(_ candidate: Candidate, beside other: Candidate) -> Bool {
    !candidate.hasCollapsed && candidate.problems.count <= other.problems.count
  }

  private func isFoundAgain(_ candidate: Candidate, among candidates: [Candidate]) -> Bool {
    let others = candidates.filter { $0.restart != candidate.restart && $0.end != .givenUp }
    let agreeing = others.count { other in
      other.end == .joined(candidate.restart)
        || heading(other) >= heading(candidate) - nearness(candidate)
    }
    return 2 * agreeing > others.count
  }

  /// Whether components may take the places of others: not where they have names of their own, or where the user asked
  /// for one start.
  private var takesMoves: Bool {
    options.components >= ComponentMoves.fewestComponents && options.search == nil
      && drawnCount > 1 && mixing == .free && !family.traits.mixesItself
      && options.algorithm.maximizesLikelihood && options.labels == nil
      && family.schema.rolesByComponent.isEmpty
  }

  /// What settled runs may still gain, nats.
  func nearness(_ candidate: Candidate) -> Double {
    RaceSchedule.settled * Double(freeCount(candidate))
  }

  private func freeCount(_ candidate: Candidate) -> Int {
    candidate.run.parameters.freeCount(in: family)
  }

  /// A run after one move; `nil` where the family can't split components, or an interrupt came.
  private func moved(
    _ candidate: Candidate, splitting places: some Collection<Int>, _ round: Int,
    on data: any DataSource
  ) throws -> Candidate? {
    let em = em(on: data)
    guard var parameters = em.splitting(places, of: candidate.run.parameters) else { return nil }
    func further(_ iterations: Int) throws -> Candidate {
      try advanced(
        EMRun(from: parameters, restart: candidate.restart), candidate.restart, to: iterations,
        execution, on: data,
        stage: ", move \(round) with \(parameters.components.count) components")
    }
    do {
      var result = try further(ComponentMoves.iterations.split)
      for count in [(places.count + 1) / 2, places.count / 2] where count > 0 {
        parameters = result.run.parameters
        let losses = try em.losses(parameters, execution)
        let order = losses.indices.sorted { losses[$0] < losses[$1] }
        parameters = parameters.dropping(Set(order.prefix(count)))
        let isLast = parameters.components.count == options.components
        result = try further(
          isLast ? ComponentMoves.iterations.last : ComponentMoves.iterations.between)
      }
      return result.run.isCancelled ? nil : result
    } catch let error as EmulsionError where error.code == .degenerate {
      var failed = candidate
      failed.collapse = error
      return failed
    } catch let error as EmulsionError where error.code == .cancelled {
      return nil
    }
  }
}

extension MixtureParameters {
  /// Those of the other components alone.
  fileprivate func dropping(_ dropped: Set<Int>) -> MixtureParameters {
    var result = self
    let kept = components.indices.filter { !dropped.contains($0) }
    let sum = kept.reduce(0) { $0 + weights[$1] }
    result.components = kept.map { components[$0] }
    result.weights = kept.map { weights[$0] / sum }
    return result
  }
}

extension ExpectationMaximisation {
  /// The same mixture with these components split along their widest directions; `nil` where the family knows none.
  fileprivate func splitting(
    _ places: some Collection<Int>, of parameters: MixtureParameters<Family.Component>
  ) -> MixtureParameters<Family.Component>? {
    var list = parameters.components.map { family.schema.parameters(of: $0).byName }
    var weights = parameters.weights
    for k in places {
      guard let moments = family.properties.moments(of: parameters.components[k]),
        let halves = list[k].split(
          moments, accepts: { (try? family.schema.component(from: $0)) != nil })
      else { return nil }
      list[k] = halves.below
      list.append(halves.above)
      weights[k] /= 2
      weights.append(weights[k])
    }
    guard let components = try? family.components(from: list, weights: weights) else { return nil }
    return MixtureParameters(
      components: components, weights: weights, noise: parameters.noise,
      mixing: parameters.mixing)
  }

  /// What the log-likelihood loses without each component, the weights of the others scaled up:
  /// Σₙ −ln(1 − γₙₖ) + N ln(1 − πₖ), nats. One pass.
  fileprivate func losses(
    _ parameters: MixtureParameters<Family.Component>, _ execution: Execution
  ) throws -> [Double] {
    let mixture = try family.prepare(parameters.components, for: data)
    let logWeights = family.logWeights(parameters.weights)
    let shape = family.traits.passShape.holding(data)
    let chunks = Chunks(rows: data.rows, rowsPerBlock: shape.rowsPerBlock)
    let (columns, noise) = (data.columns, parameters.noise)
    let sums = try execution.reduce(
      chunks.count, concurrency: shape.maximumConcurrency,
      makeWorker: {
        BlockEvaluator(
          mixture, components: logWeights.count, columns: columns, shape: shape, noise: noise)
      },
      merge: { (sums: inout [Double], others) in
        for k in sums.indices { sums[k] += others[k] }
      }
    ) { evaluator, chunk in
      var sums = [Double](repeating: 0, count: logWeights.count + 1)
      try chunks.forEachBlock(of: chunk) { range in
        try evaluator.evaluate(range, of: data, logWeights: logWeights, transform: Softmax())
        evaluator.addLosses(to: &sums)
      }
      return sums
    }
    guard let sums, let rows = sums.last else { return [] }
    return parameters.weights.indices.map { k in
      sums[k] + rows * naturalLog(max(1 - parameters.weights[k], .leastNormalMagnitude))
    }
  }
}

extension BlockEvaluator {
  /// Adds −Σ w ln(1 − γₖ) over the rows in the buffer, and behind these Σ w.
  fileprivate mutating func addLosses(to sums: inout [Double]) {
    let rows = buffer.rows
    for i in 0..<rows { sums[joint.components] += buffer.weight(ofRow: i) ?? 1 }
    for k in 0..<joint.components {
      var sum = 0.0
      for i in 0..<rows {
        let share = joint.lanes.lanes(k, rows)[i]
        // A logarithm a row would cost more than the pass.
        guard share > 1e-9 else { continue }
        sum +=
          (buffer.weight(ofRow: i) ?? 1)
          * (share < 1e-3 ? share * (1 + share / 2) : -naturalLog(max(1 - share, 0x1p-53)))
      }
      sums[k] += sum
    }
  }
}
