import Emulsion
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// One line on standard error that tells how a fit goes, drawn over itself ten times a second.
final class ProgressLine: Sendable {
  private struct State {
    var next: Double
    var isDrawn = false
    var isOver = false
  }

  private let state: Mutex<State>
  private let restarts: Int

  /// Begins; the first line comes after a moment, so that quick fits show none.
  init(restarts: Int) {
    self.restarts = restarts
    state = Mutex(State(next: ProgressLine.now() + 0.3))
  }

  /// The handler for a fit.
  var handler: ProgressHandler {
    ProgressHandler(isConcurrent: true) { [self] in draw($0) }
  }

  /// Takes the line away.
  func finish() {
    state.withLock { state in
      if state.isDrawn { Console.writeError("\r\u{1B}[K") }
      state.isOver = true
    }
  }

  private func draw(_ progress: FitProgress) {
    state.withLock { state in
      let now = ProgressLine.now()
      guard now >= state.next && !state.isOver else { return }
      state.next = now + 0.1
      state.isDrawn = true
      Console.writeError("\r\(text(progress).clipped(to: Console.width - 1))\u{1B}[K")
    }
  }

  private func text(_ progress: FitProgress) -> String {
    let components = "\(progress.components) component\(progress.components == 1 ? "" : "s")"
    let start = progress.restart.map { ", start \($0 + 1) of \(restarts)" } ?? ""
    return "\(components), \(progress.covariance)\(start), iteration \(progress.iteration), "
      + "log-likelihood \(progress.logLikelihood.formatted(decimals: 2))"
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
