/// How sure the parameters of a model are: standard errors and intervals.
public struct Intervals: Sendable {
  /// How they are found.
  public enum Method: String, Sendable, CaseIterable {
    /// The inverse of the observed information: minus the Hessian of the log-likelihood.
    case information
    /// A⁻¹BA⁻¹, A being the observed information and B what the scores of rows vary by (Huber 1967; White 1982): it holds
    /// where the model is not true as well.
    case sandwich
    /// Rows drawn with replacement (Efron 1979).
    case bootstrap
    /// Rows weighted by a Dirichlet distribution (Rubin 1981; Newton & Raftery 1994), which leaves none out.
    case weightedBootstrap = "weighted-bootstrap"
    /// Rows drawn from the model.
    case parametricBootstrap = "parametric-bootstrap"

    /// Whether it fits to rows that are drawn.
    var drawsRows: Bool { self != .information && self != .sandwich }
  }

  /// One parameter.
  public struct Row: Sendable, Hashable {
    /// The component, from 0; `nil` where it is of none alone, as what is tied, and the weight of noise.
    public var component: Int?
    /// `mean eruptions`, `covariance eruptions waiting`, `weight`.
    public var parameter: String
    /// What the model has.
    public var estimate: Double
    /// Its standard error; NaN at a border.
    public var standardError: Double
    /// The lower end of the interval.
    public var lower: Double
    /// The upper end.
    public var upper: Double
  }

  /// How surely components of replicates were told apart.
  public struct Matching: Sendable, Hashable {
    /// How many replicates were asked for.
    public var replicates: Int
    /// How many of them have components that were told apart with certainty.
    public var used: Int
    /// How many had components that were not: they count in their best assignment.
    public var unmatched: Int
    /// How many came to no sound fit.
    public var failed: Int
    /// Of each component, the share of replicates in which it and its match are nearest to each other.
    public var certainty: [Double]
    /// Of each component, how far it is from the nearest other one, in standard errors of the difference of the
    /// parameter that tells them best apart.
    public var separation: [Double]
    /// Of each component, by how much BIC is better than with it and its nearest other one as one; ∞ where these don't
    /// stay one, or can't be fitted so.
    public var distinctness: [Double]

    /// The components, from 0, that are hardly told apart from others.
    public var doubtful: [Int] {
      certainty.indices.filter {
        certainty[$0] < 1 - Intervals.mostUnmatched || separation[$0] < Intervals.leastSeparation
          || distinctness[$0] < 0
      }
    }
  }

  /// How they were found.
  public let method: Method
  /// The share of intervals that is to cover.
  public let level: Double
  /// A row a parameter, component by component.
  public let rows: [Row]
  /// Covariances of the estimates, in the order of the rows.
  public let covariance: Matrix
  /// Of bootstraps.
  public let matching: Matching?
  /// Of bootstraps: the parameters of all sound replicates, one replicate a row, in the order of `rows`.
  public let replicates: Matrix?
  /// What must be known before they are trusted.
  public let warnings: [String]

  /// Replicates that can't be matched may be this many before intervals are doubtful.
  static let mostUnmatched = 0.1
  /// Components nearer to each other than this many standard errors of their difference are hardly two.
  static let leastSeparation = 4.0
}

/// What intervals are made by.
public struct IntervalOptions: Sendable {
  /// How.
  public var method = Intervals.Method.information
  /// The share of intervals that is to cover.
  public var level = 0.95
  /// Replicates of a bootstrap.
  public var replicates = 999
  /// What their random numbers depend on.
  public var seed: UInt64 = 0
  /// Whether data other than those of the fit are taken.
  public var isForced = false
  /// The classes that some rows are known to belong to.
  public var labels: KnownLabels?
  /// The most threads.
  public var threads: Int?
  /// Polled often; true ends the work.
  public var isCancelled: @Sendable () -> Bool = { false }

  /// Makes the default options.
  public init() {}

