extension FactorFamily {
  /// `mean`, `loadings` (d × q) and `uniquenesses`, in the units of the data.
  public func parameters(of component: FactorGaussian) -> [NamedParameter] {
    let exponents = frame.exponents
    var loadings = component.loadings
    for j in 0..<dimension {
      for f in 0..<loadings.columns {
        loadings[j, f] = Double(
          sign: .plus, exponent: exponents[j], significand: loadings[j, f])
      }
    }
    let uniquenesses = zip(component.uniquenesses, exponents).map {
      Double(sign: .plus, exponent: 2 * $1, significand: $0)
    }
    return [
      NamedParameter("mean", .vector(frame.fromFrame(point: component.mean))),
      NamedParameter("loadings", .matrix(loadings)),
      NamedParameter("uniquenesses", .vector(uniquenesses)),
    ]
  }

  /// Uniquenesses are above 0.
  public func transform(ofParameter name: String) -> ParameterTransform {
    name == "uniquenesses" ? .positive : .real
  }

  /// Loadings, and uniquenesses above the floor.
  public func factorPart(ofParameter name: String) -> FactorPart? {
    let variances = zip(limits.scale, frame.exponents).map {
      Double(sign: .plus, exponent: 2 * $1, significand: $0)
    }
    return switch name {
    case "loadings": .loadings(pattern, units: variances.map { $0.squareRoot() })
    case "uniquenesses": .uniquenesses(pattern, floors: variances.map { limits.floor * $0 })
    default: nil
    }
  }

  /// A component from its `mean` (needed), and `loadings` with `uniquenesses` or a `covariance`, of which the
  /// nearest factors are taken; with neither the data's variances.
  public func component(from parameters: [String: ParameterValue]) throws -> FactorGaussian {
    let known = ["mean", "loadings", "uniquenesses", "covariance"]
    for name in parameters.keys.sorted() where !known.contains(name) {
      let hint = spellingHint(for: name, among: known) ?? ""
      throw EmulsionError(
        .invalidOption, "a factor analyser has no parameter \(quoted(name))\(hint)")
    }
    var rest = parameters
    rest["loadings"] = nil
    rest["uniquenesses"] = nil
    let gaussian = try gaussians.component(from: rest)
    guard let loadings = parameters["loadings"]?.matrix, let given = parameters["uniquenesses"]
    else {
      guard parameters["loadings"] == nil, parameters["uniquenesses"] == nil else {
        throw EmulsionError(
          .invalidOption, "the given component needs loadings (a matrix) and uniquenesses together")
      }
      guard parameters["covariance"] != nil else {
        let neutral = neutral(mean: gaussian.mean)
        return FactorGaussian(
          mean: neutral.mean, loadings: neutral.loadings, uniquenesses: neutral.uniquenesses)
      }
      return nearest(to: gaussian)
    }
    let (d, q) = (dimension, pattern.factors)
    let uniquenesses = given.numbers
    guard loadings.rows == d, loadings.columns == q, uniquenesses.count == d else {
      throw EmulsionError(
        .invalidOption,
        "the given loadings are \(loadings.rows) × \(loadings.columns) beside \(uniquenesses.count) uniquenesses, "
          + "but \(q.counted("factor")) of \(d.counted("column")) need \(d) × \(q) beside \(d)")
    }
    guard loadings.values.allSatisfy(\.isFinite),
      uniquenesses.allSatisfy({ $0 > 0 && $0.isFinite })
    else {
      throw EmulsionError(
        .invalidOption, "the given loadings must be finite, and uniquenesses above 0")
    }
    var own = loadings
    for j in 0..<d {
      for f in 0..<q {
        own[j, f] = Double(
          sign: .plus, exponent: -frame.exponents[j], significand: loadings[j, f])
      }
    }
    var framed = zip(uniquenesses, frame.exponents).map {
      Double(sign: .plus, exponent: -2 * $1, significand: $0)
    }
    if pattern.isIsotropic {
      let mean = framed.reduce(0, +) / Double(d)
      framed = framed.map { _ in mean }
    }
    return rotated([
      FactorGaussian(mean: gaussian.mean, loadings: own, uniquenesses: framed)
    ])[0]
  }

