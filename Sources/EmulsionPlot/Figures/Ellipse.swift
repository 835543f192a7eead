import Emulsion

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The outline of the region that holds a given share of a bivariate Gaussian.
package struct Ellipse {
  /// Points of the outline, the last equal to the first.
  package let points: [[Double]]

  /// The outline μ + √q·L·(cos t, sin t) with L Lᵀ = Σ and q = −2 ln(1 − share), the quantile of
  /// the χ² distribution with two degrees of freedom.
  ///
  /// - Parameters:
  ///   - mean: The mean (x, y).
  ///   - covariance: Variance of x, covariance, variance of y.
  ///   - share: The probability inside.
  ///   - count: Number of points but the last.
  package init(
    mean: (x: Double, y: Double), covariance: (xx: Double, xy: Double, yy: Double),
    share: Double = 0.95, count: Int = 96
  ) {
    let radius = (-2 * log1p(-share)).squareRoot()
    let l11 = max(covariance.xx, 0).squareRoot()
    let l21 = l11 > 0 ? covariance.xy / l11 : 0
    let l22 = max(covariance.yy - l21 * l21, 0).squareRoot()
    points = (0...count).map { i in
      let angle = 2 * Double.pi * Double(i % count) / Double(count)
      let (u, v) = (radius * cos(angle), radius * sin(angle))
      return [mean.x + l11 * u, mean.y + l21 * u + l22 * v]
    }
  }
}
