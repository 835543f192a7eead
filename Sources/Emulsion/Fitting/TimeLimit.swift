/// The moment at which a fit ends with what it has come to.
struct TimeLimit: Sendable {
  let seconds: Double
  private let end: ContinuousClock.Instant

  /// So many seconds from now.
  init(seconds: Double) {
    self.seconds = seconds
    end = ContinuousClock().now + .seconds(min(seconds, 1e9))
  }

  /// Whether the time is over.
  var isOver: Bool { ContinuousClock().now >= end }

  /// What is told where nothing was reached before.
  var exceeded: EmulsionError {
    EmulsionError(
      .cancelled,
      "time_limit: \(seconds.brief) s were over before anything was reached; allow more")
  }
}
