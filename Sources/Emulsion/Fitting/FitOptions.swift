/// How a mixture is fitted. The names in error texts are those of the Lua API.
public struct FitOptions: Sendable {
  /// K.
  public var components = 1
  /// The family, with its options; ``Catalogue/family(named:)`` finds one by name.
  public var family: any FamilyDefinition = GaussianDefinition()
  /// Which parameters of the family are fixed or tied.
  public var constraints = ParameterConstraints()
  /// Whether all components have the same weight; ``constraints`` may fix them as `weights`.
  public var equalWeights = false
  /// A registered covariance model, for families that use one.
  public var covariance = "full"
  /// Whether there is a component of constant density over the region of the data, for rows that
  /// belong to no other; see ``Noise``.
  public var noise = false
  /// Where that lies, and of which density it is.
  public var noiseRegion = NoiseRegion.box
  /// The conjugate prior under which a fit is the mode of the posterior; `nil` for maximum likelihood.
  public var prior: ConjugatePrior?
  /// Whether rows of which some cells have no value (NaN) take part, by the likelihood of the others: what is
  /// missing must be missing at random.
  public var takesMissing = false
  /// The classes that some rows are known to belong to.
  public var labels: KnownLabels?
  /// How parameters follow from data.
  public var algorithm: any Algorithm = PlainEM()
  /// Where EM starts from.
  public var initializer: any Initializer = KMeansPlusPlus()
  /// Number of short runs, of which the best goes on.
  public var restarts = 10
  /// The key of all random numbers.
  public var seed: UInt64 = 0
  /// The most EM iterations; 0 evaluates the start.
  public var maximumIterations = 1000
  /// EM stops when less than this many nats in total are projected to be gained; 0 runs all.
  ///
  /// By default ``usualTolerance``, or ``toleranceByParameter`` for each free parameter where that is more: what
  /// is left of the way to the optimum is then below 1 % of the standard errors, as the root of their mean square.
  /// With I the information and Δ the remaining step, the gain that is left is ½ΔᵀIΔ; Δ of 1 % of the standard
  /// errors has ΔᵀIΔ = 10⁻⁴ for each of p parameters.
  public var tolerance: Double {
    get { givenTolerance ?? Self.usualTolerance }
    set { givenTolerance = newValue }
  }
  private var givenTolerance: Double?
  /// Nats in total.
  public static let usualTolerance = 0.01
  /// Nats a free parameter.
  public static let toleranceByParameter = 5e-5
  /// Smallest eigenvalue of a covariance, relative to the data's own scale; 0 makes collapse an
  /// error.
  public var covarianceFloor = 1e-8
  /// What is added to covariance diagonals, in squared units of the data.
  public var regularization = 0.0
  /// Whether components are left out of blocks of rows that they are too far from to matter: results
  /// agree to rounding, and separated components cost less.
  public var prunes = true
  /// The most threads; all cores where `nil`.
  public var threads: Int?
  /// The processes that share the rows; `nil` where this one works alone.
  var ranks: RankGroup?
  /// Told after every iteration.
  public var progress: ProgressHandler?
  /// Where the fit is kept as it goes, and taken up again.
  public var checkpoint: Checkpoint?
  /// Polled many times a second; true ends the fit with what was reached.
  public var isCancelled: @Sendable () -> Bool = { false }

  /// Whether EM maximises the log-likelihood itself, which then never falls.
  var ascends: Bool { regularization == 0 }
  /// Whether the log-likelihood is what is maximised, so that larger models reach no less of it than those nested
  /// in them.
  var maximizesLikelihood: Bool { algorithm.maximizesLikelihood && prior == nil }
  /// How it is searched for as one of many; `nil` for a fit that follows its starts.
  var search: BriefSearch?
  /// Whether what falls to the covariance floor ends a run; see ``FamilyContext/endsAtFloor``.
  var endsAtFloor = false
  /// The time of a search that it is one fit of.
  var clock: SearchClock?
  /// When it ends whatever it has come to; `nil` where it has all the time it needs.
  var timeLimit: TimeLimit?
  /// Where its runs are kept.
  var shelf: WorkShelf?
  /// Starts that are tried beside those that are drawn.
  var besides: [Start] = []
  /// Whether a given start is accelerated as others are; users count its iterations.
  var extrapolates = false
  /// The rows that families are defined by, prepared as those of the fit are, where these are a part of them.
  var population: (any DataSource)?

  /// Makes the default options.
  public init() {}

  /// Makes options that are the default ones but for those that are given.
  public init(
    components: Int, covariance: String? = nil, family: (any FamilyDefinition)? = nil,
    initializer: (any Initializer)? = nil, seed: UInt64? = nil, restarts: Int? = nil
  ) {
    self.components = components
    if let covariance { self.covariance = covariance }
    if let family { self.family = family }
    if let initializer { self.initializer = initializer }
    if let seed { self.seed = seed }
    if let restarts { self.restarts = restarts }
  }

  /// Ends the fit so many seconds from now with what was reached, as an interrupt does.
  ///
  /// - Throws: `invalid-option` for no number above 0.
  public mutating func end(after seconds: Double) throws {
    try requireOption(seconds > 0, "time_limit", "a number of seconds above 0", seconds)
    let (earlier, limit) = (isCancelled, TimeLimit(seconds: seconds))
    isCancelled = { earlier() || limit.isOver }
    timeLimit = limit
  }

