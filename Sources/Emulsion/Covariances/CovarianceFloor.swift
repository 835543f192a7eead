/// The smallest covariances that a fit may come to: no eigenvalue of S⁻¹Σₖ is below the floor, S the
/// covariance of all rows.
///
/// Told like that it is the same after every map of the rows that a structure is closed under: any linear
/// one where shape and orientation are both shared or both free; rescaled columns where covariances
/// are diagonal. Structures that compare the lengths of axes are closed under rotations and one unit
/// for all columns; theirs is the smallest axis of S.
struct CovarianceFloor: Sendable {
  /// f.
  private let relative: Double
  private let scale: [Double]
  /// S, as itself, as L⁻¹ and as L, S = LLᵀ; `nil` where the scale is all there is.
  private let total: (covariance: Scatter, factor: CovarianceFactor, lower: Matrix)?

  /// `nil` where there is none.
  init?(_ limits: CovarianceLimits, for model: any CovarianceModel) {
    guard limits.floor > 0 else { return nil }
    (relative, scale) = (limits.floor, limits.scale)
    if let total = limits.total, model.isLinearlyEquivariant,
      let factor = CovarianceFactor(total), let lower = LinearAlgebra.cholesky(total.matrix)
    {
      self.total = (total, factor, lower)
    } else {
      total = nil
    }
  }

  /// The M step of a structure under the floor: that without it, where nothing falls below.
  ///
  /// - Parameter refusal: The error that a component which falls below is; without one it is held up.
  func covariances(
    of scatters: [Scatter], counts: [Double], previous: [Scatter], model: any CovarianceModel,
    refusal: ((_ component: Int) -> EmulsionError)?
  ) throws -> [Scatter] {
    let low: Int?
    if model.needsDefiniteScatters {
      low = counts.indices.first { counts[$0] > 0 && !isAbove(scatters[$0], times: counts[$0]) }
      if low == nil {
        return try model.covariances(of: scatters, counts: counts, previous: previous)
      }
    } else {
      let found = try model.covariances(of: scatters, counts: counts, previous: previous)
      let differing = model.sharesCovariance ? found.indices.prefix(1) : found.indices
      low = differing.first { counts[$0] > 0 && !isAbove(found[$0], times: 1) }
      if low == nil { return found }
    }
    if let refusal, let low { throw refusal(low) }
    return try model.covariances(
      of: scatters.map(inUnits), counts: counts, previous: previous.map(inUnits), atLeast: relative
    ).map(fromUnits)
  }

  private func isAbove(_ scatter: Scatter, times count: Double) -> Bool {
    scatter.exceeds(count * relative, times: total?.covariance, or: scale)
  }

  /// L⁻¹ΣL⁻ᵀ.
  private func inUnits(_ scatter: Scatter) -> Scatter {
    if let total { return Scatter(.full, of: total.factor.whitened(scatter)) }
    return scatter.rescaled { 1 / scale[$0].squareRoot() }
  }

  private func fromUnits(_ scatter: Scatter) -> Scatter {
    if let total { return Scatter(.full, of: scatter.congruent(total.lower)) }
    return scatter.rescaled { scale[$0].squareRoot() }
  }
}

extension CovarianceModel {
  /// The M step on scatters that are raised to the floor where singular ones won't do, else its
  /// covariances raised. Either is the maximum under the constraint where eigenvalues of all components
  /// are free, or all the same.
  func raisedCovariances(
    of scatters: [Scatter], counts: [Double], previous: [Scatter], atLeast floor: Double
  ) throws -> [Scatter] {
    guard needsDefiniteScatters else {
      return try covariances(of: scatters, counts: counts, previous: previous)
        .map { $0.raised(to: floor) }
    }
    let raised = zip(scatters, counts).map { $0.divided(by: $1).raised(to: floor).scaled(by: $1) }
    return try covariances(of: raised, counts: counts, previous: previous)
  }
}

extension Scatter {
  /// The covariance with eigenvalues below the floor raised to it.
  func raised(to floor: Double) -> Scatter {
    guard form == .full else {
      return Scatter(form, dimension: dimension, values: values.map { $0 >= floor ? $0 : floor })
    }
    guard !exceeds(floor, times: nil, or: Array(repeating: 1, count: dimension)) else {
      return self
    }
    let parts = PrincipalAxes(self)
    return Scatter(axes: parts.axes, variances: parts.variances.map { $0 >= floor ? $0 : floor })
  }

  /// Rows and columns multiplied by a factor each.
  func rescaled(by factor: (Int) -> Double) -> Scatter {
    var result = self
    guard form == .full else {
      for j in values.indices { result.values[j] *= factor(j) * factor(j) }
      return result
    }
    let factors = (0..<dimension).map(factor)
    var index = 0
    for a in 0..<dimension {
      for b in a..<dimension {
        result.values[index] *= factors[a] * factors[b]
        index += 1
      }
    }
    return result
  }
}
