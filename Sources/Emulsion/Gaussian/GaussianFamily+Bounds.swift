extension GaussianFamily {
  /// q is the Mahalanobis distance, so steepness is √λmax of the precision.
  ///
  /// The components' typical standard deviations are the units where none are given, so that columns
  /// count alike. O(K·d³).
  public func densityBounds(of components: [Gaussian], in units: [Double]?) -> DensityBounds? {
    let scales = frame.scales
    let units = units ?? typicalDeviations(components, scales)
    let factors = zip(units, scales).map { $0 * $1 }
    var (peaks, steepness): ([Double], [Double]) = ([], [])
    for component in components {
      guard let factor = component.factor, let largest = largestEigenvalue(factor, factors) else {
        return nil
      }
      peaks.append(constant(factor))
      steepness.append((largest * (1 + 1e-9)).squareRoot())
    }
    return DensityBounds(units: units, peaks: peaks, steepness: steepness)
  }

  /// The median over components of each column's standard deviation, in the units of the data.
  private func typicalDeviations(_ components: [Gaussian], _ scales: [Double]) -> [Double] {
    (0..<dimension).map { j in
      let variances = components.map { $0.covariance.variance(j) }.sorted()
      return variances[variances.count / 2].squareRoot() / scales[j]
    }
  }

  /// λmax of the precision with row and column j multiplied by `factors[j]`.
  private func largestEigenvalue(_ factor: CovarianceFactor, _ factors: [Double]) -> Double? {
    let d = dimension
    guard form == .full else {
      return (0..<d).map {
        factor.precision[form == .spherical ? 0 : $0] * factors[$0] * factors[$0]
      }.max()
    }
    var matrix = Matrix(rows: d, columns: d)
    for a in 0..<d {
      for b in a..<d {
        let value = factor.precision[Scatter.packed(a, b, d)] * factors[a] * factors[b]
        (matrix[a, b], matrix[b, a]) = (value, value)
      }
    }
    return LinearAlgebra.eigenvalues(matrix)?.last
  }
}

extension GaussianFamily {
  /// With Σ = LLᵀ and A = L⁻¹Σ′L⁻ᵀ, λ its eigenvalues: distances about one mean change by factors from
  /// 1/√λmax to 1/√λmin, and those about another mean by at most |μ′ − μ| besides, by the triangle
  /// inequality under Σ′. O(K·d³).
  public func drift(from previous: [Gaussian], to components: [Gaussian]) -> [DensityDrift]? {
    var drift: [DensityDrift] = []
    for (before, after) in zip(previous, components) {
      guard let old = before.factor, let new = after.factor,
        let eigenvalues = relativeEigenvalues(of: after.covariance, to: old)
      else { return nil }
      let step = zip(after.mean, before.mean).map { $0 - $1 }
      drift.append(
        DensityDrift(
          least: (1 - 1e-9) / eigenvalues.upperBound.squareRoot(),
          greatest: (1 + 1e-9) / max(0, eigenvalues.lowerBound).squareRoot(),
          shift: new.length(of: step) * (1 + 1e-9)))
    }
    return drift
  }

  /// An interval that holds the eigenvalues of a covariance in units of another.
  private func relativeEigenvalues(of covariance: Scatter, to factor: CovarianceFactor)
    -> ClosedRange<Double>?
  {
    let d = dimension
    guard form == .full else {
      let ratios = factor.precision.indices.map { factor.precision[$0] * covariance.values[$0] }
      return ratios.min().flatMap { least in ratios.max().map { least...$0 } }
    }
    let relative = factor.whitened(covariance)
    var change = 0.0
    for a in 0..<d {
      for b in 0..<d {
        let element = relative[a, b] - (a == b ? 1 : 0)
        change += element * element
      }
    }
    let norm = change.squareRoot()
    if norm < Self.smallChange { return 1 - norm...1 + norm }
    return LinearAlgebra.eigenvalues(relative).flatMap { values in
      values.first.flatMap { first in values.last.map { first...$0 } }
    }
  }

  /// Changes below which their Frobenius norm is as good a bound as eigenvalues.
  private static let smallChange = 0.02
}

extension CovarianceFactor {
  /// |L⁻¹v|, the Mahalanobis length of a vector.
  func length(of vector: [Double]) -> Double {
    var sum = 0.0
    for a in vector.indices {
      var element = 0.0
      switch form {
      case .spherical: element = inverse[0] * vector[a]
      case .diagonal: element = inverse[a] * vector[a]
      case .full: for b in 0...a { element += inverse[a * dimension + b] * vector[b] }
      }
      sum += element * element
    }
    return sum.squareRoot()
  }

  /// L⁻¹ΣL⁻ᵀ of another covariance, both full. O(d³).
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
