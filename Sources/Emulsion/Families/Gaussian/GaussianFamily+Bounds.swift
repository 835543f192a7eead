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
      let variances = components.map { variance($0, scaledColumn: j) }.sorted()
      return variances[variances.count / 2].squareRoot() / scales[j]
    }
  }

  /// The variance of column j in the frame, before the frame's map.
  private func variance(_ component: Gaussian, scaledColumn j: Int) -> Double {
    guard let map = frame.map else { return component.covariance.variance(j) }
    var sum = 0.0
    for a in 0...j {
      for b in 0...a {
        let value = component.covariance.values[Scatter.packed(b, a, dimension)]
        sum += (a == b ? 1 : 2) * map[j, a] * map[j, b] * value
      }
    }
    return sum
  }

  /// λmax of the precision with row and column j multiplied by `factors[j]`.
  private func largestEigenvalue(_ factor: CovarianceFactor, _ factors: [Double]) -> Double? {
    let d = dimension
    guard form == .full else {
      return (0..<d).map {
        factor.precision[form == .spherical ? 0 : $0] * factors[$0] * factors[$0]
      }.max()
    }
    if let map = frame.map {
      // The precision is MᵀM with M = L⁻¹C⁻¹; λmax is that of D·MᵀM·D.
      var scaled = Matrix(rows: d, columns: d)
      for j in 0..<d { scaled[j, j] = factors[j] }
      let root = Matrix(rows: d, columns: d, values: factor.inverse)
        .timesLower(map.solvedLower(scaled))
      return LinearAlgebra.eigenvalues(root.timesTransposed)?.last
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
    var ratios: [Double]?
    if form == .full {
      let relative = factor.whitened(covariance)
      let norm = relative.distanceFromIdentity
      if norm < Self.smallChange { return 1 - norm...1 + norm }
      ratios = LinearAlgebra.eigenvalues(relative)
    } else {
      ratios = factor.ratios(of: covariance)
    }
    guard let least = ratios?.min(), let most = ratios?.max() else { return nil }
    return least...most
  }

  /// Changes below which their Frobenius norm is as good a bound as eigenvalues.
  private static let smallChange = 0.02
}

extension CovarianceFactor {
  /// |L⁻¹v|, the Mahalanobis length of a vector.
  func length(of vector: [Double]) -> Double {
    var sum = 0.0
    for a in vector.indices {
      guard form == .full else {
        sum += precision[form.diagonalIndex(a, dimension)] * vector[a] * vector[a]
        continue
      }
      var element = 0.0
      for b in 0...a { element += inverse[a * dimension + b] * vector[b] }
      sum += element * element
    }
    return sum.squareRoot()
  }
}

extension Matrix {
  /// The Frobenius norm of what is left without the identity.
  fileprivate var distanceFromIdentity: Double {
    var sum = 0.0
    for a in 0..<rows {
      for b in 0..<columns {
        let element = self[a, b] - (a == b ? 1 : 0)
        sum += element * element
      }
    }
    return sum.squareRoot()
  }
}
