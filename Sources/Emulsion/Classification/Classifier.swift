/// Classes as mixtures: a rule for the class of new rows, by Bayes' theorem.
public struct Classifier: Sendable {
  /// What a class is.
  public let method: ClassifierOptions.Method
  /// The names of the classes.
  public let classes: [String]
  /// The share of the training rows in each class.
  public let proportions: [Double]
  /// The mixture of each class, in the order of the classes.
  public let models: [Model]
  /// Σ w ln p(x) of the training rows, whatever their classes, nats.
  public internal(set) var logLikelihood: Double
  /// Those of the mixtures; shares of classes are not counted.
  public let freeParameters: Int
  /// The sum of the training rows' weights.
  public let totalWeight: Double
  /// The name of the column that the classes stood in, where they did; files keep it.
  public var classColumn: String?

  /// −2ℓ + p ln n, as mclust's `MclustDA` has it, but for its sign; smaller is better.
  public var bic: Double {
    -2 * logLikelihood + Double(freeParameters) * naturalLog(totalWeight)
  }

  /// The names of the columns.
  public var columnNames: [String] { models.first?.columnNames ?? [] }

  /// The probability of each class for each row, n × C. O(n) times the cost of a row's densities.
  ///
  /// - Throws: `invalid-data` for rows that are none of the models'.
  public func posterior(
    _ data: any DataSource, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> Matrix {
    try evaluated(data, isCancelled: isCancelled).posterior
  }

  /// ln Σ share · p(x | class) of each row, nats, and the probability of each class.
  func evaluated(_ data: any DataSource, isCancelled: @escaping @Sendable () -> Bool) throws -> (
    logDensity: [Double], posterior: Matrix
  ) {
    let densities = try models.map { try $0.logDensity(data, isCancelled: isCancelled) }
    let logs = proportions.map(naturalLog)
    var posterior = Matrix(rows: data.rows, columns: classes.count)
    let logDensity = (0..<data.rows).map { i in
      let joint = classes.indices.map { logs[$0] + densities[$0][i] }
      let most = joint.max() ?? 0
      guard most > -.infinity else {
        // Beyond the doubles of all classes nothing is left to tell them apart by.
        for k in classes.indices { posterior[i, k] = proportions[k] }
        return most
      }
      let shares = joint.map { exponential($0 - most) }
      let sum = shares.reduce(0, +)
      for k in classes.indices { posterior[i, k] = shares[k] / sum }
      return most + naturalLog(sum)
    }
    return (logDensity, posterior)
  }

  /// The most probable class of each row, from 0.
  public func predict(
    _ data: any DataSource, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> [Int] {
    let posterior = try posterior(data, isCancelled: isCancelled)
    return (0..<data.rows).map { i in
      let row = posterior.row(i)
      return (row.firstIndex(of: row.max() ?? 0) ?? row.startIndex) - row.startIndex
    }
  }

  /// How well it does on rows of known class; others don't count.
  ///
  /// - Throws: `invalid-data` where no row has a class, or one that it does not know.
  public func performance(
    on data: any DataSource, _ labels: KnownLabels,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> ClassifierPerformance {
    let own = try labels.places(in: classes)
    let posterior = try posterior(data, isCancelled: isCancelled)
    var performance = ClassifierPerformance()
    let weights = try data.rowWeights()
    for i in 0..<data.rows where own[i] >= 0 {
      performance.add(posterior.row(i), of: own[i], weight: weights?[i] ?? 1)
    }
    guard performance.weight > 0 else {
      throw EmulsionError(.invalidData, "class: no row has one, so that nothing can be compared")
    }
    return performance
  }
}

/// Errors of a classifier on rows of known class.
public struct ClassifierPerformance: Sendable, Hashable {
  private var wrong = 0.0
  private var squares = 0.0
  private(set) var weight = 0.0

  /// The share of rows whose most probable class is not theirs.
  public var error: Double { wrong / weight }
  /// Half the mean squared distance of the probabilities from the class, as mclust has it (Brier 1950).
  public var brier: Double { squares / (2 * weight) }

  mutating func add(_ posterior: ArraySlice<Double>, of own: Int, weight w: Double) {
    let place = posterior.startIndex + own
    let first = posterior.firstIndex(of: posterior.max() ?? 0)
    weight += w
    if first != place { wrong += w }
    squares +=
      w
      * posterior.indices.reduce(0) { sum, k in
        let distance = posterior[k] - (k == place ? 1 : 0)
        return sum + distance * distance
      }
  }

  mutating func merge(_ other: ClassifierPerformance) {
    wrong += other.wrong
    squares += other.squares
    weight += other.weight
  }
}

extension Classifier: CustomStringConvertible {
  /// What it is, and a line a class.
  public var description: String {
    let columns = columnNames.count.counted("column")
    let lines = [
      "Classifier of \(classes.count.counted("class", "classes")) by \(method.rawValue), \(columns)",
      "log-likelihood \(logLikelihood.formatted(decimals: 3))   BIC \(bic.formatted(decimals: 3))   "
        + "\(freeParameters.counted("free parameter"))", "",
    ]
    let rows = classes.indices.map { k in
      [
        classes[k], proportions[k].formatted(decimals: 4), "\(models[k].components)",
        models[k].covariance ?? models[k].family,
      ]
    }
    return (lines + alignedTable([["class", "share", "components", "covariance"]] + rows))
      .joined(separator: "\n")
  }
}
