/// How far other deals of a run's components are tried.
private enum DealSearch {
  /// The most rounds one after the other.
  static let rounds = 12
  /// The most exchanges of two that are compared at a time.
  static let compared = 64
  /// How many of those that stand best after one M step are followed.
  static let followed = 8
  /// How many iterations these are followed.
  static let iterations = 60
}

extension Restarts {
  /// In which orders drawn components may take their places; `nil` where that makes no difference, or where classes are
  /// known or the user's own function gives starts, which have an order.
  static func deals(_ family: Family, _ mixing: MixingWeights, _ options: FitOptions) -> Deals? {
    guard options.labels == nil, !options.initializer.isConfinedToCaller else { return nil }
    return Deals(
      components: options.components, held: family.schema.rolesByComponent,
      weights: mixing.fixedWeights)
  }

  /// Whether each start that is drawn takes part in the race twice, dealt in two ways: not where the user asked for one,
  /// and where a few starts are all that a search has.
  var dealsTwice: Bool {
    deals != nil && options.search == nil && options.restarts > 1
      && !options.initializer.isDeterministic
  }

  /// Which random numbers the start at a place of the race is drawn by, and which of its deals it is.
  func drawing(_ place: Int) -> (restart: Int, deal: Int) {
    if dealsTwice { return (place / 2, place % 2 == 0 ? 0 : 1 + place / 2) }
    let isRepeated = options.initializer.isDeterministic
    return (place, isRepeated ? place : place % 2 == 0 ? 0 : 1 + place / 2)
  }

  /// The parameters of a start, dealt to the places: first by size where weights are given, else so that the data are
  /// most likely, and then in the other orders, the likeliest first.
  ///
  /// - Parameters:
  ///   - restart: The number of the start.
  ///   - deal: Which of its deals, from 0; beyond the last they begin again behind the first.
  func dealt(
    _ start: Start, by deals: Deals, restart: Int, deal: Int, on data: any DataSource,
    _ execution: Execution
  ) throws -> MixtureParameters<Family.Component> {
    var em = em(on: data)
    em.alignsStarts = false
    let k = options.components
    var random = CounterRandom(seed: options.seed, restart: restart, purpose: .deals)
    let goesBySize = mixing.fixedWeights != nil
    let shares =
      goesBySize
      ? try em.unweighed(from: start, components: k, execution: execution).weights
      : Array(repeating: 1, count: k)
    var found:
      [(
        parameters: MixtureParameters<Family.Component>, isFirst: Bool, height: Double
      )] = []
    var failure: EmulsionError?
    for (order, places) in deals.candidates(shares: shares, using: &random).enumerated() {
      do {
        let parameters = try em.parameters(
          from: start.dealt(to: places), components: k, execution: execution)
        let height = try em.height(of: parameters, execution)
        found.append((parameters, goesBySize && order == 0, height))
      } catch let error as EmulsionError where error.code == .degenerate {
        failure = error
      }
    }
    if found.isEmpty, let failure { throw failure }
    let ranked = found.indices.sorted {
      (found[$0].isFirst ? 0 : 1, -found[$0].height, $0)
        < (found[$1].isFirst ? 0 : 1, -found[$1].height, $1)
    }
    let place = deal == 0 || ranked.count == 1 ? 0 : 1 + (deal - 1) % (ranked.count - 1)
    return found[ranked[place]].parameters
  }

  /// A settled run after what holds places of different kinds was dealt anew, as long as that gains; `nil` where it
  /// never did, or where the user asked for one start.
  func dealtAnew(_ candidate: Candidate, on data: any DataSource) throws -> Candidate? {
    guard let deals, drawnCount > 1, options.algorithm.maximizesLikelihood, !candidate.hasCollapsed,
      !candidate.run.isCancelled
    else { return nil }
    var best = candidate
    for round in 0..<DealSearch.rounds {
      guard let other = try dealtAnew(best, by: deals, round, on: data),
        isSound(other, beside: best), heading(other) > heading(best) + options.tolerance
      else { break }
      best = other
    }
    return best.run.trace == candidate.run.trace ? nil : best
  }

  /// The best run from another deal; `nil` where none came to anything, or an interrupt came.
  private func dealtAnew(
    _ best: Candidate, by deals: Deals, _ round: Int, on data: any DataSource
  ) throws -> Candidate? {
    let em = em(on: data)
    var random = CounterRandom(seed: options.seed, purpose: .deals, row: round)
    var (trials, heights) = ([MixtureParameters<Family.Component>](), [Double]())
    do {
      for places in deals.others(most: DealSearch.compared, using: &random) {
        do {
          let trial = try em.dealt(best.run.parameters, to: places, execution)
          heights.append(try em.height(of: trial, execution))
          trials.append(trial)
        } catch let error as EmulsionError where error.code != .cancelled {
          continue
        }
      }
      let order = trials.indices.sorted { (-heights[$0], $0) < (-heights[$1], $1) }
      var runs: [Candidate] = []
      for (place, trial) in order.prefix(DealSearch.followed).enumerated() {
        do {
          runs.append(
            try advanced(
              EMRun(from: trials[trial], restart: best.restart), best.restart,
              to: DealSearch.iterations, execution, on: data, stage: ", deal \(round).\(place)"))
        } catch let error as EmulsionError where error.code == .degenerate {
          continue
        }
      }
      return runs.contains(where: \.run.isCancelled) ? nil : runs.min(by: isBetter)
    } catch let error as EmulsionError where error.code == .cancelled {
      return nil
    }
  }
}

extension ExpectationMaximisation {
  /// The log-likelihood of parameters.
  fileprivate func height(
    of parameters: MixtureParameters<Family.Component>, _ execution: Execution
  ) throws -> Double {
    let found = try sums(parameters, execution).logLikelihood
    return found.isFinite ? found : -.infinity
  }

  /// The parameters that an M step makes once components are in other places.
  fileprivate func dealt(
    _ parameters: MixtureParameters<Family.Component>, to places: [Int], _ execution: Execution
  ) throws -> MixtureParameters<Family.Component> {
    var moved = parameters
    for (k, place) in places.enumerated() {
      moved.components[place] = parameters.components[k]
      moved.weights[place] = parameters.weights[k]
    }
    var result = try maximisation(
      sums(moved, execution), previous: moved, restricted(Softmax()), execution)
    // A component that is held as a whole is where the M step found it.
    if !family.schema.rolesByComponent.isEmpty {
      result.components = try family.schema.keeping(result.components, weights: result.weights)
    }
    return result
  }

  private func sums(_ parameters: MixtureParameters<Family.Component>, _ execution: Execution)
    throws -> PassResult<Family.Statistics>
  {
    try execution.pass(
      family.prepare(parameters.components, for: data), over: data,
      logWeights: family.logWeights(parameters.weights), noise: parameters.noise,
      transform: restricted(Softmax()), shape: family.traits.passShape)
  }
}
