/// How k-means is run.
public struct KMeansOptions: Sendable {
  /// K.
  public var components = 1
  /// `k-means++` or `random` by default name, or given means.
  public var initializer: any Initializer = KMeansPlusPlus()
  /// Number of starts, of which the one of least inertia is kept.
  public var restarts = 10
  /// The most iterations.
  public var maximumIterations = 300
  /// Whether columns are scaled to mean 0 and variance 1 (divisor n) first; given centres,
  /// `centers` and `inertia` are then in those units.
  public var standardize = false
  /// What random numbers are keyed by.
  public var seed: UInt64 = 0
  /// The most threads; all cores where `nil`.
  public var threads: Int?
  /// Polled often; true ends the run with an error.
  public var isCancelled: @Sendable () -> Bool = { false }

  /// Makes the default options.
  public init() {}
}

/// Clusters by k-means.
public struct KMeansResult: Sendable {
  /// K × d.
  public var centers: Matrix
  /// The cluster of each row, from 0.
  public var labels: [Int]
  /// Σ w |x − centre|².
  public var inertia: Double
  /// Iterations of the run that was kept.
  public var iterations: Int
}

extension Catalogue {
  /// Clusters rows by k-means: Lloyd's algorithm from the best of several starts.
  ///
  /// Clusters come by weight, largest first, except from given centres. O(n·d·K) an iteration.
  public func kMeans(_ data: any DataSource, _ options: KMeansOptions) throws -> KMeansResult {
    var checked = FitOptions()
    (checked.components, checked.restarts) = (options.components, options.restarts)
    (checked.maximumIterations, checked.threads) = (options.maximumIterations, options.threads)
    checked.isCancelled = options.isCancelled
    try checked.validate()
    let execution = checked.execution
    let summary = try DataSummary(data, execution: execution)
    let k = options.components
    let distinct = try distinctRows(of: data, upTo: k)
    guard k <= distinct else {
      throw EmulsionError(
        .degenerate, "components = \(k), but only \(distinct) rows are distinct")
    }
    let units = summary.standardDeviations.map { options.standardize && $0 > 0 ? $0 : 1 }
    let sample =
      options.initializer.needsSample
      ? try RepresentativeRows(data, summary: summary).measured(in: units)
      : RepresentativeRows(none: data.columns)
    let lloyd = Lloyd(data: data, units: units, execution: execution)
    let offsets = options.standardize ? summary.means : summary.means.map { _ in 0 }
    var best: Lloyd.Run?
    let isOne = options.initializer.isGiven || options.initializer.isDeterministic
    for restart in 0..<(isOne ? 1 : options.restarts) {
      let start = try centres(
        options.initializer.start(
          StartContext(
            data: data, components: k, seed: options.seed, restart: restart, sample: sample,
            execution: execution)),
        offsets: offsets, units: units)
      let run = try lloyd.run(from: start, maximumIterations: options.maximumIterations)
      if run.inertia < best?.inertia ?? .infinity { best = run }
    }
    guard let best else { throw EmulsionError(.invalidData, "k-means found no finite inertia") }
    return try result(best, lloyd, offsets, isOrdered: options.initializer.isGiven)
  }

  private func centres(_ start: Start, offsets: [Double], units: [Double]) throws -> Matrix {
    switch start {
    case .responsibilities(let rule as NearestCentre): return rule.centres
    case .responsibilities:
      throw EmulsionError(.invalidOption, "initializer: k-means starts from means")
    case .parameters(let list, _):
      let rows = list.map { parameters -> [Double] in
        guard case .vector(let mean)? = parameters["mean"] else { return [] }
        return zip(zip(mean, units), offsets).map { $0.0 * $0.1 + $1 }
      }
      guard let matrix = Matrix(rows: rows), matrix.columns == units.count else {
        throw EmulsionError(.invalidOption, "initializer: k-means starts from means")
      }
      return matrix
    }
  }

  private func result(_ run: Lloyd.Run, _ lloyd: Lloyd, _ offsets: [Double], isOrdered: Bool) throws
    -> KMeansResult
  {
    var labels = try lloyd.labels(run.centres)
    var centres = run.centres
    for k in 0..<centres.rows {
      for j in 0..<centres.columns { centres[k, j] = (centres[k, j] - offsets[j]) / lloyd.units[j] }
    }
    if !isOrdered {
      let sizes = run.weights
      let order = sizes.indices.sorted { (sizes[$1], $0) < (sizes[$0], $1) }
      var place = order
      for (position, k) in order.enumerated() { place[k] = position }
      labels = labels.map { place[$0] }
      centres = Matrix(
        rows: centres.rows, columns: centres.columns,
        values: order.flatMap { Array(centres.row($0)) })
    }
    return KMeansResult(
      centers: centres, labels: labels, inertia: run.inertia, iterations: run.iterations)
  }
}
