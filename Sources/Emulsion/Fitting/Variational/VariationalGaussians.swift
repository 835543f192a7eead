/// The posterior of one Gaussian component: N(μ | m, (βΛ)⁻¹) W(Λ | W, ν), and that of its weight.
struct VariationalGaussian: MixtureComponent {
  /// m, with the covariance W⁻¹/ν.
  var gaussian: Gaussian
  /// ν.
  let degreesOfFreedom: Double
  /// β.
  let meanPrecision: Double
  /// The concentrations of the weight.
  var concentrations: [Double] = []
  /// What E ln πN has besides ln N(x|m, W⁻¹/ν): E ln π, and ``offset(degreesOfFreedom:meanPrecision:dimension:)``.
  var shift: Double
  /// E π.
  var weight = 0.0
  /// What the log-likelihood of the pass before lacks to the lower bound after the M step on it; known of the first
  /// component alone, and for what an M step made.
  var gain: Double?

  /// A posterior whose weight is not known yet.
  init(
    _ gaussian: Gaussian, degreesOfFreedom: Double, meanPrecision: Double,
    concentrations: [Double] = []
  ) {
    self.gaussian = gaussian
    self.degreesOfFreedom = degreesOfFreedom
    self.meanPrecision = meanPrecision
    self.concentrations = concentrations
    shift = Self.offset(
      degreesOfFreedom: degreesOfFreedom, meanPrecision: meanPrecision,
      dimension: gaussian.mean.count)
  }

  /// ½( Σᵢ ψ(½(ν − i)) + d ln(2/ν) ) − d/(2β).
  private static func offset(degreesOfFreedom: Double, meanPrecision: Double, dimension d: Int)
    -> Double
  {
    var sum = Double(d) * naturalLog(2 / degreesOfFreedom)
    for i in 0..<d { sum += SpecialFunctions.digamma(0.5 * (degreesOfFreedom - Double(i))) }
    return 0.5 * (sum - Double(d) / meanPrecision)
  }

  /// The same with a posterior of its weight.
  func weighing(_ weights: VariationalWeights, _ k: Int) -> VariationalGaussian {
    var component = self
    component.concentrations = weights.concentrations[k]
    component.shift += weights.expectedLogs[k]
    component.weight = weights.means[k]
    return component
  }
}

/// Posteriors of Gaussian components as a family: its E step takes the expectation of ln πₖ N(x|μₖ,Λₖ⁻¹), which is that of a
/// Gaussian N(x|m, W⁻¹/ν) and a constant, so that it costs what EM's does; its M step updates the posteriors.
struct VariationalGaussians: ExponentialFamily {
  let base: GaussianFamily
  let prior: GaussianWishart

  init(_ base: GaussianFamily, prior: GaussianWishart) { (self.base, self.prior) = (base, prior) }

  var name: String { base.name }
  var dimension: Int { base.dimension }
  var featureCount: Int { base.featureCount }
  /// True: E ln πₖ is part of what components know.
  var mixesItself: Bool { true }

  func neutralComponents(_ k: Int) -> [VariationalGaussian] {
    base.neutralComponents(k).map { component($0, count: 0, total: 0, of: k) }
  }

  /// - Throws: `invalid-option`: what is expected of missing cells has no closed form under these posteriors.
  func prepare(_ components: [VariationalGaussian], observing columns: [Int]) throws
    -> any PreparedMixture<FeatureSums>
  {
    throw EmulsionError(
      .invalidOption,
      "missing: \"likelihood\" is not there for algorithm = \"variational\", whose posteriors would have missing cells "
        + "among their unknowns; use algorithm = \"em\", or missing = \"drop\"")
  }

  func references(for components: [VariationalGaussian]) -> References {
    base.references(for: components.map(\.gaussian))
  }

  func reference(of components: [VariationalGaussian]) -> SumReference {
    base.reference(of: components.map(\.gaussian))
  }

  func writeFeatures(
    of block: borrowing Block, about reference: [Double], into features: inout LaneMatrix
  ) { base.writeFeatures(of: block, about: reference, into: &features) }

  func writeNaturalParameters(
    of component: VariationalGaussian, about reference: [Double],
    into eta: inout MutableSpan<Double>
  ) throws -> Double {
    try base.writeNaturalParameters(of: component.gaussian, about: reference, into: &eta)
      + component.shift
  }

  func centeredLogDensity(of component: VariationalGaussian) throws -> (any CenteredLogDensity)? {
    guard base.form == .full, let factor = component.gaussian.factor else { return nil }
    return TriangularForm(factor: factor, constant: base.constant(factor) + component.shift)
  }

