extension GaussianFamily {
  /// `mean` and `covariance`, in the units of the data.
  public func parameters(of component: Gaussian) -> [NamedParameter] {
    [
      NamedParameter("mean", .vector(mean(of: component))),
      NamedParameter("covariance", .covariance(frame.fromFrame(component.covariance))),
    ]
  }

  /// That of `covariance`.
  public func covarianceModel(ofParameter name: String) -> (any CovarianceModel)? {
    name == "covariance" ? covarianceModel : nil
  }

  /// A component from `mean` (needed) and `covariance` (the data's variances by default).
  public func component(from parameters: [String: ParameterValue]) throws -> Gaussian {
    let known = ["mean", "covariance"]
    for name in parameters.keys.sorted() where !known.contains(name) {
      let hint = spellingHint(for: name, among: known) ?? ""
      throw EmulsionError(
        .invalidOption, "a Gaussian component has no parameter \(quoted(name))\(hint)")
    }
    let mean = try mean(parameters["mean"])
    if let fixed = constraints.covariance { return Gaussian(mean: mean, covariance: fixed) }
    guard let value = parameters["covariance"] else {
      return Gaussian(mean: mean, covariance: neutralCovariance)
    }
    let component = Gaussian(
      mean: mean, covariance: frame.toFrame(try covariance(value), form: form))
    guard component.factor != nil else {
      throw EmulsionError(.invalidOption, "the given covariance is not positive definite")
    }
    return component
  }

  /// The mean in the units of the data, where what is fixed is what it was fixed at.
  private func mean(of component: Gaussian) -> [Double] {
    let mean = frame.fromFrame(point: component.mean)
    return constraints.isEmpty ? mean : zip(constraints.roles, mean).map { $0.fixedValue ?? $1 }
  }

  private var neutralCovariance: Scatter {
    let variances = (0..<dimension).map {
      max(limits.total?.variance($0) ?? limits.scale[$0], limits.regularization[$0], 1e-300)
    }
    switch form {
    case .spherical:
      let mean = variances.reduce(0, +) / Double(dimension)
      return Scatter(.spherical, dimension: dimension, values: [mean])
    case .diagonal: return Scatter(.diagonal, dimension: dimension, values: variances)
    case .full: return Scatter(.full, of: Covariance(variances: variances).matrix)
    }
  }

  private func mean(_ value: ParameterValue?) throws -> [Double] {
    let mean: [Double]
    switch value {
    case .vector(let values): mean = values
    case .scalar(let value): mean = [value]
    case .matrix(let matrix) where matrix.rows == 1 || matrix.columns == 1: mean = matrix.values
    default: throw EmulsionError(.invalidOption, "the given component needs a mean")
    }
    guard mean.count == dimension else {
      throw EmulsionError(
        .invalidOption,
        "the given mean has \(mean.count.counted("number")), but the data have \(dimension.counted("column"))"
      )
    }
    guard mean.allSatisfy(\.isFinite) else {
      throw EmulsionError(.invalidOption, "the given mean is not finite")
    }
    return frame.toFrame(point: mean)
  }

  func covariance(_ value: ParameterValue) throws -> Covariance {
    let d = dimension
    let matrix: Matrix
    switch value {
    case .covariance(let covariance) where covariance.dimension == d: return covariance
    case .covariance(let given): matrix = given.matrix
    case .matrix(let given): matrix = given
    case .scalar(let variance): return Covariance(variances: Array(repeating: variance, count: d))
    case .vector(let variances) where variances.count == d: return Covariance(variances: variances)
    case .vector(let variances):
      throw EmulsionError(
        .invalidOption, "the given covariance has \(variances.count) variances, not \(d)")
    }
    guard matrix.rows == d && matrix.columns == d else {
      throw EmulsionError(
        .invalidOption,
        "the given covariance is \(matrix.rows) × \(matrix.columns), not \(d) × \(d)")
    }
    for i in 0..<d {
      for j in 0..<i {
        let size = abs(matrix[i, i]).squareRoot() * abs(matrix[j, j]).squareRoot()
        guard abs(matrix[i, j] - matrix[j, i]) <= 1e-8 * size else {
          throw EmulsionError(.invalidOption, "the given covariance is not symmetric")
        }
      }
    }
    return Covariance(matrix)
  }

  /// Mean and covariance in the units of the data.
  public func moments(of component: Gaussian) -> Moments? {
    Moments(mean: mean(of: component), covariance: frame.fromFrame(component.covariance))
  }

