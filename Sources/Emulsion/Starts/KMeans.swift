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
  /// It ends when at most this share of the rows changes its cluster, in three iterations in a row.
  public var tolerance = 1e-4
  /// Whether columns are scaled to mean 0 and variance 1 (divisor n) first; given centres
  /// and `inertia` are then in those units, while `centers` are in the data's.
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
  /// K × d, in the data's units.
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
  /// Drawn starts are improved by swapping centres for rows (Lattanzi & Sohler 2019), and those drawn
  /// from many rows are compared on a sample of them. Clusters come by weight, largest first, except
  /// from given centres. O(n·d·K) an iteration.
  public func kMeans(_ data: any DataSource, _ options: KMeansOptions) throws -> KMeansResult {
    let execution = try options.checkedExecution()
    let summary = try DataSummary(data, execution: execution)
    let k = options.components
    let distinct = try distinctRows(of: data, upTo: k)
    guard k <= distinct else {
      throw EmulsionError(
        .degenerate,
        "components = \(k), but only \(distinct) \(distinct == 1 ? "row is" : "rows are") distinct")
    }
    let units = summary.standardDeviations.map { options.standardize && $0 > 0 ? $0 : 1 }
    let sample =
      options.initializer.needsSample
      ? try RepresentativeRows(data, summary: summary, execution: execution).measured(in: units)
      : RepresentativeRows(none: data.columns)
    let lloyd = Lloyd(
      data: data, units: units, tolerance: options.tolerance, execution: execution)
    let offsets = options.standardize ? summary.means : summary.means.map { _ in 0 }
    let best = try bestRun(lloyd, sample, offsets, options)
    return result(best, isOrdered: options.initializer.isGiven)
  }

  /// The run of least inertia. Starts that were drawn from a sample run on it first; the best goes on
  /// with all rows.
  private func bestRun(
    _ lloyd: Lloyd, _ sample: RepresentativeRows, _ offsets: [Double], _ options: KMeansOptions
  ) throws -> Lloyd.Run {
    let initializer = options.initializer
    let isOne = initializer.isGiven || initializer.isDeterministic
    let isDrawn = !isOne && !initializer.isConfinedToCaller
    let isSampled = initializer.needsSample && !initializer.isConfinedToCaller && !sample.isComplete
    let count = isOne ? 1 : options.restarts
    let isSpread = count > 1 && !initializer.isConfinedToCaller && (isSampled || sample.isComplete)
    let outer = isSpread ? lloyd.execution : lloyd.execution.serial
    let inner = isSpread ? lloyd.execution.serial : lloyd.execution
    let short = Lloyd(
      data: isSampled ? sample.source(named: lloyd.data.columnNames) : lloyd.data,
      units: lloyd.units, tolerance: lloyd.tolerance, execution: inner)
    let runs = try outer.map(count) { restart in
      let context = StartContext(
        data: lloyd.data, components: options.components, hasNoise: false, seed: options.seed,
        restart: restart,
        sample: sample, execution: inner)
      var start = try centres(initializer.start(context), offsets: offsets, units: lloyd.units)
      if isDrawn {
        start = try SwapSearch.improve(
          start, sample: sample,
          random: CounterRandom(seed: options.seed, restart: restart, purpose: .swaps),
          execution: inner)
      }
      return try short.run(from: start, maximumIterations: options.maximumIterations)
    }
    guard
      let best = runs.filter(\.inertia.isFinite).min(by: { $0.inertia < $1.inertia })
    else { throw EmulsionError(.invalidData, "k-means found no finite inertia") }
    guard isSampled else { return best }
    return try lloyd.run(from: best.centres, maximumIterations: options.maximumIterations)
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

  private func result(_ run: Lloyd.Run, isOrdered: Bool) -> KMeansResult {
    var place = Array(0..<run.centres.rows)
    var centres = run.centres
    if !isOrdered {
      let sizes = run.weights
      let order = sizes.indices.sorted { (sizes[$1], $0) < (sizes[$0], $1) }
      for (position, k) in order.enumerated() { place[k] = position }
      centres = Matrix(
        rows: centres.rows, columns: centres.columns,
        values: order.flatMap { Array(centres.row($0)) })
    }
    return KMeansResult(
      centers: centres, labels: run.labels.map { place[Int($0)] }, inertia: run.inertia,
      iterations: run.iterations)
  }
}

extension KMeansOptions {
  /// How work is spread, once the options are found valid.
  fileprivate func checkedExecution() throws -> Execution {
    for option in Self.table { try option.check(self) }
    return Execution(threads: threads, isCancelled: isCancelled)
  }
}

extension KMeansOptions {
  /// The options that all fronts read alike.
  package static let table: [OptionSpec<KMeansOptions>] = {
    let standard = KMeansOptions()
    return [
      OptionSpec(
        "components", "the number of clusters K",
        .wholeNumber(.init(\.components), least: 1, most: 1_000_000), in: standard),
      OptionSpec(
        "initializer", "what Lloyd's algorithm starts from",
        .named(
          NamedOption(
            name: { $0.initializer.name },
            set: { $0.initializer = try $2.initializer(named: $1) },
            names: { _ in [KMeansPlusPlus().name, RandomCenters().name] })), in: standard),
      OptionSpec(
        "restarts", "the number of starts, of which the best is kept",
        .wholeNumber(.init(\.restarts), least: 1), in: standard),
      OptionSpec(
        "max_iterations", "the most iterations", .wholeNumber(.init(\.maximumIterations), least: 0),
        in: standard),
      OptionSpec(
        "tolerance", "stop when at most this share of the rows changes clusters",
        .number(.init(\.tolerance), .from(0, below: 1)), in: standard),
      OptionSpec(
        "standardize", "scale columns to mean 0 and variance 1 first",
        .truth(.init(\.standardize)), in: standard),
      OptionSpec(
        "seed", "a whole number that all random numbers depend on", .seed(.init(\.seed)),
        in: standard),
      OptionSpec(
        "threads", "the most threads", .wholeNumber(.init(\.threads), least: 1), default: "all",
        in: standard),
    ]
  }()
}
