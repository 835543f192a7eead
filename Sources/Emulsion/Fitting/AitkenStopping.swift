/// Stops when little is left to be gained, as Aitken's acceleration projects it.
///
/// With gains that shrink by the factor a, the limit lies δ·a/(1−a) above where the log-likelihood
/// stands, δ the last gain (Böhning et al. 1994; McNicholas et al. 2010). Gains are taken over the
/// shortest stretch of iterations on which their shrinking stands out from rounding, so that slow
/// convergence is not mistaken for arrival.
///
/// Where a itself still tends to 1, as on the way to a border of the parameters or past a plateau, the
/// projection is short: of gains like 1/t² by half. So half the tolerance is to be left, and that
/// not at once but throughout the last tenth of the iterations.
package struct AitkenStopping: Sendable {
  /// Nats in total; 0 never stops.
  package var tolerance: Double
  /// The same of where a course of jumps projects to, whose own lengths tell what is left nearby: on a plateau they say
  /// too little, and the projection sees further. Not asked where infinite.
  package var courseTolerance: Double

  package init(tolerance: Double, courseTolerance: Double? = nil) {
    self.tolerance = tolerance
    self.courseTolerance = courseTolerance ?? tolerance
  }

  /// The longest stretch that gains are taken over.
  private static let longestStretch = 256

  /// The log-likelihood that the trace is heading for; `nil` where it does not tell yet.
  static func limit(of trace: ArraySlice<Double>) -> Double? {
    guard let last = trace.last, trace.count >= 3 else { return nil }
    /// The log-likelihood some iterations before the last.
    func before(_ iterations: Int) -> Double { trace[trace.endIndex - 1 - iterations] }
    let rounding = 4 * last.ulp
    var stretch = 1
    var widest = 1
    while 2 * stretch < trace.count && stretch <= longestStretch {
      let later = last - before(stretch)
      let earlier = before(stretch) - before(2 * stretch)
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
    return abs(last - before(widest)) < 32 * rounding ? last : nil
  }

  /// Whether the trace has been within the tolerance of its limit for a while.
  func isSatisfied(by trace: ArraySlice<Double>) -> Bool {
    guard tolerance > 0 else { return false }
    let held = max(1, trace.count / 10)
    return [0, 1, (held + 1) / 2, held].allSatisfy { isNear(trace.dropLast($0)) }
  }

  /// Whether jumps, the next of which would bring `rest`, have led within the tolerances of their limit.
  ///
  /// - Parameter course: Where each jump came to.
  func isSatisfied(byJumps course: [Double], rest: Double) -> Bool {
    guard rest < tolerance, courseTolerance < .infinity else { return rest < tolerance }
    let last = course.suffix(2)
    if let before = last.first, let now = last.last, last.count == 2,
      abs(now - before) < courseTolerance / 10
    {
      return true
    }
    return AitkenStopping(tolerance: courseTolerance).isSatisfied(by: course[...])
  }

  private func isNear(_ trace: ArraySlice<Double>) -> Bool {
    guard let last = trace.last else { return false }
    if let limit = Self.limit(of: trace) { return limit - last < tolerance / 2 }
    // Where gains don't shrink, what they bring in as many iterations again tells. With a floor or
    // regularization they may turn negative; a small loss ends it as well.
    guard let previous = trace.dropLast().last else { return false }
    let gain = last - previous
    return gain < -128 * last.ulp
      ? gain > -tolerance : trace.count >= 10 && gain * Double(trace.count) < tolerance / 10
  }
}
