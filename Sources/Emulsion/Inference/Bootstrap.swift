/// Intervals from fits to resampled rows, each from the model's own parameters.
struct Bootstrap: Sendable {
  let model: Model
  /// The model's columns.
  let data: any DataSource
  let space: ParameterSpace
  let options: IntervalOptions

  private enum Replicate: Sendable {
    case values([Double], certain: [Bool])
    case unmatched(certain: [Bool])
    case failed
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
    let own = ComponentMatch.Partition(
      try model.mixture.posterior(rows, execution), weights: try rows.shares(execution))
    // A family that draws nothing says so once, not in every replicate.
    if options.method == .parametricBootstrap {
      _ = try model.mixture.sample(1, seed: 0, execution.serial)
    }
    let concurrency = model.mixture.passShape.maximumConcurrency
    let replicates = try execution.map(options.replicates, concurrency: concurrency) { b in
      try replicate(b, resampling, rows, own, execution.serial)
    }
    return try summary(of: replicates)
  }

  private func replicate(
    _ b: Int, _ resampling: Resampling, _ rows: any DataSource,
    _ own: ComponentMatch.Partition, _ execution: Execution
  ) throws -> Replicate {
    let mixture = model.mixture
    var random = CounterRandom(seed: options.seed, stream: UInt64(b) &+ 0xB007)
    let drawn: MatrixSource
    if options.method == .parametricBootstrap {
      let complete = try model.sample(
        resampling.drawCount, seed: random.next(), threads: 1, isCancelled: options.isCancelled
      ).rows
      drawn = MatrixSource(resampling.missingAsThere(complete), columnNames: data.columnNames)
    } else {
      drawn = resampling.draw(using: &random)
    }
    var fit = FitOptions()
    fit.components = model.components
    fit.noise = model.noise != nil
    fit.labels = options.labels
    fit.tolerance = 1e-4
    fit.extrapolates = true
    fit.threads = 1
    fit.isCancelled = options.isCancelled
    if let name = model.manifest.options["algorithm"], name == "cem" {
      fit.algorithm = try model.catalogue.algorithm(named: name)
    }
    let outcome: FitOutcome
    let posterior: Matrix
    do {
      var source: any DataSource = drawn
      if data.missing != nil, let incomplete = try IncompleteSource(drawn, fitting: true) {
        source = incomplete
      }
      outcome = try mixture.resume(source.grouped(by: mixture.groupColumn), fit)
      try execution.checkCancellation()
      guard outcome.diagnoses.isEmpty else { return .failed }
      posterior = try outcome.mixture.posterior(rows, execution)
    } catch let error as EmulsionError where error.code != .cancelled {
      return .failed
    }
    let match = ComponentMatch(own, posterior, components: model.components)
    let isMoved = match.order != Array(match.order.indices)
    guard match.certain.allSatisfy({ $0 }), !(isMoved && mixture.mixing == nil) else {
      return .unmatched(certain: match.certain)
    }
    let numbers = ParameterNumbers(outcome.mixture, order: match.order)
    return .values(space.reported.map(numbers.value), certain: match.certain)
  }

  private func summary(of replicates: [Replicate]) throws -> Intervals {
    var (values, certain): ([[Double]], [[Bool]]) = ([], [])
    var (unmatched, failed) = (0, 0)
    for replicate in replicates {
      switch replicate {
      case .values(let list, let sure):
        values.append(list)
        certain.append(sure)
      case .unmatched(let sure):
        certain.append(sure)
        unmatched += 1
      case .failed: failed += 1
      }
    }
    guard values.count >= 2 else {
      throw EmulsionError(
        .degenerate,
        "intervals: of \(replicates.count.counted("replicate")) \(failed) failed and \(unmatched) could not be matched; use "
          + "fewer components")
    }
    let matching = Intervals.Matching(
      replicates: replicates.count, used: values.count, unmatched: unmatched, failed: failed,
      certainty: (0..<model.components).map { k in
        Double(certain.count { $0[k] }) / Double(max(1, certain.count))
      })
    var warnings: [String] = []
    let doubtful = matching.certainty.indices.filter {
      matching.certainty[$0] < 1 - Intervals.mostUnmatched
    }
    let total = Double(replicates.count)
    if Double(unmatched) > Intervals.mostUnmatched * total {
      let list = doubtful.map { "\($0 + 1)" }.joined(separator: ", ")
      warnings.append(
        "\(unmatched) of \(replicates.count.counted("replicate")) could not be matched"
          + (list.isEmpty ? "" : "; intervals of components \(list) are doubtful"))
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
    let rows = space.reported.enumerated().map { i, number in
      let sorted = values.map { $0[i] }.sorted()
      return Intervals.Row(
        component: number.component, parameter: number.name, estimate: space.base.value(number),
        standardError: covariance[i, i].squareRoot(), lower: quantile(tail, of: sorted),
        upper: quantile(1 - tail, of: sorted))
    }
    return Intervals(
      method: options.method, level: options.level, rows: rows, covariance: covariance,
      matching: matching, warnings: warnings)
  }

  /// Between order statistics (Hyndman & Fan 1996, type 7).
  private func quantile(_ p: Double, of sorted: [Double]) -> Double {
    let place = p * Double(sorted.count - 1)
    let below = min(sorted.count - 1, max(0, Int(place)))
    let above = min(sorted.count - 1, below + 1)
    return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
  }
}

/// Which component of a fit is which of another's, by how their posteriors agree on the same rows.
struct ComponentMatch {
  /// The place in the second fit of each component of the first.
  let order: [Int]
  /// Whether each and its match are nearer to each other than to any other.
  let certain: [Bool]

  /// Posteriors of rows, and what each row counts.
  struct Partition: Sendable {
    let posterior: Matrix
    let weights: [Double]

    init(_ posterior: Matrix, weights: [Double]) {
      (self.posterior, self.weights) = (posterior, weights)
    }
  }

  init(_ first: Partition, _ second: Matrix, components k: Int) {
    var agreement = Matrix(rows: k, columns: k)
    var (own, other) = ([Double].zeros(k), [Double].zeros(k))
    let posterior = first.posterior
    for n in 0..<posterior.rows {
      let w = first.weights[n]
      for i in 0..<k {
        own[i] += w * posterior[n, i] * posterior[n, i]
        other[i] += w * second[n, i] * second[n, i]
        for j in 0..<k { agreement[i, j] += w * posterior[n, i] * second[n, j] }
      }
    }
    for i in 0..<k {
      for j in 0..<k {
        let size = (own[i] * other[j]).squareRoot()
        agreement[i, j] = size > 0 ? agreement[i, j] / size : 0
      }
    }
    let order = Assignment.least(agreement.scaled(by: -1)).map { $0 ?? 0 }
    self.order = order
    certain = (0..<k).map { i in
      let best = agreement[i, order[i]]
      return (0..<k).allSatisfy {
        ($0 == order[i] || agreement[i, $0] < best) && ($0 == i || agreement[$0, order[i]] < best)
      }
    }
  }
}
