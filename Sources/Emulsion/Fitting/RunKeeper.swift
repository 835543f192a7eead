/// Keeps a run of EM as it goes, and takes it up where it was left, with the same bits as one that never
/// stopped.
struct RunKeeper<Family: ComponentFamily> {
  private let file: WorkFile
  private let name: String
  private let seconds: Double
  /// The run as it was left; `nil` where it has not begun.
  private let left: SavedRun<Family>?
  private var saved = monotonicSeconds()
  /// Whether this process has seen all rows: of sorted ones each rank knows the distances of its own.
  private var seesAllRows = true

  /// Keeps a run under a name; `nil` where nothing is kept.
  init?(_ shelf: WorkShelf?, _ name: String, _ family: Family) throws {
    guard let shelf, case .checkpoint(let seconds) = shelf.file.manner else { return nil }
    (file, self.seconds) = (shelf.file, seconds)
    self.name = shelf.name(name)
    left = try file.result(self.name, [.family: family])
  }

  /// The run as it was left; `nil` where it has not begun and needs a start.
  var run: EMRun<Family>? { left?.run }

  /// Goes on where the run was left.
  mutating func takeUp(
    _ run: inout EMRun<Family>, _ pruning: inout Pruning<Family>, _ execution: Execution
  ) throws {
    seesAllRows = execution.ranks == nil
    guard let left else { return }
    run = left.run
    if let order = left.pruning { try pruning.takeUp(order, execution) }
  }

  /// Keeps the run when it is time to.
  mutating func keep(_ run: EMRun<Family>, _ pruning: Pruning<Family>) throws {
    let now = monotonicSeconds()
    guard now - saved >= seconds, seesAllRows || !pruning.isSorted else { return }
    saved = now
    try file.keep(SavedRun(run, pruning.state), named: name)
  }

  /// Keeps a run that has come to its end.
  func finish(_ run: EMRun<Family>) throws {
    guard run.trace.count > left?.run.trace.count ?? 0 else { return }
    try file.keep(SavedRun(run), named: name, isUrgent: true)
  }

  /// Keeps a run that is interrupted. Where rows are sorted, what passes have learned of distances is between two
  /// states by then: the run goes on from where it was kept last.
  func leave(_ run: EMRun<Family>, _ pruning: Pruning<Family>) throws {
    guard !pruning.isSorted else { return }
    try file.keep(SavedRun(run), named: name)
  }
}

extension CodingUserInfoKey {
  fileprivate static var family: CodingUserInfoKey {
    // The initializer fails for no string.
    CodingUserInfoKey(rawValue: "emulsion.family").unsafelyUnwrapped
  }
}

/// All of a run that its next iteration depends on.
private struct SavedRun<Family: ComponentFamily>: Codable {
  var run: EMRun<Family>
  var pruning: PruningState<Family>?

  private enum Keys: String, CodingKey {
    case parameters, trace, objective, restart, visited, blended, converged, refusal, extrapolation,
      foreign
    case pruning
  }

