/// Aitken's acceleration of EM, in the space of its sums.
///
/// Near its limit EM moves along one slow direction, each step λ times the last; the log-likelihood's
/// gains then shrink by λ². Since statistics add up, S + β(S − S′) with β = λ/(1 − λ), S′ the sums one
/// iteration before, is what the M step would see at the limit (Louis 1982, section 5, does it to
/// parameters). What is reached that way counts only where the log-likelihood has not fallen.
struct Extrapolation<Statistics: SufficientStatistics>: Sendable, Codable {
  /// The fewest plain iterations between two jumps: they damp what a jump stirs up in the other directions.
  private static var fewestBetween: Int { 4 }
  private static var mostBetween: Int { 64 }

  /// Plain iterations before the next jump.
  private var between = Self.fewestBetween
  private var previous: PassResult<Statistics>?
  /// The sums of the last evaluation.
  private(set) var latest: PassResult<Statistics>?
  /// How many evaluations came one plain iteration after the other.
  private(set) var plain = 0
  /// Evaluations since the last jump or the last one that failed.
  private var rested = 0
  /// The largest β that is trusted.
  private var reach = 4.0

  /// Notes the sums of an evaluation.
  mutating func note(_ sums: PassResult<Statistics>) {
    (previous, latest) = (latest, sums)
    plain += 1
    rested += 1
  }

  /// The evaluation that is noted next is that of a jump, and good: the next may go further.
  ///
  /// What gained little against the plain iterations between jumps took what a former jump stirred
  /// up for the slow direction: it is left more time to settle, so that the slow direction shows.
  ///
  /// - Parameters:
  ///   - gain: What the jump brought, nats.
  ///   - trace: Log-likelihoods up to the jump.
  mutating func accept(gain: Double, after trace: [Double]) {
    let plainGain = trace.count > 1 ? trace[trace.count - 1] - trace[trace.count - 2] : 0
    between =
      gain < 0.25 * Double(between) * plainGain
      ? min(Self.mostBetween, 2 * between) : Self.fewestBetween
    reach *= 4
    (previous, latest, plain, rested) = (nil, nil, 0, 0)
  }

  /// The jump went too far.
  mutating func reject() {
    reach = max(1, reach / 4)
    rested = 1
  }

  /// Sums further on, where the end of `trace` makes a jump worth a try.
  func proposal(_ trace: [Double]) throws -> PassResult<Statistics>? {
    guard rested > between, let previous, let latest else { return nil }
    let last = Array(trace.suffix(3))
    guard last.count == 3 else { return nil }
    let (earlier, later) = (last[1] - last[0], last[2] - last[1])
    guard later > 128 * last[2].ulp, earlier > later else { return nil }
    let factor = (later / earlier).squareRoot()
    let step = min(reach, factor / (1 - factor))
    guard step >= 1 else { return nil }
    var (sums, back) = (latest, previous)
    sums.scale(by: 1 + step)
    back.scale(by: -step)
    try sums.merge(back)
    return sums.isPositive ? sums : nil
  }
}
