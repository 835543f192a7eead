/// A covariance made ready for use: inverse factor, precision and log-determinant.
struct CovarianceFactor: Sendable {
  let form: ScatterForm
  let dimension: Int
  /// L⁻¹, d × d row-major; none of the other forms.
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
    let (form, d) = (covariance.form, covariance.dimension)
    let variances = covariance.values.span
    let used = form == .spherical ? 1 : d
    for j in 0..<used {
      let variance = variances[form.diagonalIndex(j, d)]
      guard variance > 0 && variance.isFinite else { return nil }
    }
    guard form == .full else {
      var precision: [Double] = []
      precision.reserveCapacity(used)
      var logDeterminant = 0.0
      for j in 0..<used {
        let deviation = variances[j].squareRoot()
        precision.append((1 / deviation) * (1 / deviation))
        logDeterminant += 2 * naturalLog(deviation)
      }
      self.precision = precision
      inverse = []
      self.logDeterminant = form == .spherical ? Double(d) * logDeterminant : logDeterminant
      smallestPivot = 1
      return
    }
    // R, then L, then L⁻¹, then that of Σ.
    var factor = [Double].zeros(d * d)
    var (smallest, logDeterminant) = (1.0, 0.0)
    let isDefinite = withScratch(d) { deviations in
      for a in 0..<d { deviations[a] = variances[form.diagonalIndex(a, d)].squareRoot() }
      var elements = factor.mutableSpan
      var index = 0
      for a in 0..<d {
        for b in a..<d {
          elements[b * d + a] = variances[index] / (deviations[a] * deviations[b])
          index += 1
        }
      }
      guard LinearAlgebra.factorise(&factor, order: d) else { return false }
      for a in 0..<d {
        let root = factor[a * d + a]
        smallest = min(smallest, root * root)
        logDeterminant += 2 * naturalLog(deviations[a] * root)
      }
      LinearAlgebra.invertLower(&factor, order: d)
      elements = factor.mutableSpan
      for a in 0..<d {
        for b in 0...a { elements[a * d + b] /= deviations[b] }
      }
      return true
    }
    guard isDefinite else { return nil }
    (smallestPivot, self.logDeterminant) = (smallest, logDeterminant)
    inverse = factor
    precision = Self.precision(factor.span, order: d)
  }

  /// L⁻ᵀL⁻¹, its upper triangle packed.
  private static func precision(_ inverse: Span<Double>, order d: Int) -> [Double] {
    .triangle(of: d) { a, b in
      var sum = 0.0
      for q in b..<d { sum += inverse[q * d + a] * inverse[q * d + b] }
      return sum
    }
  }
}

extension CovarianceFactor {
  /// The eigenvalues of Σ⁻¹S, Σ the factorised covariance and S another of its form; `nil` where they
  /// can't be told. O(d³) for the full form.
  func ratios(of covariance: Scatter) -> [Double]? {
    guard form == .full else { return zip(precision, covariance.values).map { $0 * $1 } }
    return LinearAlgebra.eigenvalues(whitened(covariance))
  }

  /// L⁻¹SL⁻ᵀ, both of the full form. O(d³), of which a triangle spares more than half.
  func whitened(_ covariance: Scatter) -> Matrix {
    let d = dimension
    let other = covariance.matrix
    var left = Matrix(rows: d, columns: d)
    var result = Matrix(rows: d, columns: d)
    let (inverse, source) = (inverse.span, other.values.span)
    var product = left.values.mutableSpan
    for a in 0..<d {
      for q in 0...a {
        let factor = inverse[a * d + q]
        for b in 0..<d { product[a * d + b] += factor * source[q * d + b] }
      }
    }
    for a in 0..<d {
      for b in 0...a {
        var sum = 0.0
        for q in 0...b { sum += product[a * d + q] * inverse[b * d + q] }
        (result[a, b], result[b, a]) = (sum, sum)
      }
    }
    return result
  }
}