  init(_ run: EMRun<Family>, _ pruning: PruningState<Family>? = nil) {
    (self.run, self.pruning) = (run, pruning)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(SavedParameters<Family>(run.parameters), forKey: .parameters)
    try container.encode(run.trace, forKey: .trace)
    try container.encode(run.ownObjective, forKey: .objective)
    try container.encode(run.restart, forKey: .restart)
    try container.encode(run.isForeign, forKey: .foreign)
    try container.encode(run.hasConverged, forKey: .converged)
    try container.encodeIfPresent(run.refusal, forKey: .refusal)
    try container.encode(run.extrapolation, forKey: .extrapolation)
    try container.encodeIfPresent(run.visited.map(SavedVisits.init), forKey: .visited)
    try container.encodeIfPresent(run.blended, forKey: .blended)
    try container.encodeIfPresent(pruning.map(SavedPruning.init), forKey: .pruning)
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Keys.self)
    run = EMRun(
      from: try container.decode(SavedParameters<Family>.self, forKey: .parameters).parameters,
      isForeign: try container.decode(Bool.self, forKey: .foreign),
      restart: try container.decode(Int.self, forKey: .restart))
    run.trace = try container.decode([Double].self, forKey: .trace)
    run.ownObjective = try container.decode([Double].self, forKey: .objective)
    run.hasConverged = try container.decode(Bool.self, forKey: .converged)
    run.refusal = try container.decodeIfPresent(RefusedStep.self, forKey: .refusal)
    run.extrapolation = try container.decode(
      Extrapolation<Family.Statistics>.self, forKey: .extrapolation)
    run.visited = try container.decodeIfPresent(SavedVisits<Family>.self, forKey: .visited)?.visited
    run.blended = try container.decodeIfPresent(
      BlendedSums<Family.Statistics>.self, forKey: .blended)
    pruning = try container.decodeIfPresent(SavedPruning<Family>.self, forKey: .pruning)?.state
  }
}

/// Components as they are worked with, and what stands beside them.
private struct SavedParameters<Family: ComponentFamily>: Codable {
  var parameters: MixtureParameters<Family.Component>

  private enum Keys: String, CodingKey { case components, weights, noise, mixing }

  init(_ parameters: MixtureParameters<Family.Component>) { self.parameters = parameters }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(parameters.components, forKey: .components)
    try container.encode(parameters.weights, forKey: .weights)
    try container.encodeIfPresent(parameters.noise, forKey: .noise)
    try container.encode(parameters.mixing, forKey: .mixing)
  }

  init(from decoder: any Decoder) throws {
    guard let family = decoder.userInfo[.family] as? Family else {
      throw EmulsionError(.invalidData, "the run is of another family")
    }
    let container = try decoder.container(keyedBy: Keys.self)
    var list = try container.nestedUnkeyedContainer(forKey: .components)
    var components: [Family.Component] = []
    while !list.isAtEnd {
      components.append(try family.schema.decodeComponent(from: list.superDecoder()))
    }
    parameters = MixtureParameters(
      components: components, weights: try container.decode([Double].self, forKey: .weights),
      noise: try container.decodeIfPresent(Noise.self, forKey: .noise),
      mixing: try container.decode(MixingWeights.self, forKey: .mixing))
    guard parameters.weights.count == components.count else {
      throw EmulsionError(.invalidData, "weights and components don't fit")
    }
  }
}

/// Where an averaging run has been.
private struct SavedVisits<Family: ComponentFamily>: Codable {
  private var best: SavedParameters<Family>
  private var highest: Double
  private var count: Int
  private var weights: [Double]
  private var sums: [[[Double]]]

  init(_ visited: VisitedParameters<Family>) {
    best = SavedParameters(visited.best)
    (highest, count) = (visited.highest, visited.count)
    (weights, sums) = (visited.weights, visited.sums)
  }

  var visited: VisitedParameters<Family> {
    VisitedParameters(best.parameters, highest, count: count, weights: weights, sums: sums)
  }
}

/// How rows are sorted, and what passes have learned of their distances.
private struct SavedPruning<Family: ComponentFamily>: Codable {
  private var sortedUnder: SavedParameters<Family>
  private var latest: SavedParameters<Family>?
  private var known: [BlockDistances?]?
  private var share: Double
  private var needed: Double
  private var isFresh: Bool

  init(_ state: PruningState<Family>) {
    sortedUnder = SavedParameters(state.sortedUnder)
    latest = state.latest.map(SavedParameters.init)
    (known, share, needed, isFresh) = (state.known, state.share, state.needed, state.isFresh)
  }

  var state: PruningState<Family> {
    PruningState(
      sortedUnder: sortedUnder.parameters, latest: latest?.parameters, known: known, share: share,
      needed: needed, isFresh: isFresh)
  }
}
