/// Aitken's acceleration of EM, in the space of its sums.
///
/// Near its limit EM moves along one slow direction, each step λ times the last; the log-likelihood's
/// gains then shrink by λ². Since statistics add up, S + β(S − S′) with β = λ/(1 − λ), S′ the sums one
/// iteration before, is what the M step would see at the limit (Louis 1982, section 5, does it to
/// parameters). What is reached that way counts only where the log-likelihood has not fallen.
///
/// Where passes are long, jumps don't wait for the slow direction to stand out: from three sums in a row,
/// S₀ + 2α(S₁ − S₀) + α²(S₂ − 2S₁ + S₀) with α = ‖S₁ − S₀‖ / ‖S₂ − 2S₁ + S₀‖ (SQUAREM; Varadhan & Roland 2008,
/// scheme S3). Lengths are those of the counts in units of their deviations, which every family has, and which
/// no map of the data changes.
struct Extrapolation<Statistics: SufficientStatistics>: Sendable, Codable {
  /// The fewest plain iterations between two jumps: they damp what a jump stirs up in the other directions.
  private static var fewestBetween: Int { 4 }
  private static var mostBetween: Int { 64 }

  /// Plain iterations before the next jump.
  private var between = Self.fewestBetween
  private var previous: Station?
  /// The evaluation before that.
  private var earlier: Station?
  /// What the last proposal was.
  private var proposed: Station?
  /// The last evaluation.
  private var last: Station?
  /// Whether jumps come after every second iteration.
  private let isEager: Bool
  /// What was left to be gained when the last jumps were proposed, nats: with gains that shrink by λ², the
  /// last gain times 1/(1 − λ²), about α/2.
  private var rests: [Double] = []
  /// The sums of the last evaluation.
  var latest: PassResult<Statistics>? { last?.sums }
  /// How many evaluations came one plain iteration after the other.
  private(set) var plain = 0
  /// Where the jumps have come to.
  private(set) var course: [Double] = []
  /// Evaluations since the last jump or the last one that failed.
  private var rested = 0
  /// α of the last proposal.
  private var step = 1.0
  /// Shorter steps gain nothing over the plain ones.
  private static var shortest: Double { 1.1 }
  /// The largest β, or α, that is trusted.
  private var reach = 4.0

  init(isEager: Bool = false) { self.isEager = isEager }

  /// Sums, and the components whose sums were measured from places of their own: they are not to be added to others.
  private struct Station: Sendable, Codable {
    var sums: PassResult<Statistics>
    var own: Set<Int>
  }

  /// The components that a proposal leaves where they are.
  var unmoved: Set<Int> {
    [earlier, previous, last].reduce(into: []) { $0.formUnion($1?.own ?? []) }
  }

  /// What is left to be gained, nats, as some jumps in a row tell; `nil` where they don't yet.
  var rest: Double? { rests.count == Self.tellingJumps ? rests.max() : nil }
  private static var tellingJumps: Int { 3 }

  /// Notes the sums of an evaluation, those of some components being measured from places of their `own`.
  mutating func note(_ sums: PassResult<Statistics>, own: Set<Int>) {
    // Moved on, not copied: of few rows that shows.
    swap(&earlier, &previous)
    swap(&previous, &last)
    last = Station(sums: sums, own: own)
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
    course.append((trace.last ?? 0) + gain)
    between =
      gain < 0.25 * Double(between) * plainGain
      ? min(Self.mostBetween, 2 * between) : Self.fewestBetween
    reach = 4 * (isEager ? step : reach)
    (earlier, previous, last) = (nil, nil, isEager ? proposed : nil)
    (plain, rested) = (0, 0)
  }

  /// The jump went too far.
  mutating func reject() {
    reach = isEager ? max(2, min(step, reach) / 4) : max(1, reach / 4)
    rested = 1
  }

  /// Sums further on, where the end of `trace` makes a jump worth a try.
  mutating func proposal(_ trace: [Double]) throws -> PassResult<Statistics>? {
    guard !isEager else { return try squared(trace) }
    guard rested > between, let previous, let last else { return nil }
    let heights = Array(trace.suffix(3))
    guard heights.count == 3 else { return nil }
    let (gain, later) = (heights[1] - heights[0], heights[2] - heights[1])
    guard later > 128 * heights[2].ulp, gain > later else { return nil }
    let factor = (later / gain).squareRoot()
    let step = min(reach, factor / (1 - factor))
    guard step >= 1 else { return nil }
    var (sums, back) = (last.sums, previous.sums)
    sums.scale(by: 1 + step)
    back.scale(by: -step)
    try sums.merge(back)
    return sums.keep(unmoved, of: last.sums) && sums.isPositive ? sums : nil
  }

  private mutating func squared(_ trace: [Double]) throws -> PassResult<Statistics>? {
    guard let earlier, let previous, let last, plain > 1, rested > 1 else { return nil }
    let length = length(earlier.sums.allCounts, previous.sums.allCounts, last.sums.allCounts)
    guard length.isFinite else { return nil }
    rests =
      rests.suffix(Self.tellingJumps - 1) + [
        (trace[trace.count - 1] - trace[trace.count - 2]) * max(1, length) / 2
      ]
    step = min(reach, length)
    return try combination()
  }

  /// Sums less far on than those that were proposed, where these lead nowhere; `nil` for no more.
  mutating func shorter() throws -> PassResult<Statistics>? {
    guard isEager else { return nil }
    step = (step + 1) / 2
    return try combination()
  }

  /// The sums of a jump of `step`, or of the longest shorter one that leaves all counts positive.
  private mutating func combination() throws -> PassResult<Statistics>? {
    guard let earlier, let previous, let last else { return nil }
    while step > Self.shortest {
      var (sums, middle, begin) = (last.sums, previous.sums, earlier.sums)
      sums.scale(by: step * step)
      middle.scale(by: 2 * step * (1 - step))
      begin.scale(by: (1 - step) * (1 - step))
      try sums.merge(middle)
      try sums.merge(begin)
      guard sums.keep(unmoved, of: last.sums) else { return nil }
      if sums.isPositive {
        proposed = Station(sums: sums, own: unmoved)
        return sums
      }
      step = (step + 1) / 2
    }
    return nil
  }

  /// α, by how far the counts moved in two iterations.
  private func length(_ a: [Double], _ b: [Double], _ c: [Double]) -> Double {
    var (first, second) = (0.0, 0.0)
    for k in c.indices where c[k] > 0 {
      let (r, v) = (b[k] - a[k], c[k] - 2 * b[k] + a[k])
      first += r * r / c[k]
      second += v * v / c[k]
    }
    return (first / second).squareRoot()
  }
}

extension PassResult {
  /// Takes over what others have of some components; false where it can't.
  fileprivate mutating func keep(_ components: Set<Int>, of other: PassResult) -> Bool {
    if components.isEmpty { return true }
    guard components.count < counts.count, statistics.replace(components, by: other.statistics)
    else { return false }
    for k in components { counts[k] = other.counts[k] }
    return true
  }
}
