/// A start from known classes: one M step on them makes the parameters.
public struct GivenLabels: Initializer {
  /// The class of each row, from 0; ``Noise/label`` where it is noise.
  public let labels: [Int]

  /// Makes a start from the class of each row, from 0.
  public init(_ labels: [Int]) { self.labels = labels }

  /// `labels`.
  public var name: String { "labels" }
  /// True.
  public var isGiven: Bool { true }

  /// - Throws: `invalid-option` where labels don't fit the rows or the components.
  public func start(_ context: StartContext) throws -> Start {
    guard labels.count == context.data.recordCount else {
      throw EmulsionError(
        .invalidOption,
        "initializer: \(labels.count.counted("label")) for \(context.data.recordCount.counted("row"))"
      )
    }
    let first = context.hasNoise ? Noise.label : 0
    for (row, label) in labels.enumerated() where !(first..<context.components).contains(label) {
      throw EmulsionError(
        .invalidOption,
        "initializer: the label of \(context.data.location(ofRow: row)) is \(label + 1), but there "
          + "are \(context.components.counted("component"))")
    }
    return .responsibilities(LabelRule(labels: labels))
  }
}

/// A start from given responsibilities: one M step on them makes the parameters.
public struct GivenResponsibilities: Initializer {
  /// N × K, rows that sum to 1; with noise also N × (K + 1), its own last.
  public let responsibilities: Matrix

  /// Makes a start from an N × K matrix whose rows sum to 1.
  public init(_ responsibilities: Matrix) { self.responsibilities = responsibilities }

  /// `responsibilities`.
  public var name: String { "responsibilities" }
  /// True.
  public var isGiven: Bool { true }

  /// - Throws: `invalid-option` where shape or values are not responsibilities.
  public func start(_ context: StartContext) throws -> Start {
    let (n, k) = (context.data.recordCount, context.components)
    let columns = responsibilities.columns
    guard responsibilities.rows == n, columns == k || context.hasNoise && columns == k + 1 else {
      throw EmulsionError(
        .invalidOption,
        "initializer: responsibilities are \(responsibilities.rows) × \(responsibilities.columns), "
          + "but the fit needs \(n) × \(k)")
    }
    for row in 0..<n {
      let values = responsibilities.row(row)
      let sum = values.reduce(0, +)
      guard values.allSatisfy({ $0 >= 0 }), abs(sum - 1) <= 1e-6 else {
        throw EmulsionError(
          .invalidOption,
          "initializer: the responsibilities of \(context.data.location(ofRow: row)) must be ≥ 0 "
            + "and sum to 1")
      }
    }
    return .responsibilities(KnownPosterior(of: responsibilities))
  }
}

/// A start from given parameters of every component.
public struct GivenParameters: Initializer {
  /// Parameters by name, one dictionary a component.
  public let parameters: [[String: ParameterValue]]
  /// Mixing weights; equal where `nil`.
  public let weights: [Double]?

  /// Makes a start from the parameters of each component.
  public init(_ parameters: [[String: ParameterValue]], weights: [Double]? = nil) {
    self.parameters = parameters
    self.weights = weights
  }

  /// `parameters`.
  public var name: String { "parameters" }
  /// True.
  public var isGiven: Bool { true }

  /// The parameters as they are.
  public func start(_ context: StartContext) -> Start { .parameters(parameters, weights: weights) }
}

/// A start from given means, and covariances and weights where they are known.
///
/// Covariances that are not given are those of the rows about their nearest mean, pooled.
public struct GivenMeans: Initializer {
  /// K × d.
  public let means: Matrix
  /// K matrices d × d, or `nil`.
  public let covariances: [Matrix]?
  /// K mixing weights, or `nil` for equal ones.
  public let weights: [Double]?

  /// Makes a start from means.
  public init(means: Matrix, covariances: [Matrix]? = nil, weights: [Double]? = nil) {
    self.means = means
    self.covariances = covariances
    self.weights = weights
  }

  /// `means`.
  public var name: String { "means" }
  /// True.
  public var isGiven: Bool { true }

  /// Whether covariances are missing.
  public var needsSample: Bool { covariances == nil }

