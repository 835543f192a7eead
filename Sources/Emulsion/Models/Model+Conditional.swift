extension Model {
  /// The mixture of the other columns, given values of some: of a Gaussian mixture again one, of others
  /// where under each component what is given is independent of the rest, whose components then stay as they are.
  ///
  /// With blocks a (free) and b (given) of each component, the mean is μₐ + Σₐᵦ Σᵦ⁻¹ (x − μᵦ), the
  /// covariance Σₐ − Σₐᵦ Σᵦ⁻¹ Σᵦₐ, and weights are proportional to πₖ N(x | μᵦ, Σᵦ) (Bishop 2006,
  /// section 2.3).
  ///
  /// - Parameter given: Values by column; of columns of texts the codes of ``levels``.
  /// - Throws: `invalid-option` for unknown columns, none or all of them, and families whose components are of no
  ///   known family there; `invalid-data` for a value that has no density.
  public func conditional(given: [String: Double]) throws -> Model {
    for name in given.keys.sorted() where !columnNames.contains(name) {
      let hint = spellingHint(for: name, among: columnNames)
      throw EmulsionError(
        .invalidOption, "given: the model has no column \(quoted(name))\(hint ?? "")")
    }
    if let concomitant {
      return try conditional(onCovariates: given, concomitant)
    }
    let fixed = columnNames.indices.filter { given[columnNames[$0]] != nil }
    let free = columnNames.indices.filter { given[columnNames[$0]] == nil }
    guard !fixed.isEmpty && !free.isEmpty else {
      throw EmulsionError(
        .invalidOption, "given: name at least one of the columns, and not all of them")
    }
    let values = fixed.compactMap { given[columnNames[$0]] }
    guard values.allSatisfy(\.isFinite) else {
      throw EmulsionError(.invalidOption, "given: values must be finite")
    }
    guard family == "gaussian" else {
      return try separateConditional(fixed: fixed, free: free, values: values)
    }
    var logWeights: [Double] = []
    var parts: [Moments] = []
    for k in 0..<components {
      guard let own = mixture.moments(k) else { continue }
      let part = try Conditional(own, free: free, fixed: fixed, values: values)
      logWeights.append(naturalLog(weights[k]) + part.logDensity)
      parts.append(part.moments)
    }
    let rest = noise.map { $0.region.split(keeping: free) }
    if let noise, let rest { logWeights.append(naturalLog(noise.weight) + rest.logDensity) }
    let largest = logWeights.max() ?? 0
    guard largest.isFinite else {
      throw EmulsionError(.invalidOption, "given: no component has any density there")
    }
    let raw = logWeights.map { exponential($0 - largest) }
    let sum = raw.reduce(0, +)
    let shares = raw.prefix(components).reduce(0, +)
    return try conditionalModel(
      parts, weights: raw.prefix(components).map { $0 / shares },
      noise: rest.map { Noise(weight: 1 - shares / sum, region: $0.region) },
      names: free.map { columnNames[$0] })
  }

  /// Components that are those of the other columns alone, by their probabilities given the values.
  private func separateConditional(fixed: [Int], free: [Int], values: [Double]) throws -> Model {
    guard mixture.separates(fixed),
      let known = try mixture.marginal(columns: fixed, keepsNoise: true),
      let rest = try mixture.marginal(columns: free, keepsNoise: true)
    else {
      throw EmulsionError(
        .invalidOption,
        "conditional: components of the family \(quoted(family)) are of no known family given "
          + fixed.map { quoted(columnNames[$0]) }.joined(separator: ", "))
    }
    let row = MatrixSource(
      Matrix(rows: 1, columns: values.count, values: values),
      columnNames: fixed.map { columnNames[$0] }, locate: { _ in "given" })
    let execution = Execution(threads: 1, isCancelled: { false })
    try known.checkSupport(of: row, execution)
    let shares = try known.posterior(row, execution)
    let names = free.map { columnNames[$0] }
    return Model(
      mixture: rest.weighted(by: shares.values), catalogue: catalogue, family: rest.familyName,
      covariance: nil, columnNames: names, levels: levels.selecting(names),
      report: report.withoutData, manifest: manifest)
  }

  private func conditionalModel(
    _ parts: [Moments], weights: [Double], noise: Noise?, names: [String]
  ) throws -> Model {
    let d = names.count
    let variances = parts.map(\.covariance.variances)
    let scale = (0..<d).map { j in variances.map { $0[j] }.max() ?? 1 }
    guard variances.allSatisfy({ $0.allSatisfy { $0 > 0 && $0.isFinite } }) else {
      throw noVariance
    }
    var frame = Frame(
      origin: parts.first?.mean ?? [], exponents: scale.map { Int($0.squareRoot().exponent) })
    // Where a factor came along, its coordinates keep what a covariance would lose.
    if let factor = parts.first?.covariance.factor { frame.map = frame.map(of: factor) }
    let form = parts.allSatisfy(\.covariance.isDiagonal) ? "diagonal" : "full"
    let model = try catalogue.covarianceModel(named: form)
    let family = GaussianFamily(
      model, columnNames: names, frame: frame,
      limits: CovarianceLimits(
        floor: 0, scale: scale, regularization: Array(repeating: 0, count: d)))
    let components = try parts.map {
      let scatter = frame.toFrame($0.covariance, form: model.form)
      guard CovarianceFactor(scatter) != nil else { throw noVariance }
      return Gaussian(mean: frame.toFrame(point: $0.mean), covariance: scatter)
    }
    var report = report
    report.trace = []
    report.problems = []
    (report.observations, report.logLikelihood, report.logMAP, report.entropy) = (
      0, .nan, .nan, .nan
    )
    return Model(
      mixture: Mixture(
        family: family,
        parameters: MixtureParameters(components: components, weights: weights, noise: noise)),
      catalogue: catalogue, family: self.family, covariance: form, columnNames: names,
      report: report, manifest: manifest)
  }

  private var noVariance: EmulsionError {
    EmulsionError(
      .degenerate, "given: a component leaves the other columns no variance of their own")
  }
}