  func validate() throws {
    try requireOption(level > 0 && level < 1, "level", "a number above 0 and below 1", level)
    guard method.drawsRows else { return }
    try requireOption(
      replicates <= 1_000_000, "replicates", "at most 1000000", replicates)
    let needed = (2 / (1 - level) - 1e-6).rounded(.up) - 1
    guard Double(replicates) >= needed else {
      throw EmulsionError(
        .invalidOption,
        "replicates = \(replicates) are too few for level = \(level.brief): give \(needed.formatted(decimals: 0)) or more"
      )
    }
  }
}

extension Model {
  /// Standard errors and intervals of all parameters.
  ///
  /// - Parameter data: The rows that the model was fitted to.
  /// - Throws: `invalid-option` for what the family or the fit can't do, `invalid-data` for other data than those
  ///   of the fit, `degenerate` where the information is singular.
  public func intervals(
    _ data: any DataSource, _ options: IntervalOptions = IntervalOptions()
  ) throws -> Intervals {
    try options.validate()
    if variational != nil {
      throw EmulsionError(
        .invalidOption,
        "intervals: a variational fit has a posterior of its own; fit with algorithm = \"em\"")
    }
    let execution = execution(options.threads, options.isCancelled)
    let own = try checked(data, execution).fitted
    let grouped = try own.grouped(by: mixture.groupColumn)
    try requireFitted(to: grouped, "intervals", isForced: options.isForced, execution)
    if let labels = options.labels, labels.rows.count != own.rows {
      throw EmulsionError(
        .invalidData,
        "labels: \(labels.rows.count.counted("label")) for \(own.rows.counted("row")); give one a row"
      )
    }
    let space = try ParameterSpace(
      mixture, columnNames: columnNames, totalWeight: report.totalWeight)
    guard !options.method.drawsRows || own.errors == nil else {
      throw EmulsionError(
        .invalidOption,
        "intervals: rows that are drawn have no errors of their own; use method = \"information\"")
    }
    guard !options.method.drawsRows else {
      return try Bootstrap(model: self, data: own, space: space, options: options).intervals(
        execution)
    }
    return try informationIntervals(grouped, space, options, execution)
  }

  /// - Throws: `invalid-data` where the data are not those of the fit.
  func requireFitted(
    to data: any DataSource, _ what: String, isForced: Bool, _ execution: Execution
  ) throws {
    let fingerprint = try DataSummary(data, execution: execution).fingerprint
    let hex = String(fingerprint, radix: 16)
    let told = String(repeating: "0", count: 16 - hex.count) + hex
    guard told != manifest.dataFingerprint, !isForced else { return }
    throw EmulsionError(
      .invalidData,
      "\(what): these are not the data that the model was fitted to (rows, columns and weights count); "
        + "force = true goes on")
  }

  private func informationIntervals(
    _ data: any DataSource, _ space: ParameterSpace, _ options: IntervalOptions,
    _ execution: Execution
  ) throws -> Intervals {
    let helps = "method = \"bootstrap\" needs none"
    guard manifest.options["prior"] == nil else {
      throw EmulsionError(
        .invalidOption,
        "intervals: the fit is a mode under a prior, not that of the likelihood, whose information this is; \(helps)"
      )
    }
    guard space.freeCount == freeParameters - (noise == nil ? 0 : 1) else {
      throw EmulsionError(
        .invalidOption,
        "intervals: the family \"\(family)\" tells no free coordinates of all of its \(freeParameters.counted("parameter")), "
          + "so that there is no information matrix; \(helps)")
    }
    let rule = options.labels?.restricting(Softmax()) ?? Softmax()
    let information = ObservedInformation(space: space, data: data, rule: rule)
    let (inverse, steps, decrement) = try information.inverse(execution)
    var warnings = space.atBorder.map {
      "\($0) is at the border of what it may be: it counts as known here; method = \"parametric-bootstrap\" tells more"
    }
    if decrement > 0.05 {
      warnings.append(
        "the log-likelihood still rises by \(decrement.formatted(significant: 2)) nats from here: resume with a "
          + "smaller tolerance first")
    }
    let slopes = space.slopes(steps)
    let spread =
      options.method == .sandwich
      ? try space.sandwich(inverse, steps, data, rule, execution) : inverse
    let covariance = slopes * spread * slopes.transposed()
    let z = gaussianQuantile(upper: (1 - options.level) / 2)
    let rows = space.reported.enumerated().map { i, number in
      let error = spread.deviation(along: Array(slopes.row(i)))
      let estimate = space.base.value(number)
      let (lower, upper) = number.transform.interval(about: estimate, error: error, z)
      return Intervals.Row(
        component: number.component, parameter: number.name, estimate: estimate,
        standardError: error, lower: lower, upper: upper)
    }
    return Intervals(
      method: options.method, level: options.level, rows: rows, covariance: covariance,
      matching: nil, replicates: nil, warnings: warnings)
  }
}

