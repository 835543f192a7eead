/// Gaussian components whose covariances are those of factor analysers, ΛΛᵀ + Ψ, by the alternating
/// expectation–conditional maximisation of McNicholas & Murphy (2008): a row costs O(K·d·q) and nothing d².
///
/// Of the many rotations of the loadings that give one covariance, results show the one in which ΛᵀΨ⁻¹Λ is diagonal
/// and falls (of loadings that components share, its sum over these), with that loading of each factor above 0
/// which is largest in units of √ψ.
public struct FactorFamily: WholeFamily {
  /// The structure of the covariances, by name.
  let covarianceModel: any CovarianceModel
  let pattern: FactorPattern
  let columnNames: [String]
  let frame: Frame
  let limits: CovarianceLimits

  /// κ above which a component is measured from its own mean; see ``GaussianFamily``.
  private static let ownReferenceAbove = 4.5e6
  /// How often the sums of a start are taken again: its first loadings say little, and each time brings them
  /// nearer to the main axes of the rows.
  private static let startingSteps = 4

  init(
    _ model: any CovarianceModel, _ pattern: FactorPattern, columnNames: [String], frame: Frame,
    limits: CovarianceLimits
  ) {
    (covarianceModel, self.pattern) = (model, pattern)
    (self.columnNames, self.frame, self.limits) = (columnNames, frame, limits)
  }

  /// `gaussian`.
  public var name: String { "gaussian" }
  /// d.
  public var dimension: Int { frame.dimension }

  /// Whether a component is measured from its own mean.
  static func isApart(_ component: FactorGaussian, _ form: FactorForm) -> Bool {
    let shared = form.cancellation(component, from: .zeros(component.mean.count))
    return !(shared <= ownReferenceAbove)
      && shared > 10 * form.cancellation(component, from: component.mean)
  }

  /// Where the sums of a component are measured from, in the frame.
  func reference(_ component: FactorGaussian) -> [Double] {
    guard let form = FactorForm(component), Self.isApart(component, form) else {
      return .zeros(dimension)
    }
    return component.mean
  }

  /// The frame's origin, unless a component is measured from its own mean. Sums of factors are in terms of the
  /// factors of their iteration, which change the less the nearer it is to the optimum.
  public func reference(of components: [FactorGaussian]) -> SumReference {
    components.contains { component in
      FactorForm(component).map { Self.isApart(component, $0) } ?? true
    } ? .dependent : .shared
  }

  /// With uniquenesses no smaller than a sixteenth: at 0 EM would stay.
  public func restrained(_ far: [FactorGaussian], from near: [FactorGaussian]) -> [FactorGaussian]?
  {
    guard far.allSatisfy({ $0.loadings.values.allSatisfy(\.isFinite) }) else { return nil }
    return zip(far, near).map { far, near in
      FactorGaussian(
        mean: far.mean, loadings: far.loadings,
        uniquenesses: zip(far.uniquenesses, near.uniquenesses).map { max($0, $1 / 16) })
    }
  }

  /// K components with the mean and the variances of the data, and directions by chance as loadings: from them
  /// the first sums tell better ones.
  public func neutralComponents(_ k: Int) -> [FactorGaussian] {
    Array(repeating: neutral(mean: .zeros(dimension)), count: k)
  }

  func neutral(mean: [Double]) -> FactorGaussian {
    var random = CounterRandom(seed: 0, purpose: .loadings, row: 0)
    let deviations = limits.scale.map { max($0, 1e-300).squareRoot() }
    let size = 1 / Double(dimension).squareRoot()
    return FactorGaussian(
      mean: mean,
      loadings: Matrix(
        rows: dimension, columns: pattern.factors,
        values: deviations.flatMap { deviation in
          (0..<pattern.factors).map { _ in deviation * size * random.normal() }
        }),
      uniquenesses: deviations.map { $0 * $0 }, isNeutral: true)
  }

  /// Ready for the products. O(K·d·q²).
  public func prepare(_ components: [FactorGaussian]) throws -> any PreparedMixture<FeatureSums> {
    try FactorMixture(self, components)
  }

