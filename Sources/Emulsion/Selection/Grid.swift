/// The fits of a selection, spread over threads, and the repair of those that fell short.
struct Grid: Sendable {
  /// The rows as they were given.
  let data: any DataSource
  var work: FitWork
  var cells: [FitOptions]
  let options: FitOptions

  /// Whether cells are dealt to threads, rather than the chunks of each.
  private var isSpread: Bool {
    cells.allSatisfy { $0.spreadsFits(of: work.data, over: options.execution) }
  }

  func fitted() throws -> [Selection.Entry] {
    try dealt { index, execution in try entry(cells[index], execution) }
  }

  /// What `body` makes of every cell, in their order.
  func dealt<Result: Sendable>(_ body: @Sendable (_ cell: Int, Execution) throws -> Result) throws
    -> [Result]
  {
    // What takes longest begins first, so that no thread is left with it at the end.
    let order = cells.indices.sorted { cells[$0].components > cells[$1].components }
    let results = try options.execution.spread(order.count, sideBySide: isSpread) {
      (order[$0], try body(order[$0], $1))
    }
    return results.sorted { $0.0 < $1.0 }.map(\.1)
  }

  private func entry(_ cell: FitOptions, _ execution: Execution) throws -> Selection.Entry {
    var entry = Selection.Entry(
      components: cell.components, covariance: cell.family.usesCovariance ? cell.covariance : nil,
      family: cell.family.label)
    do {
      try refuseTooFewRows(cell)
      entry.model = try work.fit(cell, execution: execution)
    } catch let error as EmulsionError
      where [.degenerate, .invalidData, .cancelled].contains(error.code)
    {
      // After an interrupt the fits that were reached are still worth something.
      entry.failure = error
    }
    return entry
  }

  /// What leaves a component of every fit with fewer rows than it needs is not tried.
  private func refuseTooFewRows(_ cell: FitOptions) throws {
    guard cell.family.usesCovariance, cell.regularization == 0, cell.constraints.isEmpty else {
      return
    }
    let model = try work.catalogue.covarianceModel(named: cell.covariance)
    let needed = cell.components * model.rowsNeeded(dimension: work.data.columns)
    let rows = work.summary.weightedRows
    guard cell.components <= rows, needed > rows else { return }
    throw EmulsionError(
      .degenerate,
      "\(cell.components) components under \(model.name) covariances need at least \(needed) rows; "
        + "the data have \(rows)")
  }

  /// Larger models can't fit worse than smaller ones nested in them: where one does, or has
  /// collapsed while a nested one is sound, EM starts again from the best of the nested optima.
  ///
  /// - Parameter revives: Whether what has collapsed gets its chance, once.
  func repaired(_ fitted: [Selection.Entry], revives: Bool = false) throws -> [Selection.Entry] {
    var entries = fitted
    let special = specialCases(of: fitted)
    func isNested(_ small: Selection.Entry, in large: Selection.Entry) -> Bool {
      guard small.family == large.family else { return false }
      if small.covariance == large.covariance { return small.components < large.components }
      return small.components == large.components
        && special[large.covariance ?? "", default: []].contains(small.covariance ?? "")
    }
    let order = entries.indices.sorted {
      (entries[$0].components, special[entries[$0].covariance ?? ""]?.count ?? 0) < (
        entries[$1].components, special[entries[$1].covariance ?? ""]?.count ?? 0
      )
    }
    for index in order where !options.isCancelled() {
      let entry = entries[index]
      // What the data don't allow no other start cures.
      if entry.failure?.code == .invalidData { continue }
      let nested = order.map { entries[$0] }.filter { $0.isEligible && isNested($0, in: entry) }
      guard let best = nested.max(by: { $0.logLikelihood < $1.logLikelihood }) else { continue }
      let least = best.logLikelihood - 1e-9 * abs(best.logLikelihood)
      if entry.isEligible ? entry.logLikelihood >= least : !revives { continue }
      if !entry.isEligible && !mayWin(entry, over: best, among: entries) { continue }
      for smaller in (entry.isEligible ? [best] : neighbours(of: entry, among: nested))
        .compactMap(\.model)
      {
        // What has merely stopped a little early needs no further search.
        let isNear =
          entry.isEligible && entry.logLikelihood > best.logLikelihood - 10 * options.tolerance
        guard let better = try refit(entry, from: smaller, searches: !isNear, least: least)
        else { continue }
        entries[index].model = better
        entries[index].failure = nil
        break
      }
    }
    return entries
  }

  /// Whether a cell that has collapsed may come to the best BIC, if it gains as much over the best fit that
  /// is nested in it as its parameters could tell: a few nats, and two for each of them.
  private func mayWin(
    _ entry: Selection.Entry, over nested: Selection.Entry, among entries: [Selection.Entry]
  ) -> Bool {
    let least = entries.filter(\.isEligible).map(\.bic).min() ?? .infinity
    guard let model = nested.model, let more = parametersAdded(by: entry, to: nested) else {
      return true
    }
    let penalty = naturalLog(model.report.totalWeight) * Double(more)
    return (nested.bic + penalty - least) / 2 <= 10 + 2 * Double(more)
  }

  /// How many parameters more a cell has than a fit that is nested in it; `nil` where that is not told by
  /// rows and columns.
  private func parametersAdded(by entry: Selection.Entry, to nested: Selection.Entry) -> Int? {
    guard let name = entry.covariance, let model = nested.model,
      let covariance = try? work.catalogue.covarianceModel(named: name),
      let own = nested.covariance.flatMap({ try? work.catalogue.covarianceModel(named: $0) })
    else { return nil }
    let (k, d) = (entry.components, model.dimension)
    let more =
      covariance.freeParameters(components: k, dimension: d)
      - own.freeParameters(components: nested.components, dimension: d)
    return more + (k - nested.components) * (d + 1)
  }

