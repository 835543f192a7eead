import Synchronization

/// How much longer a run of EM goes on, by how its gains shrink.
///
/// With gains that shrink by the factor a, what is left falls below half the tolerance after
/// ln(τ/2L)/ln a iterations, L what is left now (see ``AitkenStopping``).
struct RunForecast {
  private let tolerance: Double
  private let most: Int
  private let begin = monotonicSeconds()
  private var first: Int?
  private var iteration = 0
  /// The last log-likelihoods.
  private var latest: [Double] = []

  init(tolerance: Double, most: Int) { (self.tolerance, self.most) = (tolerance, most) }

  mutating func note(_ iteration: Int, _ logLikelihood: Double) {
    first = first ?? iteration
    self.iteration = iteration
    latest = latest.suffix(2) + [logLikelihood]
  }

  /// The iterations that are left; `nil` where gains don't shrink yet.
  private var iterationsLeft: Double? {
    let rest = Double(max(0, most - iteration))
    guard tolerance > 0 else { return rest }
    guard latest.count == 3 else { return nil }
    let (earlier, later) = (latest[1] - latest[0], latest[2] - latest[1])
    guard later > 0, earlier > later else { return nil }
    let factor = later / earlier
    let left = later * factor / (1 - factor)
    guard left > tolerance / 2 else { return 0 }
    return min(rest, naturalLog(tolerance / 2 / left) / naturalLog(factor))
  }

  var share: Double? {
    guard let left = iterationsLeft, Double(iteration) + left > 0 else { return nil }
    return Double(iteration) / (Double(iteration) + left)
  }

  var secondsLeft: Double? {
    guard let first, iteration > first, let left = iterationsLeft else { return nil }
    return left * (monotonicSeconds() - begin) / Double(iteration - first)
  }
}

/// How far a search over many fits is, and how much longer it goes on: fits count by their numbers of
/// components.
///
/// What repairs take is not counted.
final class SearchClock: Sendable {
  private struct State {
    var fits = 0
    var work = 0
    /// Of fits that were there before the search began.
    var known = 0
  }

  private let begin = monotonicSeconds()
  private let fits: Int
  private let work: Int
  private let state = Mutex(State())

  /// - Parameters:
  ///   - components: The numbers of components of all fits.
  ///   - rounds: How often each is fitted, as cross-validation does.
  init(_ components: [Int], rounds: Int) {
    fits = components.count * rounds
    work = components.reduce(0, +) * rounds
  }

  /// Notes that a fit has ended.
  func note(components: Int, wasKnown: Bool) {
    state.withLock { state in
      state.fits += 1
      state.work += components
      if wasKnown { state.known += components }
    }
  }

  func tell(_ report: inout FitProgress) {
    let (state, seconds) = (state.withLock { $0 }, monotonicSeconds() - begin)
    report.fits = (min(state.fits, fits), fits)
    report.share = min(1, Double(state.work) / Double(max(1, work)))
    let done = state.work - state.known
    guard done > 0 else { return }
    report.secondsLeft = seconds * Double(max(0, work - state.work)) / Double(done)
  }
}