  /// The factors of greatest likelihood were its covariance that of rows, by steps on the matrix. O(d²q) a step.
  private func nearest(to gaussian: Gaussian) -> FactorGaussian {
    let covariance = gaussian.covariance.matrix
    let d = dimension
    let variances = (0..<d).map { covariance[$0, $0] }
    let free = try? FactorPattern(
      factors: pattern.factors, letters: pattern.isIsotropic ? "UUC" : "UUU")
    var own = neutral(mean: .zeros(d))
    own = FactorGaussian(mean: own.mean, loadings: own.loadings, uniquenesses: variances)
    for _ in 0..<Self.decomposingSteps {
      guard let free, let form = FactorForm(own) else { break }
      // Rows without a mean: Σ yzᵀ is Sβᵀ with β = L⁻ᵀA.
      let sums = FactorSums(
        form, offset: .zeros(pattern.factors), count: 1, linear: .zeros(d), squares: variances,
        scores: .zeros(pattern.factors), products: covariance * form.projection.transposed())
      let step = FactorStep([sums], counts: [1], previous: [own], free)
      let last = own.uniquenesses
      own = FactorGaussian(
        mean: own.mean, loadings: step.loadings[0],
        uniquenesses: zip(step.uniquenesses[0], variances).map { max($0, 1e-10 * $1) })
      if zip(own.uniquenesses, last).allSatisfy({ abs($0 - $1) <= 1e-10 * $1 }) { break }
    }
    return rotated([
      FactorGaussian(
        mean: gaussian.mean, loadings: own.loadings, uniquenesses: own.uniquenesses)
    ])[0]
  }

  private static var decomposingSteps: Int { 500 }

  /// Gaussians of the same mean and covariance, which know what any can be asked.
  var gaussians: GaussianFamily {
    GaussianFamily(
      covarianceModel.ofBlocks, columnNames: columnNames, frame: frame, limits: limits)
  }

  /// Mean and covariance in the units of the data. O(d²q).
  public func moments(of component: FactorGaussian) -> Moments? {
    gaussians.moments(of: component.gaussian)
  }

  /// Gaussians with blocks of the covariances.
  public func marginal(of components: [FactorGaussian], columns: [Int]) -> (any ComponentSet)? {
    gaussians.marginal(of: components.map(\.gaussian), columns: columns)
  }

  /// True.
  public var hasLinearConditionalMeans: Bool { true }

  /// Draws by blocks.
  public func sampler(_ components: [FactorGaussian]) -> any BlockSampler {
    gaussians.sampler(components.map(\.gaussian))
  }

  /// μ + Λz + e.
  public func sample(_ component: FactorGaussian, using random: inout CounterRandom) -> [Double] {
    let factors = (0..<pattern.factors).map { _ in random.normal() }
    let point = (0..<dimension).map { j in
      var value = component.mean[j] + component.uniquenesses[j].squareRoot() * random.normal()
      for (f, factor) in factors.enumerated() { value += component.loadings[j, f] * factor }
      return value
    }
    return frame.fromFrame(point: point)
  }

  /// Covariances at the floor, and components with fewer effective rows than the factors need.
  public func diagnose(_ components: [FactorGaussian], counts: [Double]) -> [Diagnosis] {
    let isShared = covarianceModel.sharesCovariance
    let atFloor = "a variance is at the covariance_floor"
    if isShared, let first = components.first, isAtFloor(first) {
      return [
        Diagnosis(
          component: nil,
          problem: "the covariance that all components share has collapsed: \(atFloor)")
      ]
    }
    let needed = covarianceModel.rowsNeeded(dimension: dimension)
    let tightness = tightness(components, counts)
    return components.indices.compactMap { k in
      if !isShared && isAtFloor(components[k]) {
        return Diagnosis(component: k, problem: "has collapsed: \(atFloor)")
      }
      guard counts[k] < 0.999 * Double(needed) else {
        guard let ratio = tightness?.spuriousRatio(k) else { return nil }
        return Diagnosis(
          component: k,
          problem: "is spurious: its \(counts[k].counted(significant: 3, "row")) lie within "
            + "\(ratio.squareRoot().formatted(significant: 2)) pooled standard deviations of a hyperplane",
          isSpurious: true)
      }
      return Diagnosis(
        component: k,
        problem: "has only \(counts[k].counted(significant: 4, "effective row")), fewer than the "
          + "\(needed) that it needs")
    }
  }

