/// Where a run of EM has come to.
struct EMRun<Family: ComponentFamily>: Sendable {
  /// The parameters that the last log-likelihood of the trace belongs to.
  var parameters: MixtureParameters<Family.Component>
  /// Log-likelihood at the start and after every iteration, nats.
  var trace: [Double] = []
  /// The same of what is maximised, where that is something else; else empty.
  var ownObjective: [Double] = []
  /// The restart that it belongs to, which random numbers are keyed by.
  let restart: Int
  /// Where an algorithm that averages has been.
  var visited: VisitedParameters<Family>?
  /// Moving averages of an algorithm that has such.
  var blended: BlendedSums<Family.Statistics>?
  /// Whether the stopping rule was met.
  var hasConverged = false
  /// Whether it was interrupted.
  var isCancelled = false
  /// The step that ended it because it led down; `nil` where every step led up.
  var refusal: RefusedStep?
  /// The sums under these parameters, and what they say of where to go.
  var extrapolation = Extrapolation<Family.Statistics>()

  /// Whether the parameters came from outside: they may be none that the family's M step makes, so
  /// that the first one may lead down.
  let isForeign: Bool

  init(
    from start: MixtureParameters<Family.Component>, isForeign: Bool = false, restart: Int = 0
  ) {
    (parameters, self.isForeign, self.restart) = (start, isForeign, restart)
  }

  var iterations: Int { max(0, trace.count - 1) }
  /// Nₖ under these parameters.
  var counts: [Double] { extrapolation.latest?.counts ?? [] }
  var logLikelihood: Double { trace.last ?? -.infinity }
  /// The objective, at the start and after every iteration.
  var objective: [Double] { ownObjective.isEmpty ? trace : ownObjective }
  /// Where that stands.
  var height: Double { objective.last ?? -.infinity }
  /// The end of the objective's course that has no jump in it.
  var smoothCourse: ArraySlice<Double> { objective.suffix(extrapolation.plain) }
  /// Whether what the last jump stirred up has settled: it has brought next to nothing, or half of the
  /// run came after it.
  func isSettled(_ tolerance: Double) -> Bool {
    let plain = extrapolation.plain
    return plain == trace.count || plain >= max(10, trace.count / 2)
      || height - objective[trace.count - plain - 1] < tolerance / 50
  }
  /// By how much the last step changed the log-likelihood, where something else is maximised: at the maximum of that
  /// the log-likelihood still has a slope, so that it settles later.
  var lastChange: Double { ownObjective.isEmpty || trace.count < 2 ? 0 : change }
  /// By how much the last step changed the log-likelihood.
  var change: Double {
    trace.count > 1 ? abs(trace[trace.count - 1] - trace[trace.count - 2]) : .infinity
  }
  /// Where the objective is heading.
  var projected: Double {
    AitkenStopping.limit(of: smoothCourse) ?? height + (extrapolation.rest ?? 0)
  }
  /// Whether little is left to be gained, as the jumps tell.
  func hasArrived(_ stopping: AitkenStopping) -> Bool {
    extrapolation.rest.map { stopping.isSatisfied(byJumps: extrapolation.course, rest: $0) }
      ?? false
  }
}

/// A step of EM that was not taken, since the log-likelihood would have fallen.
struct RefusedStep: Sendable, Hashable, Codable {
  /// Which iteration it would have been.
  var iteration: Int
  /// By how much the log-likelihood would have fallen, nats; NaN where it would be no number.
  var loss: Double
}

extension EMRun {
  /// - Parameter own: The components whose sums were measured from places of their own.
  mutating func note(
    _ sums: PassResult<Family.Statistics>, at parameters: MixtureParameters<Family.Component>,
    own: Set<Int>
  ) {
    self.parameters = parameters
    trace.append(sums.logLikelihood)
    if let objective = sums.objective { ownObjective.append(objective) }
    extrapolation.note(sums, own: own)
  }
}
