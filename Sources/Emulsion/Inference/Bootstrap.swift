/// Intervals from fits to resampled rows, each from the model's own parameters.
struct Bootstrap: Sendable {
  let model: Model
  /// The model's columns.
  let data: any DataSource
  let space: ParameterSpace
  let options: IntervalOptions

  /// What a sound replicate came to, in the best assignment of its components to the model's.
  private struct Replicate: Sendable {
    let values: [Double]
    /// Whether each component was told apart.
    let certain: [Bool]
  }

  func intervals(_ execution: Execution) throws -> Intervals {
    if options.method == .parametricBootstrap && options.labels != nil {
      throw EmulsionError(
        .invalidOption,
        "intervals: rows that are drawn have no known labels; use method = \"bootstrap\"")
    }
    let given = data.unarranged
    let matrix = try Matrix(reading: given)
    var weights = try given.shares(execution)
    // Rows without any value are none of the fit.
    for n in weights.indices where matrix.row(n).allSatisfy(\.isNaN) { weights[n] = 0 }
    let resampling = Resampling(
      matrix, weights, groups: model.mixture.groupColumn, columnNames: data.columnNames,
      isWeighted: options.method == .weightedBootstrap)
    let rows = try data.grouped(by: model.mixture.groupColumn)
    let posterior = try model.mixture.posterior(rows, execution)
    let own = Partition(
      posterior, weights: try rows.shares(execution), components: model.components)
    // A family that draws nothing says so once, not in every replicate.
    if options.method == .parametricBootstrap {
      _ = try model.mixture.sample(1, seed: 0, execution.serial)
    }
    let concurrency = model.mixture.passShape.maximumConcurrency
    let (fit, inner) = (try fitting, execution.serial)
    let replicates = try execution.map(options.replicates, concurrency: concurrency) { b in
      try replicate(b, resampling, rows, own, fit, inner)
    }
    // Under a prior a fit is the mode of something else.
    let gains =
      model.manifest.options["prior"] == nil
      ? try Distinctness(mixture: model.mixture, data: rows, options: fit).gains(
        posterior, own, concurrency: concurrency, execution)
      : Array(repeating: .infinity, count: model.components)
    return try summary(of: replicates, gains)
  }

  /// How replicates are fitted: from the model's parameters, to a thousandth of a standard error.
  private var fitting: FitOptions {
    get throws {
      var fit = FitOptions()
      fit.components = model.components
      fit.labels = options.labels
      fit.tolerance = 1e-4
      fit.extrapolates = true
      fit.threads = 1
      fit.isCancelled = options.isCancelled
      if let name = model.manifest.options["algorithm"], name == "cem" {
        fit.algorithm = try model.catalogue.algorithm(named: name)
      }
      return fit
    }
  }

  private func replicate(
    _ b: Int, _ resampling: Resampling, _ rows: any DataSource, _ own: Partition,
    _ fit: FitOptions, _ execution: Execution
  ) throws -> Replicate? {
    let mixture = model.mixture
    var random = CounterRandom(seed: options.seed, stream: UInt64(b) &+ 0xB007)
    let drawn: MatrixSource
    if options.method == .parametricBootstrap {
      let complete = try model.sample(
        resampling.drawCount, seed: random.next(), threads: 1, isCancelled: options.isCancelled
      ).rows
      drawn = MatrixSource(resampling.missingAsThere(complete), columnNames: data.columnNames)
    } else {
      drawn = resampling.draw(using: &random, keepsAll: options.labels != nil)
    }
    let fitted: any AnyMixture
    let posterior: Matrix
    do {
      var source: any DataSource = drawn
      if data.missing != nil, let incomplete = try IncompleteSource(drawn, fitting: true) {
        source = incomplete
      }
      guard let found = try mixture.refitted(to: source.grouped(by: mixture.groupColumn), fit)
      else { return nil }
      fitted = found.mixture
      posterior = try fitted.posterior(rows, execution)
    } catch let error as EmulsionError where error.code != .cancelled {
      return nil
    }
    let match = ComponentMatch(own, posterior)
    let numbers = ParameterNumbers(fitted, order: match.order)
    return Replicate(values: space.reported.map(numbers.value), certain: match.certain)
  }

  /// Replicates whose components can't be told apart are those in which they come near to each other: without them
  /// intervals would be too short. They are taken in under their best assignment, counted, and marked.
  private func summary(of replicates: [Replicate?], _ gains: [Double]) throws -> Intervals {
    let sound = replicates.compactMap { $0 }
    let failed = replicates.count - sound.count
    guard sound.count >= 2 else {
      throw EmulsionError(
        .degenerate,
        "intervals: \(failed) of \(replicates.count.counted("replicate")) came to no sound fit; use fewer components"
      )
    }
    let values = sound.map(\.values)
    let used = sound.count { $0.certain.allSatisfy { $0 } }
    let unmatched = sound.count - used
    let matching = Intervals.Matching(
      replicates: replicates.count, used: used, unmatched: unmatched, failed: failed,
      certainty: (0..<model.components).map { k in
        Double(sound.count { $0.certain[k] }) / Double(sound.count)
      }, separation: space.separations(values, components: model.components),
      distinctness: gains)
    var warnings: [String] = []
    let doubtful = matching.doubtful.map { "\($0 + 1)" }
    let total = Double(replicates.count)
    if Double(unmatched) > Intervals.mostUnmatched * total {
      warnings.append(
        "\(unmatched) of \(replicates.count.counted("replicate")) could not be matched with certainty"
      )
    }
    if !doubtful.isEmpty {
      warnings.append(
        doubtful.count == 1
          ? "component \(doubtful[0]) is hardly told apart from another: its intervals are doubtful"
          : "components \(doubtful.joined(separator: ", ")) are hardly told apart: their intervals are doubtful"
      )
    }
    if Double(failed) > Intervals.mostUnmatched * total {
      warnings.append("\(failed) of \(replicates.count.counted("replicate")) came to no sound fit")
    }
    let n = Double(values.count)
    let count = space.reported.count
    let means = (0..<count).map { i in values.reduce(0) { $0 + $1[i] } / n }
    var covariance = Matrix(rows: count, columns: count)
    for list in values {
      for i in 0..<count {
        for j in 0..<count {
          covariance[i, j] += (list[i] - means[i]) * (list[j] - means[j]) / (n - 1)
        }
      }
    }
    let tail = (1 - options.level) / 2
    let drawn = Matrix(rows: values.count, columns: count, values: Array(values.joined()))
    let rows = space.reported.enumerated().map { i, number in
      let sorted = values.map { $0[i] }.sorted()
      return Intervals.Row(
        component: number.component, parameter: number.name, estimate: space.base.value(number),
        standardError: covariance[i, i].squareRoot(), lower: quantile(tail, of: sorted),
        upper: quantile(1 - tail, of: sorted))
    }
    return Intervals(
      method: options.method, level: options.level, rows: rows, covariance: covariance,
      matching: matching, replicates: drawn, warnings: warnings)
  }

  /// Between order statistics, of which the r-th of B is the quantile r/(B + 1) (Hyndman & Fan 1996, type 6; Davison &
  /// Hinkley 1997, section 5.2): the interval between two of them covers as many of the draws to come as its level says.
  private func quantile(_ p: Double, of sorted: [Double]) -> Double {
    var place = max(0, p * Double(sorted.count + 1) - 1)
    // A level such as 0.95 is no double.
    if abs(place - place.rounded()) < 1e-9 { place.round() }
    let below = min(sorted.count - 1, max(0, Int(place)))
    let above = min(sorted.count - 1, below + 1)
    return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
  }
}
