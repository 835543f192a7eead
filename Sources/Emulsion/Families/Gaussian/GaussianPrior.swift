/// A conjugate prior in the frame of a Gaussian family, ready for its M step.
struct GaussianPrior: Sendable, Hashable, Codable {
  /// κ.
  let shrinkage: Double
  /// m.
  let mean: [Double]
  /// Λ; of spheres ς², which is added to the trace.
  let scale: Scatter
  /// How many rows it counts for in the covariance model.
  let count: PriorCount

  /// Whether it can be one of a family that was read.
  func fits(_ form: ScatterForm, dimension d: Int) -> Bool {
    shrinkage >= 0 && mean.count == d && scale.form == form && scale.dimension == d
      && scale.values.count == form.count(d)
      && ([shrinkage, count.rows, count.scaleShare] + mean + scale.values).allSatisfy(\.isFinite)
  }

  /// Moves means and scatters of rows to the posterior mode, and adds κ to the summed weights: with Δ = x̄ − m,
  /// μ = (Nx̄ + κm)/(N + κ) and B = W + Nκ/(N + κ)·ΔΔᵀ.
  func pull(_ means: inout [[Double]], _ scatters: inout [Scatter], _ masses: inout [Double]) {
    guard shrinkage > 0 else { return }
    for k in means.indices {
      let total = masses[k] + shrinkage
      let own = masses[k] / total
      let distance = zip(means[k], mean).map { $0 - $1 }
      scatters[k].addSquare(of: distance, times: own * shrinkage)
      means[k] = zip(mean, distance).map { $0 + own * $1 }
      masses[k] = total
    }
  }

  /// Adds Λ and the rows that it counts for.
  func widen(_ scatters: inout [Scatter], _ counts: inout [Double]) {
    for k in scatters.indices {
      for i in scatters[k].values.indices {
        scatters[k].values[i] += count.scaleShare * scale.values[i]
      }
      counts[k] += count.rows
    }
  }

  /// ln of the prior density of a component up to a constant:
  /// −½( rows·ln |Σ| + share·tr(ΛΣ⁻¹) + κ(μ − m)ᵀΣ⁻¹(μ − m) ).
  func logDensity(of component: Gaussian, logJacobian: Double) -> Double {
    guard let factor = component.factor else { return -.infinity }
    var trace = count.scaleShare * factor.quotientTrace(scale)
    let distance = factor.length(of: zip(component.mean, mean).map { $0 - $1 })
    trace += shrinkage * distance * distance
    return -0.5 * (count.rows * (factor.logDeterminant - 2 * logJacobian) + trace)
  }
}

extension GaussianFamily {
  /// The family under a prior.
  ///
  /// - Throws: `invalid-option` where the structure has none, or the prior's parts don't fit the columns.
  func with(_ prior: ConjugatePrior, _ context: FamilyContext) throws -> GaussianFamily {
    let d = dimension
    func refuse(_ what: String) -> EmulsionError { EmulsionError(.invalidOption, "prior: \(what)") }
    guard constraints.covariance == nil else {
      throw refuse("the covariance is fixed; leave one of them out")
    }
    guard
      let count = covarianceModel.priorCount(
        degreesOfFreedom: prior.degreesOfFreedom ?? Double(d + 2),
        shrinksMeans: prior.shrinkage > 0, components: context.components, dimension: d)
    else {
      throw refuse(
        "the covariance model \(quoted(covarianceModel.name)) has none; use full, tied, diagonal, spherical, "
          + "EII, EEI, VEI, EVI, EEV or VEV")
    }
    if let mean = prior.mean, mean.count != d {
      throw refuse(
        "mean has \(mean.count.counted("number")), but the data have \(d.counted("column"))")
    }
    let scale = try prior.scale.map { try framedScale($0, refuse) } ?? defaultScale(context)
    guard CovarianceFactor(scale) != nil else { throw refuse("scale must be positive definite") }
    return with(
      GaussianPrior(
        shrinkage: prior.shrinkage,
        mean: frame.toFrame(point: prior.mean ?? context.summary.means), scale: scale, count: count)
    )
  }

  private func framedScale(_ value: ParameterValue, _ refuse: (String) -> EmulsionError) throws
    -> Scatter
  {
    do {
      return frame.toFrame(try covariance(value), form: form)
    } catch let error as EmulsionError {
      throw refuse(error.message.replacing("the given covariance", with: "scale"))
    }
  }

  /// S/K^(2/d), S the covariance of the rows (divisor n − 1), or the mean of their variances.
  private func defaultScale(_ context: FamilyContext) -> Scatter {
    let (d, summary) = (dimension, context.summary)
    let rows = summary.totalWeight
    let share =
      exponential(-2 / Double(d) * naturalLog(Double(context.components)))
      * (rows > 1 ? rows / (rows - 1) : 1)
    guard form == .full else {
      let units = frame.scales
      let variances = zip(summary.standardDeviations, units)
      // One variance for all columns, in the units of the data.
      let exponents = frame.exponents
      let largest = exponents.max() ?? 0
      let mean =
        zip(variances, exponents).reduce(0) {
          let deviation = $1.0.0 * $1.0.1
          return $0
            + Double(
              sign: .plus, exponent: 2 * ($1.1 - largest), significand: deviation * deviation)
        } / Double(d) * share
      guard form == .diagonal else { return Scatter(.spherical, dimension: d, values: [mean]) }
      return Scatter(
        .diagonal, dimension: d,
        values: exponents.map {
          Double(sign: .plus, exponent: 2 * (largest - $0), significand: mean)
        })
    }
    if d == 1 || limits.total == nil {
      let variances = zip(summary.standardDeviations, frame.scales).map { ($0 * $1) * ($0 * $1) }
      return frame.map == nil
        ? Scatter(.full, of: Covariance(variances: variances.map { $0 * share }).matrix)
        : Scatter.identity(.full, dimension: d)
    }
    return (limits.total ?? .identity(.full, dimension: d)).scaled(by: share)
  }
}
