import Emulsion

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The Gaussian components that a plot draws over data.
public struct PlotComponents: Sendable {
  /// Their weights; K values that sum to 1, or to what noise leaves of it.
  public let weights: [Double]
  /// Their means; K × D.
  public let means: Matrix
  /// Their covariances; K matrices of D × D.
  public let covariances: [Matrix]
  /// Noise beside them, which adds its constant density to their sum; over D columns.
  public let noise: Noise?

  /// Makes the components.
  ///
  /// - Throws: `invalid-data` where the shapes do not fit each other.
  public init(weights: [Double], means: Matrix, covariances: [Matrix], noise: Noise? = nil) throws {
    guard weights.count == means.rows, covariances.count == means.rows,
      covariances.allSatisfy({ $0.rows == means.columns && $0.columns == means.columns }),
      noise.map({ $0.region.ranges.count == means.columns }) ?? true
    else {
      throw EmulsionError(
        .invalidData,
        "\(weights.count.counted("weight")), \(means.rows) × \(means.columns) means and "
          + "\(covariances.count) covariances do not describe the same components")
    }
    self.weights = weights
    self.means = means
    self.covariances = covariances
    self.noise = noise
  }

  /// Number of components, K.
  public var count: Int { weights.count }

  /// The ellipse of component `k` in columns `x` and `y`.
  package func ellipse(_ k: Int, _ x: Int, _ y: Int, share: Double = 0.95) -> Ellipse {
    let covariance = covariances[k]
    return Ellipse(
      mean: (means[k, x], means[k, y]),
      covariance: (covariance[x, x], covariance[x, y], covariance[y, y]), share: share)
  }

  /// The density of component `k` in column `j` at `value`, times its weight; 0 where it
  /// has no variance, and so no density.
  func density(_ k: Int, column j: Int, at value: Double) -> Double {
    let deviation = max(covariances[k][j, j], 0).squareRoot()
    guard deviation > 0 else { return 0 }
    let z = (value - means[k, j]) / deviation
    return weights[k] * exp(-z * z / 2) / (deviation * (2 * Double.pi).squareRoot())
  }
}

extension Noise {
  /// The density in column `j` at `value`, times the weight of noise.
  func density(column j: Int, at value: Double) -> Double {
    guard case .some(let range) = region.ranges[j], range.spans(value) else { return 0 }
    return weight * exponential(-range.logVolume)
  }

  /// Whether a number lies where noise does in column `j`.
  func spans(_ value: Double, column j: Int) -> Bool { region.ranges[j]?.spans(value) ?? true }
}

/// eˣ.
func exponential(_ x: Double) -> Double { exp(x) }
/// ln x.
func logarithm(_ x: Double) -> Double { log(x) }
/// x to base 10.
func decimalLogarithm(_ x: Double) -> Double { log10(x) }

extension UniformRange {
  /// Whether a number lies between the limits.
  func spans(_ value: Double) -> Bool {
    switch self {
    case .interval(let lower, let upper): (lower...upper).contains(value)
    case .whole(let lower, let upper): (lower - 0.5...upper + 0.5).contains(value)
    case .levels(let levels): levels.contains(value)
    }
  }
}
