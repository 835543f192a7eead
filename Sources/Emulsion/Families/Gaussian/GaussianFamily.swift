/// Multivariate Gaussian components under any covariance model.
///
/// Density N(x|μ,Σ); the maximum-likelihood M step is μₖ = Σγx/Nₖ and the covariance model's, with
/// scatters about the new means. Work is done in a centred, scaled frame.
public struct GaussianFamily: ExponentialFamily {
  /// The structure of the covariances.
  public let covarianceModel: any CovarianceModel
  let columnNames: [String]
  let frame: Frame
  let limits: CovarianceLimits
  let constraints: GaussianConstraints
  /// The prior under which fits are posterior modes; `nil` for maximum likelihood.
  private(set) var prior: GaussianPrior?
  /// The limits' floor under this covariance model.
  let floor: CovarianceFloor?
  /// The mean weight of the rows, for what is said of few; `nil` where it is not known.
  let meanWeight: Double?
  /// Whether an M step that comes to the floor fails.
  let endsAtFloor: Bool
  /// Variances of neutral components, in the frame, where these fill in what rows miss; they are the data's, so
  /// that a start doesn't depend on units.
  var neutralVariances: [Double]?
  private let scales: [Double]
  let form: ScatterForm

  /// κ above which a component is measured from its own mean: 1.8·ε·κ, the error per row of the
  /// natural form, is then above 2e-9.
  private static let ownReferenceAbove = 4.5e6

  init(
    _ model: any CovarianceModel, columnNames: [String], frame: Frame, limits: CovarianceLimits,
    constraints: GaussianConstraints = GaussianConstraints(), meanWeight: Double? = nil,
    endsAtFloor: Bool = false
  ) {
    covarianceModel = model
    self.columnNames = columnNames
    self.frame = frame
    self.limits = limits
    self.constraints = constraints
    (self.meanWeight, self.endsAtFloor) = (meanWeight, endsAtFloor)
    floor = CovarianceFloor(limits, for: model)
    scales = frame.scales
    form = model.form
  }

  /// The same family under a prior.
  func with(_ prior: GaussianPrior?) -> GaussianFamily {
    var family = self
    family.prior = prior
    return family
  }

  /// `gaussian`.
  public var name: String { "gaussian" }
  /// d.
  public var dimension: Int { frame.dimension }
  /// d linear features and the covariance model's second moments.
  public var featureCount: Int { dimension + form.count(dimension) }

  /// K components with the data's mean and unit variance in the frame.
  public func neutralComponents(_ k: Int) -> [Gaussian] {
    let neutral = Gaussian(
      mean: .zeros(dimension),
      covariance: neutralVariances.map { .diagonal(form, $0) }
        ?? .identity(form, dimension: dimension))
    return Array(repeating: neutral, count: k)
  }

  /// Covariances by the model plus d for each mean, less what is fixed or tied.
  public func freeParameters(_ components: [Gaussian]) -> Int {
    constraints.freeParameters(
      components: components.count, dimension: dimension, covarianceModel)
  }

  /// The frame's origin, and own means where the natural form would cancel.
  public func references(for components: [Gaussian]) -> References {
    References(
      shared: .zeros(dimension),
      own: components.map { $0.cancellation <= Self.ownReferenceAbove ? nil : $0.mean })
  }

  /// The frame's origin, and own means where the natural form would cancel.
  public func reference(of components: [Gaussian]) -> SumReference {
    let own = components.indices.filter {
      !(components[$0].cancellation <= Self.ownReferenceAbove)
    }
    return own.isEmpty ? .shared : .own(Set(own))
  }

  /// Lanes of z − c, then their products, squares or sum of squares.
  public func writeFeatures(
    of block: borrowing Block, about reference: [Double], into features: inout LaneMatrix
  ) {
    let reference = frame.scaled(reference)
    for j in 0..<dimension {
      var lanes = features[row: j]
      Lanes.standardize(
        block.column(j), origin: frame.origin[j], scale: scales[j], reference: reference[j],
        into: &lanes)
    }
    if let map = frame.map { features.solveLower(map, rows: block.rows) }
    features.writeSecondMoments(form, dimension: dimension, rows: block.rows)
  }

  /// η = (Pδ, −½P) with δ = μ − c, off-diagonal elements doubled;
  /// −A = −½(δᵀPδ + ln |Σ| + d ln 2π) + ln |∂z/∂x|.
  public func writeNaturalParameters(
    of component: Gaussian, about reference: [Double], into eta: inout MutableSpan<Double>
  ) throws -> Double {
    let d = dimension
    let factor = try factor(component)
    let precision = factor.precision.span
    let (mean, reference) = (component.mean.span, reference.span)
    // The first d are sums of Pδ until the end.
    for a in 0..<d { eta[a] = 0 }
    if form == .spherical { eta[d] = -0.5 * precision[0] }
    for a in 0..<d {
      let delta = mean[a] - reference[a]
      let diagonal = form.diagonalIndex(a, d)
      eta[a] += precision[diagonal] * delta
      if form != .spherical { eta[d + diagonal] = -0.5 * precision[diagonal] }
      guard form == .full else { continue }
      for b in a + 1..<max(d, a + 1) {
        let value = precision[diagonal + b - a]
        eta[a] += value * (mean[b] - reference[b])
        eta[b] += value * delta
        eta[d + diagonal + b - a] = -value
      }
    }
    var quadratic = 0.0
    for a in 0..<d { quadratic += eta[a] * (mean[a] - reference[a]) }
    return -0.5 * quadratic + constant(factor)
  }

  /// |L⁻¹(z − μ)|² by the triangular factor of a full covariance; without one nothing cancels.
  public func centeredLogDensity(of component: Gaussian) throws -> (any CenteredLogDensity)? {
    guard form == .full else { return nil }
    let factor = try factor(component)
    return TriangularForm(factor: factor, constant: constant(factor))
  }

  /// ln N at the mean of a component: its largest log-density, nats.
  public func peakLogDensity(of component: Gaussian) throws -> Double {
    constant(try factor(component))
  }

  func constant(_ factor: CovarianceFactor) -> Double {
    -0.5 * (factor.logDeterminant + Double(dimension) * logTwoPi) + frame.logJacobian
  }

  private func factor(_ component: Gaussian) throws -> CovarianceFactor {
    guard let factor = component.factor else {
      throw EmulsionError(.degenerate, "a covariance is not positive definite")
    }
    return factor
  }
}