extension Matrix {
  /// √(aᵀSa) of a covariance matrix S, whose square may be beyond the doubles; NaN where it has none.
  fileprivate func deviation(along a: [Double]) -> Double {
    let scale = a.reduce(0) { max($0, abs($1)) }
    guard scale > 0, scale.isFinite else { return .nan }
    var sum = 0.0
    for i in a.indices {
      for j in a.indices { sum += a[i] / scale * self[i, j] * (a[j] / scale) }
    }
    return sum > 0 ? scale * sum.squareRoot() : .nan
  }
}

extension ParameterTransform {
  /// Where it has no borders.
  var scale: UnboundedScale {
    switch self {
    case .real: .identity
    case .positive: .logarithm
    case .interval, .simplex: .logit
    }
  }

  /// Estimate ± z standard errors where it has no borders, which keeps it within them.
  fileprivate func interval(about value: Double, error: Double, _ z: Double) -> (Double, Double) {
    let slope =
      switch self {
      case .real: 1.0
      case .positive: 1 / value
      case .interval, .simplex: 1 / (value * (1 - value))
      }
    let (centre, reach) = (scale.coordinate(of: value), z * error * slope)
    guard reach.isFinite else { return (.nan, .nan) }
    return (scale.value(at: centre - reach), scale.value(at: centre + reach))
  }
}

/// The z beyond which a share of the standard Gaussian lies; to about 1e-14.
func gaussianQuantile(upper share: Double) -> Double {
  Bisection.root(from: -40, to: 40) { TailProbabilities.gaussian($0).upper - share }
}

extension Intervals: CustomStringConvertible {
  /// The table, for a screen 80 columns wide.
  public var description: String { summary(width: 80) }

  /// What a person wants to see, in lines of at most `width` characters.
  public func summary(width: Int) -> String {
    let share = (100 * level).formatted(significant: 6)
    var lines = ["\(share) % intervals by \(method.rawValue)"]
    if let matching {
      lines.append(
        "\(matching.replicates.counted("replicate")): \(matching.used) matched, \(matching.unmatched) not with certainty, "
          + "\(matching.failed) failed")
    }
    lines += warnings.map { "warning: \($0)" }
    lines.append("")
    let most = 200
    let cells = rows.prefix(most).map { row in
      [row.component.map { "\($0 + 1)" } ?? "all", row.parameter]
        + [row.estimate, row.standardError, row.lower, row.upper].map {
          $0.formatted(significant: 5)
        } + (isDoubtful(row.component) ? ["?"] : [])
    }
    lines += Self.table(
      [["", "parameter", "estimate", "error", "lower", "upper"]] + cells, width: width)
    if rows.count > most { lines.append("… \(rows.count - most) more; intervals.table has all") }
    return lines.flatMap { $0.wrapped(to: width) }.joined(separator: "\n")
  }

  /// The rows in lines that fit; where they don't, names stand above their numbers' further columns too.
  private static func table(_ rows: [[String]], width: Int) -> [String] {
    let lines = alignedTable(rows)
    guard lines.contains(where: { $0.count > width }) else { return lines }
    return wrappedTable(
      rows.map { row in
        ["\(row[0])\(row[0].isEmpty ? "" : " ")\(row[1])"] + row.dropFirst(2)
      }, width: width)
  }

  /// Whether a component is hardly told apart from another; of what is of no component alone, whether any is.
  public func isDoubtful(_ component: Int?) -> Bool {
    let doubtful = matching?.doubtful ?? []
    return component.map(doubtful.contains) ?? !doubtful.isEmpty
  }
}