  /// The same analysers in the columns that have values; of the others what is expected given the factors.
  /// O(K·m·q²) here and O(K·d·q²) once a chunk.
  public func prepare(_ components: [FactorGaussian], observing columns: [Int]) throws
    -> any PreparedMixture<FeatureSums>
  {
    let part = selecting(columns)
    let own = components.map { $0.selecting(columns) }
    let references = components.map(reference)
    let shifts = components.indices.map { k in
      zip(part.reference(own[k]), columns.map { references[k][$0] }).map { $0 - $1 }
    }
    let (d, q) = (dimension, pattern.factors)
    return ObservedMixture<FeatureSums, FeatureSums>(
      columns.isEmpty ? nil : try part.prepare(own), columns: columns, components: components.count
    ) { sums, counts in
      let width = FactorSums.count(dimension: d, factors: q)
      var result = FeatureSums(components: components.count, features: width)
      for (k, component) in components.enumerated() {
        let seen =
          sums.map { FactorSums($0[k], dimension: columns.count, factors: q) }
          ?? FactorSums(unseen: counts[k], factors: q)
        let whole = FactorSums(
          completing: seen, of: columns, shift: shifts[k], component, from: references[k],
          count: counts[k])
        result.values.replaceSubrange(k * width..<(k + 1) * width, with: whole.values)
      }
      return result
    }
  }

  private func selecting(_ columns: [Int]) -> FactorFamily {
    FactorFamily(
      covarianceModel, pattern, columnNames: columns.map { columnNames[$0] },
      frame: Frame(
        origin: columns.map { frame.origin[$0] }, exponents: columns.map { frame.exponents[$0] }),
      limits: CovarianceLimits(
        floor: limits.floor, scale: columns.map { limits.scale[$0] },
        regularization: columns.map { limits.regularization[$0] }))
  }

  /// Means and covariances by the pattern.
  public func freeParameters(_ components: [FactorGaussian]) -> Int {
    components.count * dimension
      + pattern.freeParameters(components: components.count, dimension: dimension)
  }

  /// One step; those of a start go on, with the responsibilities that it has.
  public func estimate(
    _ statistics: FeatureSums, counts: [Double], previous: [FactorGaussian],
    remeasured: (_ trial: [FactorGaussian]) throws -> FeatureSums
  ) throws -> [FactorGaussian] {
    var result = try estimate(statistics, counts: counts, previous: previous)
    guard previous.contains(where: \.isNeutral) else { return result }
    for _ in 0..<Self.startingSteps {
      result = try estimate(remeasured(result), counts: counts, previous: result)
    }
    return result
  }

  /// The M step within the limits.
  ///
  /// An empty component keeps its parameters where a floor or regularization allows it.
  public func estimate(
    _ statistics: FeatureSums, counts: [Double], previous: [FactorGaussian]
  ) throws -> [FactorGaussian] {
    let (d, q) = (dimension, pattern.factors)
    let negligible = counts.reduce(0, +) * 1e-15
    let used = counts.indices.filter { counts[$0] > negligible }
    if used.count < counts.count, limits.floor == 0, !limits.isRegularized {
      let empty = counts.firstIndex { !($0 > negligible) } ?? 0
      throw collapse(of: empty, because: "no row belongs to it any more")
    }
    let step = FactorStep(
      used.map { FactorSums(statistics[$0], dimension: d, factors: q) },
      counts: used.map { counts[$0] }, previous: used.map { previous[$0] }, pattern)
    var result = previous
    for (place, k) in used.enumerated() {
      let reference = reference(previous[k])
      let rounding = zip(statistics[k].dropFirst(d), statistics[k].prefix(d)).map {
        64 * Double.ulpOfOne * max($0, $1 * $1 / counts[k]) / counts[k]
      }
      result[k] = FactorGaussian(
        mean: zip(reference, step.means[place]).map { $0 + $1 },
        loadings: step.loadings[place],
        uniquenesses: try limited(step.uniquenesses[place], rounding, component: k))
    }
    if used.count < counts.count, let first = used.first {
      for k in counts.indices where !used.contains(k) {
        result[k] = FactorGaussian(
          mean: previous[k].mean,
          loadings: pattern.sharesLoadings ? result[first].loadings : previous[k].loadings,
          uniquenesses: pattern.sharesUniquenesses
            ? result[first].uniquenesses : previous[k].uniquenesses)
      }
    }
    return rotated(result)
  }

