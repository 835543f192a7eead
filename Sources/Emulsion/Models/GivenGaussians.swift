/// A mixture of Gaussians by its parameters, as other programs give it: no data, and no fit of ours.
public struct GivenGaussians: Sendable {
  /// πₖ; they sum to 1.
  public var weights: [Double]
  /// K × d.
  public var means: Matrix
  /// Σₖ, d × d each.
  public var covariances: [Matrix]
  /// The covariance model's name; `nil` for `diagonal` or `full`, as the matrices are.
  public var covariance: String?
  /// Names of the columns; `nil` for x1, x2, ….
  public var columnNames: [String]?
  /// The log-likelihood of the fit that they come from, nats, and its number of rows, where known.
  public var logLikelihood: Double?
  /// The number of rows of that fit.
  public var observations: Int?
  /// What made them.
  public var source: String?

  /// Gaussians of these parameters.
  public init(weights: [Double], means: Matrix, covariances: [Matrix]) {
    (self.weights, self.means, self.covariances) = (weights, means, covariances)
  }

  /// The largest difference of two elements across the diagonal that is taken for rounding, in units of the
  /// deviations of both.
  private static let rounding = 1e-10

  /// The model, whose components are in the order given.
  ///
  /// - Throws: `invalid-data` that names the component whose parameters are none.
  /// - Complexity: O(K·d³).
  public func model(_ catalogue: Catalogue = .standard) throws -> Model {
    try check()
    let isDiagonal = covariances.allSatisfy(Self.isDiagonal)
    let structure = try catalogue.covarianceModel(
      named: covariance ?? (isDiagonal ? "diagonal" : "full"))
    guard structure.factorPattern == nil else {
      throw wrong("matrices are no \(structure.name); leave the covariance model out")
    }
    let form = structure.form
    if form != .full && !isDiagonal { throw unlike(structure.name) }
    let frame = frame(isPerColumn: form != .spherical)
    let names = columnNames ?? (1...means.columns).map { "x\($0)" }
    let components = try covariances.enumerated().map { k, matrix in
      if form == .spherical, !Self.isSphere(matrix) { throw unlike(structure.name) }
      let own = Covariance(matrix)
      let scatter = frame.toFrame(
        form == .full ? own : Covariance(variances: own.variances), form: form)
      guard CovarianceFactor(scatter) != nil else {
        throw wrong("the covariance of component \(k + 1) is not positive definite")
      }
      return Gaussian(mean: frame.toFrame(point: Array(means.row(k))), covariance: scatter)
    }
    let family = GaussianFamily(
      structure, columnNames: names, frame: frame,
      limits: CovarianceLimits(
        floor: 0, scale: Array(repeating: 1, count: names.count),
        regularization: Array(repeating: 0, count: names.count)))
    let sum = weights.reduce(0, +)
    return Model(
      mixture: Mixture(
        family: family,
        parameters: MixtureParameters(
          components: components, weights: weights.map { $0 / sum }, noise: nil)),
      catalogue: catalogue, family: family.name, covariance: structure.name, columnNames: names,
      report: report, manifest: manifest)
  }

  private var report: FitReport {
    FitReport(
      observations: observations ?? 0, totalWeight: Double(observations ?? 0),
      logLikelihood: logLikelihood ?? .nan, logMAP: .nan, entropy: .nan, trace: [],
      hasConverged: true, isCancelled: false, problems: [], seconds: 0,
      evidence: Evidence(starts: 0, reachedBest: 0, spread: 0, degenerate: 0, spurious: 0))
  }

  private var manifest: Manifest {
    Manifest(options: source.map { ["source": $0] } ?? [:], seed: 0, dataFingerprint: "")
  }

  /// The centre of the components, and powers of two as large as the deviations about it.
  private func frame(isPerColumn: Bool) -> Frame {
    let d = means.columns
    let origin = (0..<d).map { j in
      weights.indices.reduce(0) { $0 + weights[$1] * means[$1, j] }
    }
    let exponents = (0..<d).map { j in
      let variance = covariances.indices.reduce(0) {
        let distance = means[$1, j] - origin[j]
        return $0 + weights[$1] * (covariances[$1][j, j] + distance * distance)
      }
      return variance > 0 && variance.isFinite ? Int(variance.squareRoot().exponent) : 0
    }
    let shared = exponents.max() ?? 0
    return Frame(origin: origin, exponents: isPerColumn ? exponents : exponents.map { _ in shared })
  }

  // MARK: What they must be

  private func check() throws {
    let (k, d) = (weights.count, means.columns)
    guard k > 0, means.rows == k, covariances.count == k else {
      throw wrong(
        "weights, means and covariances are of \(k), \(means.rows) and \(covariances.count) "
          + "components")
    }
    guard d > 0, columnNames.map({ $0.count == d && Set($0).count == d }) ?? true else {
      throw wrong("the means have \(d.counted("column")), of which each needs a name of its own")
    }
    guard weights.allSatisfy({ $0 >= 0 && $0.isFinite }), abs(weights.reduce(0, +) - 1) <= 1e-6
    else { throw wrong("weights must be at least 0 and sum to 1") }
    for (component, matrix) in covariances.enumerated() {
      guard matrix.rows == d, matrix.columns == d else {
        throw wrong(
          "the covariance of component \(component + 1) is \(matrix.rows) × \(matrix.columns), not "
            + "\(d) × \(d)")
      }
      guard matrix.values.allSatisfy(\.isFinite), means.row(component).allSatisfy(\.isFinite),
        Self.isSymmetric(matrix)
      else {
        throw wrong("component \(component + 1) needs a finite mean and a symmetric covariance")
      }
    }
  }

  private static func isSymmetric(_ matrix: Matrix) -> Bool {
    (0..<matrix.rows).allSatisfy { i in
      (0..<i).allSatisfy { j in
        abs(matrix[i, j] - matrix[j, i])
          <= rounding * (matrix[i, i] * matrix[j, j]).magnitude.squareRoot()
      }
    }
  }

  private static func isDiagonal(_ matrix: Matrix) -> Bool {
    (0..<matrix.rows).allSatisfy { i in (0..<i).allSatisfy { matrix[i, $0] == 0 } }
  }

  private static func isSphere(_ matrix: Matrix) -> Bool {
    (0..<matrix.rows).allSatisfy { abs(matrix[$0, $0] - matrix[0, 0]) <= rounding * matrix[0, 0] }
  }

  private func unlike(_ structure: String) -> EmulsionError {
    wrong("the covariances are not of the structure \(quoted(structure)) that they are said to be")
  }

  private func wrong(_ problem: String) -> EmulsionError {
    EmulsionError(.invalidData, "parameters: \(problem)")
  }
}
