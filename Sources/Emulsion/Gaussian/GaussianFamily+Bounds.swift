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