  func densityBounds(of components: [VariationalGaussian], in units: [Double]?) -> DensityBounds? {
    guard let bounds = base.densityBounds(of: components.map(\.gaussian), in: units) else {
      return nil
    }
    return DensityBounds(
      units: bounds.units, peaks: zip(bounds.peaks, components).map { $0 + $1.shift },
      steepness: bounds.steepness)
  }

  func drift(from previous: [VariationalGaussian], to components: [VariationalGaussian])
    -> [DensityDrift]?
  { base.drift(from: previous.map(\.gaussian), to: components.map(\.gaussian)) }

  func freeParameters(_ components: [VariationalGaussian]) -> Int {
    base.freeParameters(components.map(\.gaussian))
  }

  func parameters(of component: VariationalGaussian) -> [NamedParameter] {
    base.parameters(of: component.gaussian)
  }

  func moments(of component: VariationalGaussian) -> Moments? {
    base.moments(of: component.gaussian)
  }

  func sample(_ component: VariationalGaussian, using random: inout CounterRandom) -> [Double] {
    base.sample(component.gaussian, using: &random)
  }

  func encode(to encoder: any Encoder) throws { try base.encode(to: encoder) }
}

extension VariationalGaussians {
  /// The posterior whose point estimate is `gaussian`, had it so many rows.
  private func component(_ gaussian: Gaussian, count: Double, total: Double, of k: Int)
    -> VariationalGaussian
  {
    VariationalGaussian(
      gaussian,
      degreesOfFreedom: prior.degreesOfFreedom + (isTied ? total / Double(k) : count),
      meanPrecision: prior.meanPrecision + count)
  }

  private var isTied: Bool { base.covarianceModel.sharesCovariance }

  /// A point estimate, with `concentration`, `mean_precision` and `degrees_of_freedom` where a posterior is known.
  func component(from parameters: [String: ParameterValue]) throws -> VariationalGaussian {
    var own = parameters
    let names = ["concentration", "mean_precision", "degrees_of_freedom"]
    let numbers = names.map { own.removeValue(forKey: $0)?.numbers ?? [] }
    let gaussian = try base.component(from: own)
    guard let precision = numbers[1].first, let freedom = numbers[2].first, !numbers[0].isEmpty
    else { return component(gaussian, count: 0, total: 0, of: 1) }
    let width = prior.options.weights == .dirichlet ? 1 : 2
    guard numbers[0].count == width, numbers[0].allSatisfy({ $0 > 0 }),
      precision >= prior.meanPrecision, freedom >= prior.degreesOfFreedom
    else {
      throw EmulsionError(
        .invalidOption, "variational: the given posterior is none under these priors")
    }
    return VariationalGaussian(
      gaussian, degreesOfFreedom: freedom, meanPrecision: precision,
      concentrations: numbers[0])
  }

  /// With weights, which tell how many rows components have whose posterior is not known.
  func mixed(_ components: [VariationalGaussian], weights: [Double]) -> [VariationalGaussian] {
    let counts = weights.map { $0 * prior.rows }
    let isKnown = components.allSatisfy { !$0.concentrations.isEmpty }
    let posterior =
      isKnown
      ? VariationalWeights(concentrations: components.map(\.concentrations))
      : VariationalWeights(
        counts: counts, prior.options.weights, concentration: prior.concentration)
    let all =
      isKnown
      ? components
      : zip(components, counts).map {
        component($0.gaussian, count: $1, total: prior.rows, of: components.count)
      }
    return all.indices.map { all[$0].weighing(posterior, $0) }
  }
}

