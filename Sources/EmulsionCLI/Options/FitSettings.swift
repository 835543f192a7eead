import ArgumentParser
import Emulsion
import EmulsionLua

/// How to fit: the options of `em.fit` that one fit and a selection share.
struct FitSettings: ParsableArguments {
  @Option(help: ArgumentHelp("A column of row weights, real and ≥ 0.", valueName: "column"))
  var weights: String?

  @Option(
    help: ArgumentHelp(
      "\(Catalogue.command.familyNames.joined(separator: ", ")).", valueName: "name"))
  var family: String = FitOptions().family.name

  @Option(help: ArgumentHelp("What all random numbers are keyed by.", valueName: "number"))
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("Short runs, of which the best goes on.", valueName: "count"))
  var restarts: Int = FitOptions().restarts

  @Option(help: ArgumentHelp("k-means++, k-means or random.", valueName: "name"))
  var initializer: String = FitOptions().initializer.name

  @Option(
    help: ArgumentHelp(
      "\(Catalogue.command.algorithmNames.joined(separator: ", ")).", valueName: "name"))
  var algorithm: String = FitOptions().algorithm.name

  @Option(
    help: ArgumentHelp(
      "Stop when less than this many nats are still to be gained.", valueName: "nats"))
  var tolerance: Double = FitOptions().tolerance

  @Option(help: ArgumentHelp("The most EM iterations.", valueName: "count"))
  var maxIterations: Int = FitOptions().maximumIterations

  @Option(
    help: ArgumentHelp(
      "The smallest eigenvalue of a covariance, relative to the data's scale.", valueName: "ratio"))
  var covarianceFloor: Double = FitOptions().covarianceFloor

  @Option(help: ArgumentHelp("What is added to covariance diagonals.", valueName: "value"))
  var regularization: Double = FitOptions().regularization

  @Flag(help: "Add a component of constant density, for rows that belong to no other.")
  var noise = false

  @Option(
    help: ArgumentHelp("Parameters that all components share.", valueName: "name,name"))
  var tied: NameList?

  @Option(
    help: ArgumentHelp(
      "A parameter that keeps a value, as in rate=2; may be given again.", valueName: "name=value"))
  var fixed: [FixedParameter] = []

  @Option(help: ArgumentHelp("The most threads (default: all cores).", valueName: "count"))
  var threads: Int?

  @Flag(inversion: .prefixedNo, help: "Whether to tell how it goes (default: on a terminal).")
  var progress: Bool?

  @OptionGroup var plugins: PluginOptions

  private func constraints() throws -> ParameterConstraints {
    var constraints = ParameterConstraints()
    constraints.tied = Set(tied?.names ?? [])
    for parameter in fixed {
      guard constraints.fixed.updateValue(parameter.value, forKey: parameter.name) == nil else {
        throw UsageError(description: "--fixed \(parameter.name): given twice")
      }
    }
    return constraints
  }

  /// Runs `body` with these settings; Ctrl-C ends its fits, and progress is told meanwhile.
  func run<Result>(_ body: (Catalogue, FitOptions) throws -> Result) throws -> Result {
    let catalogue = try plugins.catalogue()
    var options = FitOptions()
    options.family = try catalogue.family(named: family)
    options.seed = seed
    options.restarts = restarts
    options.initializer = try catalogue.initializer(named: initializer)
    options.algorithm = try catalogue.algorithm(named: algorithm)
    options.tolerance = tolerance
    options.maximumIterations = maxIterations
    options.covarianceFloor = covarianceFloor
    options.regularization = regularization
    options.noise = noise
    options.constraints = try constraints()
    options.threads = threads
    options.isCancelled = { Interrupts.isRaised }
    Interrupts.listen()
    if progress ?? true { options.progress = ProgressLine.handler(isForced: progress ?? false) }
    defer { if progress ?? true { ProgressLine.clear() } }
    return try body(catalogue, options)
  }
}