  /// Draws μ + Lz by blocks.
  public func sampler(_ components: [Gaussian]) -> any BlockSampler {
    GaussianSampler(components, form: form, frame: frame)
  }

  /// μ + Lz with z standard normal.
  public func sample(_ component: Gaussian, using random: inout CounterRandom) -> [Double] {
    let d = dimension
    let normals = (0..<d).map { _ in random.normal() }
    var point = component.mean
    if form == .full, let factor = LinearAlgebra.cholesky(component.covariance.matrix) {
      for a in 0..<d {
        for b in 0...a { point[a] += factor[a, b] * normals[b] }
      }
    } else {
      for a in 0..<d { point[a] += component.covariance.variance(a).squareRoot() * normals[a] }
    }
    return frame.fromFrame(point: point)
  }
}

extension GaussianFamily {
  private enum CodingKeys: String, CodingKey {
    case covariance
    case columnNames
    case frame
    case limits
    case constraints
    case prior
  }

  /// Writes the covariance model's name, the frame and the limits.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(covarianceModel.name, forKey: .covariance)
    try container.encode(columnNames, forKey: .columnNames)
    try container.encode(frame, forKey: .frame)
    try container.encode(limits, forKey: .limits)
    if !constraints.isEmpty { try container.encode(constraints, forKey: .constraints) }
    try container.encodeIfPresent(prior, forKey: .prior)
  }

  /// Reads a family back; the covariance model comes from the catalogue by name.
  public init(from decoder: any Decoder, catalogue: Catalogue) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let name = try container.decode(String.self, forKey: .covariance)
    guard let model = try? catalogue.covarianceModel(named: name) else {
      throw EmulsionError(.invalidData, "the model needs the covariance model \(quoted(name))")
    }
    let frame = try container.decode(Frame.self, forKey: .frame)
    let names = try container.decode([String].self, forKey: .columnNames)
    let limits = try container.decode(CovarianceLimits.self, forKey: .limits)
    let constraints = try container.decodeIfPresent(
      GaussianConstraints.self, forKey: .constraints)
    let prior = try container.decodeIfPresent(GaussianPrior.self, forKey: .prior)
    guard
      prior?.fits(model.form, dimension: names.count) ?? true,
      !names.isEmpty,
      constraints?.roles.count ?? 0 == (constraints == nil ? 0 : names.count * (names.count + 1)),
      constraints?.covariance.map({ $0.isWhole(model.form, dimension: names.count) }) ?? true,
      frame.origin.count == names.count, frame.exponents.count == names.count,
      limits.scale.count == names.count, limits.regularization.count == names.count,
      limits.total.map({ $0.isWhole(.full, dimension: names.count) }) ?? true,
      frame.map.map({
        $0.rows == names.count && $0.columns == names.count
          && $0.values.count == names.count * names.count
      }) ?? true
    else { throw EmulsionError(.invalidData, "the family's parts differ in dimension") }
    let numbers =
      frame.origin + limits.scale + limits.regularization + [limits.floor]
      + (limits.total?.values ?? []) + (frame.map?.values ?? [])
    let range = -1100...1100
    guard numbers.allSatisfy(\.isFinite), frame.exponents.allSatisfy({ range.contains($0) }),
      frame.map.map({ map in names.indices.allSatisfy { map[$0, $0] > 0 } }) ?? true
    else {
      throw EmulsionError(.invalidData, "the family's parts are out of range")
    }
    self.init(
      model, columnNames: names, frame: frame, limits: limits,
      constraints: constraints ?? GaussianConstraints())
    self = with(prior)
  }

  /// Reads back a component that fits the family.
  public func decodeComponent(from decoder: any Decoder) throws -> Gaussian {
    let component = try Gaussian(from: decoder)
    let covariance = component.covariance
    guard
      component.mean.count == dimension, component.mean.allSatisfy(\.isFinite),
      covariance.isWhole(form, dimension: dimension)
    else {
      throw EmulsionError(
        .invalidData, "a component's mean and covariance don't fit \(dimension.counted("column"))")
    }
    return Gaussian(mean: component.mean, covariance: covariance)
  }
}

extension Scatter {
  /// Whether one that was read is what it must be.
  fileprivate func isWhole(_ form: ScatterForm, dimension d: Int) -> Bool {
    self.form == form && dimension == d && values.count == form.count(d)
  }
}
