/// A covariance made ready for use: inverse factor, precision and log-determinant.
struct CovarianceFactor: Sendable {
  let form: ScatterForm
  let dimension: Int
  /// L⁻¹, d × d row-major (full), or 1/σ (diagonal, one value for spherical).
  let inverse: [Double]
  /// Σ⁻¹ in the packing of `Scatter`.
  let precision: [Double]
  /// ln |Σ|.
  let logDeterminant: Double
  /// The smallest pivot of the correlation matrix's Cholesky factor, in (0, 1].
  let smallestPivot: Double

  /// Factorises a covariance; `nil` where it is not positive definite.
  ///
  /// The correlation matrix is what is factorised, so that columns of very different scale lose
  /// nothing: Σ = S·R·S with S the standard deviations, R = LLᵀ. O(d³) for the full form.
  init?(_ covariance: Scatter) {
    form = covariance.form
    dimension = covariance.dimension
    let d = dimension
    let deviations = (0..<d).map { covariance.variance($0).squareRoot() }
    guard deviations.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    guard form == .full else {
      let used = form == .spherical ? Array(deviations.prefix(1)) : deviations
      inverse = used.map { 1 / $0 }
      precision = inverse.map { $0 * $0 }
      logDeterminant = deviations.reduce(0) { $0 + 2 * naturalLog($1) }
      smallestPivot = 1
      return
    }
    var correlation = Matrix(rows: d, columns: d)
    for a in 0..<d {
      for b in a..<d {
        let value = covariance.values[Scatter.packed(a, b, d)] / (deviations[a] * deviations[b])
        correlation[a, b] = value
        correlation[b, a] = value
      }
    }
    guard let factor = LinearAlgebra.cholesky(correlation) else { return nil }
    let pivots = (0..<d).map { factor[$0, $0] * factor[$0, $0] }
    smallestPivot = pivots.min() ?? 1
    var inverse = LinearAlgebra.lowerInverse(factor)
    for a in 0..<d {
      for b in 0...a { inverse[a, b] /= deviations[b] }
    }
    logDeterminant = zip(deviations, pivots).reduce(0) {
      $0 + 2 * naturalLog($1.0) + naturalLog($1.1)
    }
    var precision: [Double] = []
    precision.reserveCapacity(d * (d + 1) / 2)
    for a in 0..<d {
      for b in a..<d {
        var sum = 0.0
        for q in b..<d { sum += inverse[q, a] * inverse[q, b] }
        precision.append(sum)
      }
    }
    self.inverse = inverse.values
    self.precision = precision
  }
}