  /// - Throws: `invalid-option` where the counts don't fit.
  public func start(_ context: StartContext) throws -> Start {
    let (k, d) = (context.components, context.describedColumns.count)
    guard means.rows == k && means.columns == d else {
      throw EmulsionError(
        .invalidOption,
        "initializer: means are \(means.rows) × \(means.columns), but \(k.counted("component")) of \(d) "
          + "columns need \(k) × \(d)")
    }
    if let covariances, covariances.count != k {
      throw EmulsionError(
        .invalidOption,
        "initializer: \(covariances.count.counted("covariance")) for \(k.counted("component"))")
    }
    let pooled = covariances == nil ? pooledCovariance(context) : nil
    let parameters = (0..<k).map { q -> [String: ParameterValue] in
      var values: [String: ParameterValue] = ["mean": .vector(Array(means.row(q)))]
      values["covariance"] = covariances.map { .matrix($0[q]) } ?? pooled
      return values
    }
    return .parameters(parameters, weights: weights)
  }

  /// The pooled covariance, or only its variances where it is singular; `nil`, for the family's own
  /// choice, where a column has none.
  private func pooledCovariance(_ context: StartContext) -> ParameterValue? {
    let d = means.columns
    // Fewer rows have no regular covariance.
    if context.sample.rows.rows > d {
      var scatter = Matrix(rows: d, columns: d)
      let total = forEachDifference(context) { difference, weight in
        for a in 0..<d {
          for b in 0..<d { scatter[a, b] += weight * difference[a] * difference[b] }
        }
      }
      scatter.values = scatter.values.map { $0 / total }
      if CovarianceFactor(Scatter(.full, of: scatter)) != nil { return .matrix(scatter) }
    }
    var squares = [Double].zeros(d)
    let total = forEachDifference(context) { difference, weight in
      for a in 0..<d { squares[a] += weight * difference[a] * difference[a] }
    }
    let variances = squares.map { $0 / total }
    return variances.allSatisfy { $0 > 0 && $0.isFinite } ? .vector(variances) : nil
  }

  /// Calls `body` with each row less its nearest mean, and gives the sum of weights.
  private func forEachDifference(
    _ context: StartContext, _ body: (_ difference: [Double], _ weight: Double) -> Void
  ) -> Double {
    let (sample, columns) = (context.sample, context.describedColumns)
    // Covariates count for no distance.
    var placed = Matrix(rows: means.rows, columns: sample.rows.columns)
    for q in 0..<means.rows { for (a, j) in columns.enumerated() { placed[q, j] = means[q, a] } }
    var total = 0.0
    for i in 0..<sample.rows.rows {
      let row = sample.rows.row(i)
      let distances = (0..<means.rows).map { sample.squaredDistance(row, placed.row($0)) }
      guard let least = distances.min(), let q = distances.firstIndex(of: least) else { continue }
      total += sample.weights[i]
      body(columns.map { row[row.startIndex + $0] - placed[q, $0] }, sample.weights[i])
    }
    return total
  }
}

/// A start made by the caller's own function, such as one written in Lua.
public struct ClosureInitializer: Initializer {
  /// Makes the initializer of one restart from data, K and a random generator.
  public typealias Body =
    @Sendable (_ data: any DataSource, _ components: Int, _ random: inout CounterRandom) throws ->
    any Initializer

  private let body: Body
  /// Whether it must run on the thread that called `fit`.
  public let isConfinedToCaller: Bool

  /// Makes an initializer from a function that yields a given start.
  public init(isConfinedToCaller: Bool = true, _ body: @escaping Body) {
    self.body = body
    self.isConfinedToCaller = isConfinedToCaller
  }

  /// `function`.
  public var name: String { "function" }

  /// Calls the function with a generator keyed by seed and restart.
  public func start(_ context: StartContext) throws -> Start {
    var random = CounterRandom(
      seed: context.seed, restart: context.restart, purpose: .script)
    return try body(context.data, context.components, &random).start(context)
  }
}

/// All weight on a row's label.
private struct LabelRule: PosteriorTransform {
  let labels: [Int]

  func transform(
    _ joint: inout Joint, block: borrowing Block, logDensity: inout MutableSpan<Double>
  ) {
    for k in 0..<joint.components {
      var lanes = joint[component: k]
      for i in 0..<block.rows { lanes[i] = labels[block.rowID(i)] == k ? 1 : 0 }
    }
    for i in 0..<block.rows { logDensity[i] = 0 }
  }
}
