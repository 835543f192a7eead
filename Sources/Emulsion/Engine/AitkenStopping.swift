/// Stops when little is left to be gained, as Aitken's acceleration projects it.
///
/// With gains that shrink by the factor a, the limit lies δ·a/(1−a) above where the log-likelihood
/// stands, δ the last gain (Böhning et al. 1994; McNicholas et al. 2010). Gains are taken over the
/// shortest stretch of iterations on which their shrinking stands out from rounding, so that slow
/// convergence is not mistaken for arrival.
struct AitkenStopping: Sendable {
  /// Nats in total; 0 never stops.
  var tolerance: Double

  /// The longest stretch that gains are taken over.
  private static let longestStretch = 256

  /// The log-likelihood that the trace is heading for; `nil` where it does not tell yet.
  static func limit(of trace: some RandomAccessCollection<Double>) -> Double? {
    let values = trace.suffix(2 * longestStretch + 1).reversed() as [Double]
    guard let last = values.first, values.count >= 3 else { return nil }
    let rounding = 4 * last.ulp
    var stretch = 1
    var widest = 1
    while 2 * stretch < values.count && stretch <= longestStretch {
      let later = last - values[stretch]
      let earlier = values[stretch] - values[2 * stretch]
      if earlier - later >= 32 * rounding {
        guard later > rounding else { return later >= -rounding ? last : nil }
        let factor = later / earlier
        return last + later * factor / (1 - factor)
      }
      // Gains that still grow say nothing of the limit.
      if later - earlier >= 32 * rounding { return nil }
      widest = stretch
      stretch *= 2
    }
    return abs(last - values[widest]) < 32 * rounding ? last : nil
  }

  /// Whether the trace has come within the tolerance of its limit, twice in a row.
  func isSatisfied(by trace: ArraySlice<Double>) -> Bool {
    guard tolerance > 0 else { return false }
    return isNear(trace) && isNear(trace.dropLast())
  }

  private func isNear(_ trace: ArraySlice<Double>) -> Bool {
    guard let last = trace.last else { return false }
    if let limit = Self.limit(of: trace) { return limit - last < tolerance }
    // With a floor or regularization the gain may turn negative; a small loss ends it as well.
    guard let previous = trace.dropLast().last else { return false }
    let loss = previous - last
    return loss > 128 * last.ulp && loss < tolerance
  }
}
