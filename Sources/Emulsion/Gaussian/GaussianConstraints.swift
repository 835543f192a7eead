/// What is fixed in Gaussian components, or shared by all of them, in the family's frame.
///
/// Covariances that all components share are a covariance model of its own.
struct GaussianConstraints: Sendable, Codable, Hashable {
  /// The mean of every component.
  var mean: [Double]?
  /// The covariance of every component.
  var covariance: Scatter?
  /// Whether all components have one mean, which is estimated.
  var tiesMeans = false

  var isEmpty: Bool { mean == nil && covariance == nil && !tiesMeans }

  func freeParameters(components k: Int, dimension d: Int, _ model: any CovarianceModel) -> Int {
    let means = mean != nil ? 0 : tiesMeans ? d : k * d
    return means
      + (covariance != nil ? 0 : model.freeParameters(components: k, dimension: d))
  }

  /// The mean that all components have, given their own and the covariances before: the maximum over
  /// one μ of the likelihood is μ = (Σ mₖPₖ)⁻¹ Σ mₖPₖx̄ₖ, Pₖ the precisions and mₖ the masses (a
  /// conditional maximisation: Meng & Rubin 1993). `nil` where each has its own. O(Kd² + d³).
  func commonMean(of means: [[Double]], _ mass: (_ k: Int) -> Double, previous: [Gaussian])
    -> [Double]?
  {
    if let mean { return mean }
    guard tiesMeans, let d = means.first?.count else { return nil }
    var precision = Scatter(.full, of: Matrix(rows: d, columns: d))
    var moment = [Double](repeating: 0, count: d)
    for (k, component) in previous.enumerated() {
      let mass = mass(k)
      guard mass > 0, let factor = component.factor else { continue }
      let form = component.covariance.form
      let own = Scatter(form, dimension: d, values: factor.precision).matrix
      for a in 0..<d {
        for b in a..<d { precision.values[Scatter.packed(a, b, d)] += mass * own[a, b] }
        for b in 0..<d { moment[a] += mass * own[a, b] * means[k][b] }
      }
    }
    return NormalEquations.solve(precision.values, moment)?.solution
  }
}

extension GaussianFamily {
  /// The family with what the options restrict.
  ///
  /// - Parameter names: What its mean and covariance are called.
  /// - Throws: `invalid-option` for values that don't fit.
  func constrained(by options: ParameterConstraints, names: (mean: String, covariance: String))
    throws -> GaussianFamily
  {
    var constraints = GaussianConstraints()
    constraints.tiesMeans = options.tied.contains(names.mean)
    var given = ["mean": ParameterValue.vector(frame.origin)]
    if let mean = options.fixed[names.mean] { given["mean"] = mean }
    if let covariance = options.fixed[names.covariance] { given["covariance"] = covariance }
    let component = try component(from: given)
    if options.fixed[names.mean] != nil { constraints.mean = component.mean }
    if let value = options.fixed[names.covariance] {
      if case .matrix(let matrix) = value {
        let kept = frame.fromFrame(covariance: component.covariance.matrix)
        let largest = matrix.values.map(abs).max() ?? 0
        let difference = zip(kept.values, matrix.values).map { abs($0 - $1) }.max() ?? 0
        guard difference <= 1e-9 * largest else {
          throw EmulsionError(
            .invalidOption,
            "fixed: the \(names.covariance) is not \(covarianceModel.name); choose another covariance"
          )
        }
      }
      constraints.covariance = component.covariance
    }
    return GaussianFamily(
      covarianceModel, columnNames: columnNames, frame: frame, limits: limits,
      constraints: constraints)
  }
}

extension CovarianceModel {
  /// The model of the same kind whose covariances all components share: of its letters, each V
  /// becomes E.
  func shared(in catalogue: Catalogue) throws -> any CovarianceModel {
    if sharesCovariance { return self }
    let letters = ([name] + aliases).first { $0.count <= 3 && $0.allSatisfy("EVI".contains) }
    guard let letters else {
      throw EmulsionError(
        .invalidOption, "tied: the covariance model \(quoted(name)) has no form that is shared")
    }
    return try catalogue.covarianceModel(named: letters.replacing("V", with: "E"))
  }
}
