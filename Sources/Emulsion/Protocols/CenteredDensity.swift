/// One column's density about a centre of its own, for parameters under which the terms of η·φ − A are
/// so large that their sum loses digits: counts about 10¹², numbers alike to 10⁻⁵.
///
/// Features are differences from the centre, which parameters set; sums of them, and log-densities near
/// the centre, then have all of their digits.
public protocol CenteredDensity: Sendable {
  /// Writes the features of every number about the centre, as many as the family has, into the rows of
  /// `features` from `row` on.
  func writeFeatures(of values: Span<Double>, into features: inout LaneMatrix, row: Int)
  /// Adds ln p to `lanes`, but for what ``UnivariateExponentialFamily/addCenteredBaseMeasure(of:to:)``
  /// adds.
  ///
  /// - Parameters:
  ///   - values: The numbers.
  ///   - features: Their features, in the rows from `row` on.
  func addLogDensity(
    of values: Span<Double>, features: borrowing LaneMatrix, row: Int,
    to lanes: inout MutableSpan<Double>)
  /// The parameters that maximise Σ γ ln p.
  ///
  /// - Parameters:
  ///   - sums: Σ γφ(x) about the centre.
  ///   - count: Σ γ, above 0.
  func estimate(sums: [Double], count: Double) -> [Double]
  /// Σ γ ln p at other parameters, nats, up to a constant, from sums about the centre.
  func logLikelihood(sums: [Double], count: Double, at parameters: [Double]) -> Double
}