  /// What has collapsed gets its chance from the best with as many components, and from the same
  /// structure with one less, not from all that are nested.
  private func neighbours(of entry: Selection.Entry, among nested: [Selection.Entry])
    -> [Selection.Entry]
  {
    let equals = nested.filter { $0.components == entry.components }
      .max { $0.logLikelihood < $1.logLikelihood }
    let smaller = nested.filter { $0.components == entry.components - 1 }
    return (equals.map { [$0] } ?? []) + smaller
  }

  /// The special cases of each covariance model in the grid.
  private func specialCases(of entries: [Selection.Entry]) -> [String: Set<String>] {
    Dictionary(
      Set(entries.compactMap(\.covariance)).map { name in
        (name, Set((try? work.catalogue.covarianceModel(named: name))?.special ?? []))
      }
    ) { first, _ in first }
  }

  /// The best sound fit that starts from the nested one: its parameters as they are, or with one of
  /// the heaviest components split along its widest direction, or doubled, which changes nothing.
  ///
  /// Where EM collapses from all of these, or the limits on covariances make it fall below `least`, the
  /// nested optimum itself is the larger model's fit; it is degenerate where the doubled component has
  /// too few rows for two.
  private func refit(
    _ entry: Selection.Entry, from nested: Model, searches: Bool, least: Double
  ) throws -> Model? {
    var cell = options
    guard let family = cells.first(where: { $0.family.label == entry.family })?.family else {
      return nil
    }
    cell.family = family
    cell.covariance = entry.covariance ?? cell.covariance
    cell.components = entry.components
    let base = StartingPoint(nested)
    let isSameCount = entry.components == nested.components
    var grown = base
    while grown.weights.count < entry.components - 1 { grown = double(grown, heaviest(grown)) }
    let plain = isSameCount ? base : double(grown, heaviest(grown))
    let splits =
      isSameCount || !searches
      ? [] : (0..<min(3, nested.components)).map { split(grown, $0, nested) }
    let reached = try best(splits + [plain], cell, isDoubtful: !entry.isEligible)
    if let reached, reached.logLikelihood >= least { return reached }
    cell.maximumIterations = 0
    let kept = try best([plain], cell, isSound: !entry.isEligible)
    return kept.flatMap { $0.logLikelihood >= least ? $0 : nil }
  }

  /// The best fit that EM reaches from given starts: from that of the short runs which is best, and
  /// sound where it must be. One that is doubtful shows in a longer run first.
  private func best(
    _ starts: [StartingPoint], _ options: FitOptions, isSound: Bool = true, isDoubtful: Bool = false
  ) throws -> Model? {
    var whole = options
    whole.extrapolates = true
    var short = whole
    let fewest = isDoubtful ? 50 : starts.count > 1 ? 15 : Int.max
    short.maximumIterations = min(options.maximumIterations, fewest)
    let runs = try models(starts, short, isSound: isSound)
      .sorted { $0.logLikelihood > $1.logLikelihood }
    for run in runs {
      if run.hasConverged || short.maximumIterations == options.maximumIterations {
        return run.inCanonicalOrder
      }
      if let model = try models([StartingPoint(run)], whole, isSound: isSound).first {
        return model.inCanonicalOrder
      }
    }
    return nil
  }

  /// What EM comes to from each start, without those that are of no use.
  private func models(
    _ starts: [StartingPoint], _ options: FitOptions, isSound: Bool
  ) throws -> [Model] {
    let isSpread = starts.count > 1 && options.spreadsFits(of: work.data, over: options.execution)
    return try options.execution.spread(starts.count, sideBySide: isSpread) {
      place, execution -> Model? in
      var cell = options
      cell.initializer = starts[place].initializer
      do {
        let model = try work.fit(cell, execution: execution)
        return isSound && model.isDegenerate ? nil : model
      } catch let error as EmulsionError where [.degenerate, .cancelled].contains(error.code) {
        return nil
      }
    }.compactMap { $0 }
  }

  private func heaviest(_ base: StartingPoint) -> Int {
    base.weights.indices.max { base.weights[$0] < base.weights[$1] } ?? 0
  }

  private func double(_ base: StartingPoint, _ k: Int) -> StartingPoint {
    var result = base
    result.parameters.append(base.parameters[k])
    result.weights[k] /= 2
    result.weights.append(result.weights[k])
    return result
  }

  private func split(_ base: StartingPoint, _ k: Int, _ model: Model) -> StartingPoint {
    var result = double(base, k)
    guard result.parameters[k]["mean"] != nil, let moments = model.mixture.moments(k),
      let widest = moments.covariance.widest
    else { return result }
    var step = max(0, widest.variance).squareRoot() / 2
    // Means may have borders, such as 0.
    for _ in 0..<10 {
      let shift = widest.direction.map { step * $0 }
      var (below, above) = (base.parameters[k], base.parameters[k])
      below["mean"] = .vector(zip(moments.mean, shift).map { $0 - $1 })
      above["mean"] = .vector(zip(moments.mean, shift).map { $0 + $1 })
      if model.mixture.accepts(below) && model.mixture.accepts(above) {
        result.parameters[k] = below
        result.parameters[result.parameters.count - 1] = above
        return result
      }
      step /= 2
    }
    return result
  }
}

/// What a fit begins with that goes on from another one.
struct StartingPoint {
  var parameters: [[String: ParameterValue]]
  var weights: [Double]
  private let noise: Double?

  init(_ model: Model) {
    parameters = model.parameters.map(\.byName)
    weights = model.weights
    noise = model.noise?.weight
  }

  var initializer: GivenParameters {
    GivenParameters(parameters, weights: weights + (noise.map { [$0] } ?? []))
  }
}
