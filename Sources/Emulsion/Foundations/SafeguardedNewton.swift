/// Newton's method in one dimension that can not run away.
public enum SafeguardedNewton {
  /// The root of a function that is ≥ 0 at the lower and ≤ 0 at the upper end of `bracket`; that end
  /// where it does not change its sign.
  ///
  /// Steps of Newton's, bisections where these leave the bracket or shrink too slowly (Press,
  /// Teukolsky, Vetterling & Flannery 2007, section 9.4); to a few units in the last place.
  public static func root(
    in bracket: ClosedRange<Double>, from start: Double,
    _ function: (Double) -> (value: Double, slope: Double)
  ) -> Double {
    var (low, high) = (bracket.lowerBound, bracket.upperBound)
    guard function(low).value > 0 else { return low }
    guard function(high).value < 0 else { return high }
    var x = start > low && start < high ? start : low + (high - low) / 2
    var step = high - low
    for _ in 0..<200 {
      let (value, slope) = function(x)
      if value == 0 { return x }
      if value > 0 { low = x } else { high = x }
      let newton = x - value / slope
      let before = step
      let next =
        newton > low && newton < high && 2 * abs(newton - x) < before
        ? newton : low + (high - low) / 2
      step = abs(next - x)
      x = next
      if step <= 4 * x.ulp || high - low <= 4 * x.ulp { break }
    }
    return x
  }
}
