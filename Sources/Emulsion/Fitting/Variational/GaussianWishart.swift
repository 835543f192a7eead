/// The priors of variational Bayes in the frame of a Gaussian family.
struct GaussianWishart: Sendable {
  /// The options, all of them filled in.
  let options: VariationalBayes
  /// α₀.
  let concentration: Double
  /// m₀.
  let mean: [Double]
  /// β₀.
  let meanPrecision: Double
  /// ν₀.
  let degreesOfFreedom: Double
  /// W₀⁻¹; of spheres the variance.
  let scale: Scatter
  /// The weights of all rows.
  let rows: Double
  /// ``logNorm(degreesOfFreedom:logDeterminant:meanPrecision:dimension:)`` of one component.
  let logNorm: Double
  /// That of the weights.
  let weightLogNorm: Double

  /// - Throws: `invalid-option` for numbers that are none of the priors'.
  init(_ given: VariationalBayes, _ family: GaussianFamily, _ context: FamilyContext) throws {
    let d = family.dimension
    func require(_ holds: Bool, _ what: String) throws {
      guard holds else { throw EmulsionError(.invalidOption, "variational: \(what)") }
    }
    var options = given
    rows = context.summary.totalWeight
    concentration = given.concentration ?? 1 / Double(context.components)
    try require(
      concentration > 0 && concentration.isFinite,
      "concentration must be a number above 0, not \(concentration.brief)")
    meanPrecision = given.meanPrecision ?? 1
    try require(
      meanPrecision > 0 && meanPrecision.isFinite,
      "mean_precision must be a number above 0, not \(meanPrecision.brief)")
    degreesOfFreedom = given.degreesOfFreedom ?? Double(d)
    try require(
      degreesOfFreedom > Double(d - 1) && degreesOfFreedom.isFinite,
      "degrees_of_freedom must be a number above \(d - 1), one less than the columns, not \(degreesOfFreedom.brief)"
    )
    let center = given.mean ?? context.summary.means
    try require(
      center.count == d,
      "mean has \(center.count.counted("number")), but the data have \(d.counted("column"))")
    try require(center.allSatisfy(\.isFinite), "mean must be of finite numbers")
    mean = family.frame.toFrame(point: center)
    if let value = given.covariance {
      do {
        try require(value.numbers.allSatisfy(\.isFinite), "covariance must be of finite numbers")
        scale = family.frame.toFrame(try family.covariance(value), form: family.form)
      } catch let error as EmulsionError where !error.message.hasPrefix("variational") {
        throw EmulsionError(
          .invalidOption,
          "variational: " + error.message.replacing("the given covariance", with: "covariance"))
      }
    } else {
      scale = family.rowCovariance(context.summary)
    }
    let factor = CovarianceFactor(scale)
    try require(factor != nil, "covariance must be positive definite")
    logNorm = Self.logNorm(
      degreesOfFreedom: degreesOfFreedom, logDeterminant: factor?.logDeterminant ?? .nan,
      meanPrecision: meanPrecision, dimension: d)
    weightLogNorm =
      VariationalWeights(
        counts: .zeros(context.components), given.weights, concentration: concentration
      ).logNorm
    (options.concentration, options.mean, options.meanPrecision, options.degreesOfFreedom) = (
      concentration, center, meanPrecision, degreesOfFreedom
    )
    options.covariance = .covariance(family.frame.fromFrame(scale))
    self.options = options
  }

  /// ln of what the Gaussian–Wishart distribution must be divided by, but for powers of π that do not depend on it:
  /// ½νd ln 2 − ½ν ln |W⁻¹| + Σᵢ ln Γ(½(ν − i)) − ½d ln β.
  static func logNorm(
    degreesOfFreedom: Double, logDeterminant: Double, meanPrecision: Double, dimension d: Int
  ) -> Double {
    let columns = Double(d)
    var norm = 0.5 * degreesOfFreedom * (columns * naturalLog(2) - logDeterminant)
    norm -= 0.5 * columns * naturalLog(meanPrecision)
    for i in 0..<d { norm += Elementary.logGamma(0.5 * (degreesOfFreedom - Double(i))) }
    return norm
  }
}

extension GaussianFamily {
  /// The covariance of all rows (divisor n − 1) in the frame, in the family's form: of spheres the mean variance.
  func rowCovariance(_ summary: DataSummary) -> Scatter {
    let rows = summary.totalWeight
    let share = rows > 1 ? rows / (rows - 1) : 1
    if form == .full, let total = limits.total { return total.scaled(by: share) }
    if frame.map != nil { return .identity(.full, dimension: dimension).scaled(by: share) }
    let variances = zip(summary.standardDeviations, frame.scales).map {
      share * ($0 * $1) * ($0 * $1)
    }
    return frame.toFrame(
      frame.fromFrame(Scatter(.diagonal, dimension: dimension, values: variances)), form: form)
  }
}