extension VariationalGaussians {
  /// The posteriors given responsibilities (Bishop 2006, equations 10.58 to 10.63), and the gain in the lower bound.
  func estimate(_ statistics: FeatureSums, counts: [Double], previous: [VariationalGaussian]) throws
    -> [VariationalGaussian]
  {
    let references = references(for: previous)
    let (k, total) = (previous.count, counts.reduce(0, +))
    var (means, scales): ([[Double]], [Scatter]) = ([], [])
    var before = 0.0
    for (q, component) in previous.enumerated() {
      // Less than that underflows.
      guard counts[q] > 1e-200 else {
        means.append(prior.mean)
        scales.append(prior.scale.scaled(by: 0))
        continue
      }
      var (mean, scatter) = base.centre(
        statistics[q], count: counts[q], reference: references.point(q))
      before += expectation(of: mean, scatter, count: counts[q], under: component)
      let precision = prior.meanPrecision + counts[q]
      let distance = zip(mean, prior.mean).map { $0 - $1 }
      scatter.addSquare(of: distance, times: counts[q] * prior.meanPrecision / precision)
      for j in 0..<(base.form == .spherical ? 1 : dimension) {
        scatter.values[scatter.diagonalIndex(j)] +=
          counts[q] * traceColumns * base.limits.regularization[j]
      }
      mean = zip(prior.mean, distance).map { $0 + counts[q] / precision * $1 }
      means.append(mean)
      scales.append(scatter.scaled(by: 1 / traceColumns))
    }
    let freedom = counts.map { prior.degreesOfFreedom + (isTied ? total / Double(k) : $0) }
    if isTied {
      let pooled = Scatter.sum(scales).scaled(by: 1 / Double(k))
      scales = scales.map { _ in pooled }
    }
    let gaussians = zip(zip(means, scales), freedom).map { pair, freedom in
      Gaussian(
        mean: pair.0,
        covariance: Scatter.sum([prior.scale, pair.1]).scaled(by: 1 / freedom))
    }
    guard gaussians.allSatisfy({ $0.factor != nil }) else {
      throw EmulsionError(
        .degenerate, "variational: a covariance is singular; use another prior covariance")
    }
    let weights = VariationalWeights(
      counts: counts, prior.options.weights, concentration: prior.concentration)
    var components = gaussians.indices.map {
      VariationalGaussian(
        gaussians[$0], degreesOfFreedom: freedom[$0],
        meanPrecision: prior.meanPrecision + counts[$0]
      ).weighing(weights, $0)
    }
    components[0].gain = normGain(components, weights) + total * rowConstant - before
    return components
  }

  /// How many columns the number of a scatter stands for: that of spheres is a trace.
  private var traceColumns: Double { base.form == .spherical ? Double(dimension) : 1 }

  /// Σ r ln ρ of a component's rows, E ln π N under its posterior: by their number, mean and scatter about it.
  private func expectation(
    of mean: [Double], _ scatter: Scatter, count: Double, under component: VariationalGaussian
  ) -> Double {
    guard let factor = component.gaussian.factor else { return -.infinity }
    let distance = factor.length(of: zip(mean, component.gaussian.mean).map { $0 - $1 })
    return count * (base.constant(factor) + component.shift)
      - 0.5 * (factor.quotientTrace(scatter) + count * distance * distance)
  }

  /// What all rows' log-densities have in common.
  private var rowConstant: Double { -0.5 * Double(dimension) * logTwoPi + base.frame.logJacobian }

  /// ln of the norms of the posteriors over those of the priors.
  private func normGain(_ components: [VariationalGaussian], _ weights: VariationalWeights)
    -> Double
  {
    let d = dimension
    var gain = weights.logNorm - prior.weightLogNorm
    for component in components {
      let logDeterminant =
        (component.gaussian.factor?.logDeterminant ?? .nan)
        + Double(d) * naturalLog(component.degreesOfFreedom)
      gain +=
        GaussianWishart.logNorm(
          degreesOfFreedom: component.degreesOfFreedom, logDeterminant: logDeterminant,
          meanPrecision: component.meanPrecision, dimension: d) - prior.logNorm
    }
    return gain
  }

  /// The lower bound of the evidence: after an M step that with the responsibilities it came from, as scikit-learn has
  /// it; of a start that with the responsibilities it leads to.
  func objective(
    of components: [VariationalGaussian], logLikelihood: Double, previous: Double?
  ) -> Double? {
    if let previous, let gain = components.first?.gain { return previous + gain }
    let columns = Double(dimension)
    // What each row brings to the scatter beside itself.
    let ridge = base.limits.regularize(prior.scale.scaled(by: 0))
    let weights = VariationalWeights(concentrations: components.map(\.concentrations))
    var own = 0.0
    var rows = 0.0
    for component in components {
      guard let factor = component.gaussian.factor else { return nil }
      // The rows that lead from the prior to this posterior, by its own parameters.
      let count = component.meanPrecision - prior.meanPrecision
      let distance = factor.length(
        of: zip(component.gaussian.mean, prior.mean).map { $0 - $1 })
      let trace =
        traceColumns * (factor.quotientTrace(prior.scale) + count * factor.quotientTrace(ridge))
      own +=
        count * (base.constant(factor) + component.shift)
        - 0.5
        * (component.degreesOfFreedom * columns - trace - prior.meanPrecision * distance * distance)
      rows += count
    }
    return logLikelihood + normGain(components, weights) + rows * rowConstant - own
  }

  func pointEstimate(of components: [VariationalGaussian]) -> PointEstimate? {
    PointEstimate(
      components: FamilyComponents(family: base, components: components.map(\.gaussian)),
      weights: components.map(\.weight),
      posterior: VariationalPosterior(
        algorithm: prior.options, lowerBound: .nan,
        concentrations: components.map(\.concentrations),
        meanPrecisions: components.map(\.meanPrecision),
        degreesOfFreedom: components.map(\.degreesOfFreedom)))
  }
}
