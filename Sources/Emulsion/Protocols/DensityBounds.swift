/// How far the log-densities of a mixture's components can change within a ball.
///
/// With q(x) = √(2(peakₖ − ln p(x|k))), component k has |q(x) − q(y)| ≤ steepnessₖ·|x − y|. Where −ln p
/// is convex that holds with steepness² the largest curvature of −ln p; for a Gaussian, the largest
/// eigenvalue of the precision.
public struct DensityBounds: Sendable {
  /// The units in which distances are measured, one a column, > 0.
  public internal(set) var units: [Double]
  /// The largest ln p(x|k) of each component, nats.
  public let peaks: [Double]
  /// The steepness of each component, > 0, in one over `units`.
  public let steepness: [Double]

  /// Makes bounds of K components.
  public init(units: [Double], peaks: [Double], steepness: [Double]) {
    precondition(peaks.count == steepness.count, "one peak and one steepness a component")
    self.units = units
    self.peaks = peaks
    self.steepness = steepness
  }
}
