/// A Gaussian component in the coordinates of its family's frame.
public struct Gaussian: MixtureComponent, Hashable {
  /// The mean, d numbers.
  var mean: [Double]
  /// The covariance.
  var covariance: Scatter
  /// Whether the covariance was raised to the floor.
  var isFloored = false
}

/// L⁻¹ and constants of one component, for rows measured from its own mean.
struct TriangularForm: CentredLogDensity {
  let factor: CovarianceFactor
  /// −½(d ln 2π + ln |Σ|) + ln |∂z/∂x|.
  let constant: Double

  func add(features: borrowing LaneMatrix, rows: Int, to lanes: inout MutableSpan<Double>) {
    features.addTriangularQuadratic(factor.inverseMatrix, rows: rows, constant, to: &lanes)
  }
}

extension CovarianceFactor {
  /// L⁻¹ as a full triangular matrix, whatever the form.
  var inverseMatrix: [Double] {
    guard form != .full else { return inverse }
    var matrix = [Double](repeating: 0, count: dimension * dimension)
    for j in 0..<dimension {
      matrix[j * dimension + j] = inverse[form == .spherical ? 0 : j]
    }
    return matrix
  }
}
