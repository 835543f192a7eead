/// Bisection, for functions whose slope tells nothing.
public enum Bisection {
  /// Where a falling function becomes 0 between `low`, where it is above, and `high`, where it is not; to about 1e-14.
  public static func root(
    from low: Double, to high: Double, ofFalling function: (Double) -> Double
  ) -> Double {
    var (low, high) = (low, high)
    while high - low > 1e-14 * max(1, abs(low)) {
      let middle = 0.5 * (low + high)
      if middle <= low || middle >= high { break }
      if function(middle) > 0 { low = middle } else { high = middle }
    }
    return 0.5 * (low + high)
  }
}
