/// A Gaussian component in the coordinates of its family's frame.
public struct Gaussian: MixtureComponent {
  /// The mean, d numbers.
  let mean: [Double]
  /// The covariance.
  let covariance: Scatter
  /// The covariance factorised, once for all that evaluates the component; `nil` where it is not
  /// positive definite.
  let factor: CovarianceFactor?
  /// κ = tᵀ|P|t with t = |μ − c| + 3σ, c the frame's origin: it bounds the terms that the natural form
  /// about c adds up. ∞ where there is no factor.
  let cancellation: Double

  private enum CodingKeys: String, CodingKey {
    case mean
    case covariance
    case isFloored
  }

  init(mean: [Double], covariance: Scatter) {
    self.init(mean: mean, covariance: covariance, factor: CovarianceFactor(covariance))
  }

  private init(mean: [Double], covariance: Scatter, factor: CovarianceFactor?) {
    self.mean = mean
    self.covariance = covariance
    self.factor = factor
    cancellation = factor?.cancellation(from: mean, covariance) ?? .infinity
  }

  /// A component of the same covariance elsewhere.
  func moved(to mean: [Double]) -> Gaussian {
    Gaussian(mean: mean, covariance: covariance, factor: factor)
  }

  /// Reads the parameters alone: the family checks that they fit before it factorises them.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      mean: try container.decode([Double].self, forKey: .mean),
      covariance: try container.decode(Scatter.self, forKey: .covariance), factor: nil)
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

extension CovarianceFactor {
  /// κ of a component; see ``Gaussian/cancellation``. O(d²).
  fileprivate func cancellation(from mean: [Double], _ covariance: Scatter) -> Double {
    let d = mean.count
    let (mean, variances, precision) = (mean.span, covariance.values.span, precision.span)
    return withScratch(d) { extents in
      for a in 0..<d {
        extents[a] = abs(mean[a]) + 3 * variances[form.diagonalIndex(a, d)].squareRoot()
      }
      var sum = 0.0
      for a in 0..<d {
        let diagonal = form.diagonalIndex(a, d)
        sum += precision[diagonal] * extents[a] * extents[a]
        guard form == .full else { continue }
        for b in a + 1..<max(d, a + 1) {
          sum += 2 * abs(precision[diagonal + b - a]) * extents[a] * extents[b]
        }
      }
      return sum
    }
  }
}

/// L⁻¹ and constants of one component with a full covariance, for rows measured from its own mean.
struct TriangularForm: CenteredLogDensity {
  let factor: CovarianceFactor
  /// −½(d ln 2π + ln |Σ|) + ln |∂z/∂x|.
  let constant: Double

  func add(features: borrowing LaneMatrix, rows: Int, to lanes: inout MutableSpan<Double>) {
    features.addTriangularQuadratic(factor.inverse, rows: rows, constant, to: &lanes)
  }
}
