extension Model {
  /// The mixture of the other columns, given values of some: again a Gaussian mixture.
  ///
  /// With blocks a (free) and b (given) of each component, the mean is μₐ + Σₐᵦ Σᵦ⁻¹ (x − μᵦ), the
  /// covariance Σₐ − Σₐᵦ Σᵦ⁻¹ Σᵦₐ, and weights are proportional to πₖ N(x | μᵦ, Σᵦ) (Bishop 2006,
  /// section 2.3).
  ///
  /// - Throws: `invalid-option` for unknown columns, none or all of them, and families without
  ///   moments.
  public func conditional(given: [String: Double]) throws -> Model {
    for name in given.keys.sorted() where !columnNames.contains(name) {
      let hint = spellingHint(for: name, among: columnNames)
      throw EmulsionError(
        .invalidOption, "given: the model has no column \(quoted(name))\(hint ?? "")")
    }
    let fixed = columnNames.indices.filter { given[columnNames[$0]] != nil }
    let free = columnNames.indices.filter { given[columnNames[$0]] == nil }
    guard !fixed.isEmpty && !free.isEmpty else {
      throw EmulsionError(
        .invalidOption, "given: name at least one of the columns, and not all of them")
    }
    guard let means, let covariances, family == "gaussian" else {
      throw EmulsionError(.invalidOption, "conditional: only Gaussian mixtures have one so far")
    }
    let values = fixed.compactMap { given[columnNames[$0]] }
    guard values.allSatisfy(\.isFinite) else {
      throw EmulsionError(.invalidOption, "given: values must be finite")
    }
    var logWeights: [Double] = []
    var parts: [Moments] = []
    for k in 0..<components {
      let mean = Array(means.row(k))
      let part = try Conditional(
        mean: mean, covariance: covariances[k], free: free, fixed: fixed, values: values)
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

  private func conditionalModel(
    _ parts: [Moments], weights: [Double], noise: Noise?, names: [String]
  ) throws -> Model {
    let d = names.count
    guard parts.allSatisfy({ CovarianceFactor(Scatter(.full, of: $0.covariance)) != nil }) else {
      throw EmulsionError(
        .degenerate, "given: a component leaves the other columns no variance of their own")
    }
    let scale = (0..<d).map { j in
      parts.map { $0.covariance[j, j] }.max() ?? 1
    }
    let frame = Frame(
      origin: parts.first?.mean ?? [], exponents: scale.map { Int($0.squareRoot().exponent) })
    let form = covariance == "diagonal" || covariance == "spherical" ? "diagonal" : "full"
    let model = try catalogue.covarianceModel(named: form)
    let family = GaussianFamily(
      model, columnNames: names, frame: frame,
      limits: CovarianceLimits(
        floor: 0, scale: scale, regularization: Array(repeating: 0, count: d)))
    let components = try parts.map {
      try family.component(
        from: ["mean": .vector($0.mean), "covariance": .matrix($0.covariance)])
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
}

/// One component's conditional moments, and the log-density of what is given.
private struct Conditional {
  let moments: Moments
  let logDensity: Double

  init(mean: [Double], covariance: Matrix, free: [Int], fixed: [Int], values: [Double]) throws {
    let b = fixed.count
    var given = Matrix(rows: b, columns: b)
    for p in 0..<b { for q in 0..<b { given[p, q] = covariance[fixed[p], fixed[q]] } }
    guard let factor = CovarianceFactor(Scatter(.full, of: given)) else {
      throw EmulsionError(.degenerate, "given: a component's covariance is singular")
    }
    let inverse = factor.inverse
    // z = L⁻¹(x − μᵦ) and G = L⁻¹ Σᵦₐ, so that Σₐᵦ Σᵦ⁻¹ (x − μᵦ) = Gᵀz.
    let difference = (0..<b).map { values[$0] - mean[fixed[$0]] }
    func solve(_ column: [Double]) -> [Double] {
      (0..<b).map { p in (0...p).reduce(0) { $0 + inverse[p * b + $1] * column[$1] } }
    }
    let z = solve(difference)
    let gain = free.map { a in solve((0..<b).map { covariance[fixed[$0], a] }) }
    func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
    logDensity = -0.5 * (dot(z, z) + factor.logDeterminant + Double(b) * logTwoPi)
    var result = Matrix(rows: free.count, columns: free.count)
    for p in 0..<free.count {
      for q in 0..<free.count {
        result[p, q] = covariance[free[p], free[q]] - dot(gain[p], gain[q])
      }
    }
    moments = Moments(
      mean: free.indices.map { mean[free[$0]] + dot(gain[$0], z) }, covariance: result)
  }
}