  /// Uniquenesses no smaller than the floor: the maximum under it, as the likelihood falls on both sides of each.
  private func limited(_ values: [Double], _ rounding: [Double], component k: Int) throws
    -> [Double]
  {
    try values.indices.map { j in
      let value = values[j] + limits.regularization[j]
      let least = limits.floor * limits.scale[j]
      if limits.floor > 0, value < least { return least }
      guard value.isFinite, value > (limits.floor > 0 ? 0 : rounding[j]) else {
        throw collapse(
          of: covarianceModel.sharesCovariance ? nil : k,
          because: "column \(quoted(columnNames[j])) has no variance beside its factors")
      }
      return value
    }
  }

  private func collapse(of k: Int?, because reason: String) -> EmulsionError {
    let subject = k.map { "component \($0 + 1) has collapsed" } ?? "the fit is degenerate"
    return EmulsionError(
      .degenerate,
      "\(subject): \(reason); use fewer components or factors, or a covariance_floor or regularization above 0"
    )
  }

  /// Turns factors to the rotation in which results show loadings.
  func rotated(_ components: [FactorGaussian]) -> [FactorGaussian] {
    guard pattern.sharesLoadings else {
      return components.map { $0.turned(by: $0.rotation($0.uniquenesses.map { 1 / $0 })) }
    }
    let precisions = (0..<dimension).map { j in
      components.reduce(0) { $0 + 1 / $1.uniquenesses[j] }
    }
    guard let rotation = components.first?.rotation(precisions) else { return components }
    return components.map { $0.turned(by: rotation) }
  }
}

extension FactorSums {
  /// Of rows of which nothing was seen, so that factors are as they are a priori.
  fileprivate init(unseen count: Double, factors q: Int) {
    self.init(dimension: 0, factors: q)
    factorProducts = Matrix.identity(q).scaled(by: count)
  }
}

extension FactorGaussian {
  /// The rotation, q × q, in which ΛᵀPΛ is diagonal and falls, P a diagonal of precisions; its signs make the largest
  /// √pλ of each factor positive. `nil` where there is none.
  fileprivate func rotation(_ precisions: [Double]) -> Matrix? {
    let (d, q) = (mean.count, loadings.columns)
    var square = Matrix(rows: q, columns: q)
    for f in 0..<q {
      for g in 0...f {
        var sum = 0.0
        for j in 0..<d { sum += loadings[j, f] * precisions[j] * loadings[j, g] }
        (square[f, g], square[g, f]) = (sum, sum)
      }
    }
    guard square.values.allSatisfy(\.isFinite), let axes = LinearAlgebra.eigen(square)?.vectors
    else { return nil }
    // Eigenvalues rise, and vectors are rows.
    var rotation = Matrix(rows: q, columns: q)
    for f in 0..<q {
      let axis = Array(axes.row(q - 1 - f))
      var largest = 0.0
      for j in 0..<d {
        var turned = 0.0
        for g in 0..<q { turned += loadings[j, g] * axis[g] }
        turned *= precisions[j].squareRoot()
        if abs(turned) > abs(largest) * (1 + 1e-9) { largest = turned }
      }
      for g in 0..<q { rotation[g, f] = largest < 0 ? -axis[g] : axis[g] }
    }
    return rotation
  }

  fileprivate func turned(by rotation: Matrix?) -> FactorGaussian {
    guard let rotation else { return self }
    return FactorGaussian(
      mean: mean, loadings: loadings * rotation, uniquenesses: uniquenesses, isNeutral: isNeutral)
  }
}