/// One component's conditional moments, and the log-density of what is given.
private struct Conditional {
  let moments: Moments
  let logDensity: Double

  /// With FFᵀ the covariance, given columns first, Σᵦ = LLᵀ is of their rows, G of the rows below them and
  /// R what is left: the mean is μₐ + G·L⁻¹(x − μᵦ), the covariance RRᵀ. O(d³), O(d) of independent columns.
  init(_ own: Moments, free: [Int], fixed: [Int], values: [Double]) throws {
    let difference = zip(values, fixed).map { $0 - own.mean[$1] }
    if own.covariance.isDiagonal {
      let variances = own.covariance.variances
      logDensity = zip(difference, fixed).reduce(0) {
        let variance = variances[$1.1]
        return $0 - 0.5 * ($1.0 * $1.0 / variance + naturalLog(variance) + logTwoPi)
      }
      moments = Moments(
        mean: free.map { own.mean[$0] },
        covariance: Covariance(variances: free.map { variances[$0] }))
      return
    }
    let (b, order) = (fixed.count, fixed + free)
    guard let lower = own.covariance.lowerFactor(order) else {
      throw EmulsionError(.degenerate, "given: a component's covariance is singular")
    }
    let z = lower.block(rows: 0..<b, columns: 0..<b).solvedLower(difference)
    logDensity = (0..<b).reduce(0) {
      $0 - 0.5 * (z[$1] * z[$1] + logTwoPi) - naturalLog(lower[$1, $1])
    }
    let gain = lower.block(rows: b..<order.count, columns: 0..<b)
    let rest = lower.block(rows: b..<order.count, columns: b..<order.count)
    moments = Moments(
      mean: free.indices.map { i in
        (0..<b).reduce(own.mean[free[i]]) { $0 + gain[i, $1] * z[$1] }
      },
      covariance: own.covariance.factor == nil
        ? Covariance(rest.timesTransposed) : Covariance(factor: rest))
  }
}

extension Covariance {
  /// The lower triangular factor, with a positive diagonal, of the covariance of the columns in another
  /// order; `nil` where it is singular.
  fileprivate func lowerFactor(_ order: [Int]) -> Matrix? {
    guard let factor else {
      let matrix = matrix
      let turned = Matrix(
        rows: order.count, columns: order.count,
        values: order.flatMap { i in
          order.map { matrix[i, $0] }
        })
      return LinearAlgebra.cholesky(turned)
    }
    return factor.block(rows: order).lowerFactor
  }
}

extension Frame {
  /// C for which a covariance FFᵀ, F lower triangular in the units of the data, is the identity.
  fileprivate func map(of factor: Matrix) -> Matrix {
    var map = factor
    for (i, scale) in scales.enumerated() { for j in 0...i { map[i, j] *= scale } }
    return map
  }
}

extension Matrix {
  fileprivate func block(rows: Range<Int>, columns: Range<Int>) -> Matrix {
    Matrix(
      rows: rows.count, columns: columns.count,
      values: rows.flatMap { i in columns.map { self[i, $0] } })
  }

  fileprivate func block(rows order: [Int]) -> Matrix {
    Matrix(rows: order.count, columns: columns, values: order.flatMap { Array(row($0)) })
  }

  /// L with LLᵀ = MMᵀ of a square M, by rotations of its columns, which lose nothing of small rows; `nil`
  /// where M is singular. O(d³).
  fileprivate var lowerFactor: Matrix? {
    var result = self
    for i in 0..<rows {
      for j in i + 1..<max(columns, i + 1) {
        let (x, y) = (result[i, i], result[i, j])
        let length = (x * x + y * y).squareRoot()
        guard y != 0, length > 0 else { continue }
        let (cosine, sine) = (x / length, y / length)
        for a in i..<rows {
          let (p, q) = (result[a, i], result[a, j])
          (result[a, i], result[a, j]) = (cosine * p + sine * q, cosine * q - sine * p)
        }
        result[i, j] = 0
      }
      guard result[i, i] != 0 else { return nil }
      if result[i, i] < 0 { for a in i..<rows { result[a, i] = -result[a, i] } }
    }
    return result
  }
}
