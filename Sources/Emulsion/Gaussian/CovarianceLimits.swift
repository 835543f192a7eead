/// What keeps covariances away from singularity: a floor on eigenvalues and a term on the diagonal.
struct CovarianceLimits: Sendable, Hashable, Codable {
  /// Smallest eigenvalue of a covariance that is measured in units of `scale`; 0 for none.
  var floor: Double
  /// The data's own variance of each column, in the frame; 0 for a constant column.
  var scale: [Double]
  /// What is added to each diagonal element, in the frame.
  var regularization: [Double]

  var isRegularized: Bool { regularization.contains { $0 > 0 } }

  /// The covariance with the regularization added, raised to the floor, and whether it had to be.
  func apply(to covariance: Scatter) -> (covariance: Scatter, isFloored: Bool) {
    raise(regularize(covariance))
  }

  /// Adds the regularization to the diagonal.
  private func regularize(_ covariance: Scatter) -> Scatter {
    guard isRegularized else { return covariance }
    var result = covariance
    for j in 0..<(covariance.form == .spherical ? 1 : covariance.dimension) {
      result.values[result.diagonalIndex(j)] += regularization[j]
    }
    return result
  }

  /// Raises eigenvalues below the floor to it, and says whether any was.
  private func raise(_ covariance: Scatter) -> (covariance: Scatter, isFloored: Bool) {
    guard floor > 0 else { return (covariance, false) }
    return covariance.form == .full ? raiseFull(covariance) : raiseDiagonal(covariance)
  }

  private func raiseDiagonal(_ covariance: Scatter) -> (covariance: Scatter, isFloored: Bool) {
    var result = covariance
    var touched = false
    for j in 0..<result.values.count where !(result.values[j] >= floor * scale[j]) {
      result.values[j] = floor * scale[j]
      touched = true
    }
    return (result, touched)
  }

  private func raiseFull(_ covariance: Scatter) -> (covariance: Scatter, isFloored: Bool) {
    let d = covariance.dimension
    // A constant column has no scale; regularization alone makes its variance.
    let units = (0..<d).map { scale[$0] > 0 ? scale[$0] : max(covariance.variance($0), 1e-300) }
      .map { $0.squareRoot() }
    var relative = covariance.matrix
    for a in 0..<d { for b in 0..<d { relative[a, b] /= units[a] * units[b] } }
    var shifted = relative.values
    for a in 0..<d { shifted[a * d + a] -= floor }
    if LinearAlgebra.factorise(&shifted, order: d) { return (covariance, false) }
    guard let (values, vectors) = LinearAlgebra.eigen(relative) else {
      return (covariance, true)
    }
    var raised = Scatter(axes: vectors, variances: values.map { max($0, floor) })
    for a in 0..<d {
      for b in a..<d { raised.values[Scatter.packed(a, b, d)] *= units[a] * units[b] }
    }
    return (raised, true)
  }
}
