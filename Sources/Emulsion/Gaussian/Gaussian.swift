/// A Gaussian component in the coordinates of its family's frame.
public struct Gaussian: MixtureComponent {
  /// The mean, d numbers.
  let mean: [Double]
  /// The covariance.
  let covariance: Scatter
  /// The covariance factorised, once for all that evaluates the component; `nil` where it is not
  /// positive definite.
  let factor: CovarianceFactor?

  private enum CodingKeys: String, CodingKey {
    case mean
    case covariance
    case isFloored
  }

  init(mean: [Double], covariance: Scatter) {
    self.mean = mean
    self.covariance = covariance
    factor = CovarianceFactor(covariance)
  }

  /// A component of the same covariance elsewhere.
  func moved(to mean: [Double]) -> Gaussian { Gaussian(self, mean: mean) }

  private init(_ other: Gaussian, mean: [Double]) {
    self.mean = mean
    (covariance, factor) = (other.covariance, other.factor)
  }

  /// Reads the parameters alone: the family checks that they fit before it factorises them.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    mean = try container.decode([Double].self, forKey: .mean)
    covariance = try container.decode(Scatter.self, forKey: .covariance)
    factor = nil
  }

  /// Writes the parameters.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(mean, forKey: .mean)
    try container.encode(covariance, forKey: .covariance)
    // Libraries before 0.2 ask for it.
    try container.encode(false, forKey: .isFloored)
  }
}

/// L⁻¹ and constants of one component with a full covariance, for rows measured from its own mean.
struct TriangularForm: CentredLogDensity {
  let factor: CovarianceFactor
  /// −½(d ln 2π + ln |Σ|) + ln |∂z/∂x|.
  let constant: Double

  func add(features: borrowing LaneMatrix, rows: Int, to lanes: inout MutableSpan<Double>) {
    features.addTriangularQuadratic(factor.inverse, rows: rows, constant, to: &lanes)
  }
}
