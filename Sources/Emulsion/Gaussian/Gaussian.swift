/// A Gaussian component in the coordinates of its family's frame.
public struct Gaussian: MixtureComponent {
  /// The mean, d numbers.
  let mean: [Double]
  /// The covariance.
  let covariance: Scatter
  /// Whether the covariance was raised to the floor.
  let isFloored: Bool
  /// The covariance factorised, once for all that evaluates the component; `nil` where it is not
  /// positive definite.
  let factor: CovarianceFactor?

  private enum CodingKeys: String, CodingKey {
    case mean
    case covariance
    case isFloored
  }

  init(mean: [Double], covariance: Scatter, isFloored: Bool = false) {
    self.mean = mean
    self.covariance = covariance
    self.isFloored = isFloored
    factor = CovarianceFactor(covariance)
  }

  /// A component of the same covariance elsewhere.
  func moved(to mean: [Double]) -> Gaussian { Gaussian(self, mean: mean) }

  private init(_ other: Gaussian, mean: [Double]) {
    self.mean = mean
    (covariance, isFloored, factor) = (other.covariance, other.isFloored, other.factor)
  }

  /// Reads the parameters alone: the family checks that they fit before it factorises them.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    mean = try container.decode([Double].self, forKey: .mean)
    covariance = try container.decode(Scatter.self, forKey: .covariance)
    isFloored = try container.decode(Bool.self, forKey: .isFloored)
    factor = nil
  }
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