  /// Those of the structure.
  public func notes(on components: [FactorGaussian]) -> [String] {
    covarianceModel.notes(components: components.count, columns: dimension)
  }

  /// How tight components are, where one has so few rows that it may be spurious: with more the bound is below the floor.
  private func tightness(_ components: [FactorGaussian], _ counts: [Double]) -> Tightness? {
    let free = Double(covarianceModel.rowsNeeded(dimension: dimension) - 1)
    let least = -naturalLog(max(limits.floor, 1e-16))
    guard counts.contains(where: { $0 - free < least }) else { return nil }
    return Tightness(of: components.map(\.covariance), counts: counts, model: covarianceModel)
  }

  /// Whether a covariance has next to no variance in some direction. A uniqueness at the floor alone (Heywood
  /// 1931) does no harm, where factors leave the column's variance its own; but of columns that have no others
  /// there must be no more than factors tell apart.
  private func isAtFloor(_ component: FactorGaussian) -> Bool {
    guard limits.floor > 0 else { return false }
    let least = 1.01 * limits.floor
    let low = (0..<dimension).filter { component.uniquenesses[$0] <= least * limits.scale[$0] }
    guard !low.isEmpty else { return false }
    if low.count > pattern.factors { return true }
    var block = Matrix(rows: low.count, columns: low.count)
    for (a, i) in low.enumerated() {
      for (b, j) in low.enumerated() {
        var sum = i == j ? component.uniquenesses[i] : 0
        for f in 0..<pattern.factors { sum += component.loadings[i, f] * component.loadings[j, f] }
        block[a, b] = sum / (limits.scale[i] * limits.scale[j]).squareRoot()
      }
    }
    return !((LinearAlgebra.eigenvalues(block)?.first ?? 0) > 2 * least)
  }
}

extension FactorFamily {
  private enum CodingKeys: String, CodingKey {
    case covariance, columnNames, frame, limits
  }

  /// Writes the covariance model's name, the frame and the limits.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(covarianceModel.name, forKey: .covariance)
    try container.encode(columnNames, forKey: .columnNames)
    try container.encode(frame, forKey: .frame)
    try container.encode(limits, forKey: .limits)
  }

  /// Reads a family back; `nil` where its covariances are matrices.
  init?(from decoder: any Decoder, catalogue: Catalogue) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let name = try container.decode(String.self, forKey: .covariance)
    guard let model = try? catalogue.covarianceModel(named: name),
      let pattern = model.factorPattern
    else { return nil }
    let frame = try container.decode(Frame.self, forKey: .frame)
    let names = try container.decode([String].self, forKey: .columnNames)
    let limits = try container.decode(CovarianceLimits.self, forKey: .limits)
    let range = -1100...1100
    guard names.count > pattern.factors, frame.origin.count == names.count,
      frame.exponents.count == names.count, frame.map == nil,
      limits.scale.count == names.count, limits.regularization.count == names.count,
      (frame.origin + limits.scale + limits.regularization + [limits.floor])
        .allSatisfy(\.isFinite), frame.exponents.allSatisfy({ range.contains($0) })
    else { throw EmulsionError(.invalidData, "the family's parts don't fit each other") }
    self.init(model, pattern, columnNames: names, frame: frame, limits: limits)
  }

  /// Reads back a component that fits the family.
  public func decodeComponent(from decoder: any Decoder) throws -> FactorGaussian {
    let component = try FactorGaussian(from: decoder)
    guard
      component.mean.count == dimension, component.mean.allSatisfy(\.isFinite),
      component.loadings.rows == dimension, component.loadings.columns == pattern.factors,
      component.loadings.values.count == dimension * pattern.factors,
      component.loadings.values.allSatisfy(\.isFinite),
      component.uniquenesses.count == dimension,
      component.uniquenesses.allSatisfy({ $0 > 0 && $0.isFinite })
    else {
      throw EmulsionError(
        .invalidData,
        "a component's mean, loadings and uniquenesses don't fit \(dimension.counted("column")) and "
          + "\(pattern.factors) factors")
    }
    return component
  }
}
