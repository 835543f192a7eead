/// How far a component has moved from one iteration to the next, by what that does to distances.
///
/// With q(x) = √(2(peakₖ − ln p(x|k))) before and q′(x) after, for every x
/// least·q(x) − shift ≤ q′(x) ≤ greatest·q(x) + shift.
public struct DensityDrift: Sendable, Hashable {
  /// What distances shrink to at least, ≥ 0.
  public let least: Double
  /// What distances grow to at most.
  public let greatest: Double
  /// What is taken off or added besides, ≥ 0.
  public let shift: Double

  /// Makes a drift.
  public init(least: Double, greatest: Double, shift: Double) {
    self.least = least
    self.greatest = greatest
    self.shift = shift
  }
}