  /// What work comes to.
  ///
  /// - Throws: What it throws; where the time limit left it without any result, an error that says so.
  func withinTime<Result>(_ work: () throws -> Result) throws -> Result {
    do {
      return try work()
    } catch let error as EmulsionError where error.code == .cancelled {
      throw timeLimit.flatMap { $0.isOver ? $0.exceeded : nil } ?? error
    }
  }

  func validate() throws {
    for option in Self.table { try option.check(self) }
    try prior?.validate()
    try checkpoint?.validate()
    if noise { try noiseRegion.validate() }
  }

  /// Where EM ends, given how many free parameters there are.
  package func stopping(parameters: Int) -> AitkenStopping {
    if let givenTolerance { return AitkenStopping(tolerance: givenTolerance) }
    func tolerance(_ byParameter: Double) -> Double {
      max(Self.usualTolerance, byParameter * Double(parameters))
    }
    return AitkenStopping(
      tolerance: tolerance(Self.toleranceByParameter),
      courseTolerance: tolerance(10 * Self.toleranceByParameter))
  }

  var execution: Execution {
    Execution(
      threads: threads ?? ranks?.transport.threads, ranks: ranks, isCancelled: isCancelled)
  }
}

extension FitOptions {
  /// The options of a fit to `data`, whose rows `ranks` share where there are enough: of fewer, each has all, since
  /// fits then go side by side.
  func sharing(_ data: any DataSource, _ ranks: (any RankTransport)?) -> FitOptions {
    var options = self
    guard let ranks, Chunks(rows: data.rows).count >= 2 * (threads ?? ranks.threads) else {
      return options
    }
    // What one rank decides alone, such as to stop, would part it from the others.
    let group = RankGroup(ranks, isCancelledHere: isCancelled)
    options.ranks = group
    options.isCancelled = { group.isCancelled }
    return options
  }

  /// Whether a part of the fit must stay on the thread that asked for it, as scripts must.
  var isConfinedToCaller: Bool {
    initializer.isConfinedToCaller || !(progress?.isConcurrent ?? true)
      || family.maximumConcurrency == 1
  }

  /// Whether several fits to `data` are spread over threads, rather than the chunks of each.
  ///
  /// Few chunks leave threads idle; what is confined to the caller's thread can't be spread.
  func spreadsFits(of data: any DataSource, over execution: Execution) -> Bool {
    !initializer.isConfinedToCaller && progress?.isConcurrent ?? true
      && family.maximumConcurrency >= execution.threads
      && Chunks(rows: data.rows).count < 2 * execution.threads
  }

  /// Tells the progress handler of the iterations of one run of EM.
  func reporter(
    _ label: String, restart: Int? = nil, offset: Int = 0
  ) -> (_ iteration: Int, _ logLikelihood: Double, _ share: Double) throws -> Void {
    guard let progress else { return { _, _, _ in } }
    let starts = initializer.isGiven ? 1 : search?.count ?? restarts
    var forecast = RunForecast(tolerance: tolerance, most: maximumIterations)
    return { iteration, logLikelihood, share in
      forecast.note(iteration, logLikelihood)
      var report = FitProgress(
        components: components, covariance: label, restart: restart,
        iteration: offset + iteration, logLikelihood: logLikelihood, evaluatedShare: share)
      report.starts = starts
      if let clock {
        clock.tell(&report)
      } else if restart == nil {
        (report.share, report.secondsLeft) = (forecast.share, forecast.secondsLeft)
      }
      try progress.report(report)
    }
  }
}

/// Where a fit stands.
public struct FitProgress: Sendable {
  /// K.
  public var components: Int
  /// The covariance model.
  public var covariance: String
  /// The restart, from 0; `nil` once the best goes on.
  public var restart: Int?
  /// Iterations of this run of EM.
  public var iteration: Int
  /// Its log-likelihood, nats.
  public var logLikelihood: Double
  /// The share of the N × K joint densities that was evaluated: 1 unless components were left out.
  public var evaluatedShare: Double
  /// The number of starts.
  public var starts = 1
  /// How many fits of a grid have ended, and how many there are; `nil` of a fit by itself.
  public var fits: (ended: Int, all: Int)?
  /// How much of the work is done, from 0 to 1: of the grid, or of the run that goes on to convergence; `nil` where
  /// that does not show yet.
  public var share: Double?
  /// How many seconds it is expected to go on, by what the work so far has taken; `nil` where that does not show
  /// yet.
  public var secondsLeft: Double?
}

/// Something that wants to know how a fit goes.
public struct ProgressHandler: Sendable {
  /// Whether it may be called from several threads; if not, only the one that called `fit` does.
  public let isConcurrent: Bool
  /// Called after every iteration; an error that it throws ends the fit.
  public let report: @Sendable (FitProgress) throws -> Void

  /// Makes a handler.
  public init(isConcurrent: Bool, _ report: @escaping @Sendable (FitProgress) throws -> Void) {
    self.isConcurrent = isConcurrent
    self.report = report
  }
}
