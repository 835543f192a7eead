/// Stops when little is left to be gained, as Aitken's acceleration projects it.
///
/// With gains δₜ = ℓₜ − ℓₜ₋₁ that shrink by the factor a = δₜ/δₜ₋₁, the limit lies δₜ·a/(1−a) above
/// ℓₜ (Böhning et al. 1994; McNicholas et al. 2010). Gains below the rounding of ℓ end it too.
struct AitkenStopping: Sendable {
  /// Nats in total; 0 never stops.
  var tolerance: Double

  /// The log-likelihood that the trace is heading for; the last one where no projection holds.
  static func limit(of trace: [Double]) -> Double? {
    guard trace.count >= 3 else { return nil }
    let (l0, l1, l2) = (trace[trace.count - 3], trace[trace.count - 2], trace[trace.count - 1])
    let (earlier, later) = (l1 - l0, l2 - l1)
    guard abs(later) > rounding(of: l2) else { return l2 }
    guard earlier > 0, later > 0, later < earlier else { return nil }
    let factor = later / earlier
    return l2 + later * factor / (1 - factor)
  }

  /// Whether the trace has come within the tolerance of its limit, twice in a row.
  func isSatisfied(by trace: [Double]) -> Bool {
    guard tolerance > 0 else { return false }
    return isNear(trace) && isNear(trace.dropLast())
  }

  private func isNear(_ trace: some Collection<Double>) -> Bool {
    let recent = Array(trace.suffix(3))
    guard let last = recent.last, let limit = Self.limit(of: recent) else {
      // With a floor or regularization the gain may turn negative; a small loss ends it as well.
      return recent.count >= 2 && isSmallLoss(recent)
    }
    return limit - last < tolerance
  }

  private func isSmallLoss(_ recent: [Double]) -> Bool {
    let gain = recent[recent.count - 1] - recent[recent.count - 2]
    return gain <= 0 && -gain < tolerance
  }

  private static func rounding(of value: Double) -> Double { 16 * value.ulp }
}
