import Emulsion
import EmulsionData
import LuaBridge

/// A call of `em.fit` or `em.select`, as far as its options say.
struct FitRequest {
  var options = FitOptions()
  /// What `em.select` tries; `em.fit` takes one of each.
  var componentCounts: [Int] = Array(1...9)
  var covariances = ["full"]
  var families: [any FamilyDefinition] = [GaussianDefinition()]
  var criterion = SelectionOptions().criterion
  var folds = SelectionOptions().folds
  /// The file of finished fits of `em.select`.
  var journal: String?
  /// Whether a journal or checkpoint of other data is gone on with.
  var force = false
  var data = DataRequest()
  var progress: LuaValue = .nil
  /// Covariates of the mixing weights.
  var concomitant: String?
  let catalogue: Catalogue
  let context: LuaContext

  init(_ catalogue: Catalogue, _ context: LuaContext) {
    self.catalogue = catalogue
    self.context = context
    let interrupt = context.interrupt
    options.isCancelled = { interrupt.isRaised }
    data.isCancelled = { interrupt.isRaised }
  }
}

extension OptionList where Target == FitRequest {
  /// The options of `em.fit`.
  static var fit: OptionList {
    OptionList(
      options: [
        LuaOption("components", "1", "the number of components K") {
          $1.options.components = try $0.wholeNumber("components")
        },
        LuaOption(
          "family", "\"gaussian\"",
          "a family's name, a Family with options, a list of these (a product), or a table by column",
          names: NameKind.family
        ) {
          $1.families = [try $1.familyReader.family($0)]
          $1.options.family = $1.families[0]
        },
        LuaOption(
          "covariance", "\"full\"",
          "\"full\", \"diagonal\", \"spherical\", \"tied\" or three letters",
          names: NameKind.covariance
        ) {
          $1.options.covariance = try $0.text("covariance")
        },
      ] + shared + kept)
  }

  /// The options of `em.select`.
  static var select: OptionList {
    OptionList(
      options: [
        LuaOption("components", "em.range(1, 9)", "a list of numbers of components") {
          $1.componentCounts = try $0.counts("components")
        },
        LuaOption("families", "{\"gaussian\"}", "a list of families", names: NameKind.family) {
          $1.families = try $1.familyReader.families($0)
        },
        LuaOption("family", "\"gaussian\"", "one family", names: NameKind.family) {
          $1.families = [try $1.familyReader.family($0)]
        },
        LuaOption(
          "covariance", "\"full\"", "a list of covariance models, or \"all\"",
          names: NameKind.covariance
        ) {
          $1.covariances = try $0.texts("covariance")
        },
        LuaOption(
          "criterion", "\"bic\"",
          "\"bic\", \"aic\", \"icl\", \"cv\", \"caic\", \"sabic\", \"clc\" or \"nec\"; smaller is better"
        ) { $1.criterion = try $1.catalogue.criterion(named: $0.text("criterion")) },
        LuaOption("folds", "10", "how many parts \"cv\" cuts the rows into") {
          $1.folds = try $0.wholeNumber("folds")
        },
        LuaOption(
          "journal", "none",
          "a file that every finished fit is added to; the search goes on from those that are there"
        ) { $1.journal = try $0.path("journal") },
      ] + shared + kept)
  }

  /// The options of `model:resume`.
  static var resume: OptionList {
    let names = [
      "algorithm", "max_iterations", "tolerance", "weights", "errors", "progress", "threads",
    ]
    return OptionList(options: shared.filter { names.contains($0.name) })
  }

  private static var kept: [LuaOption<FitRequest>] {
    [
      LuaOption(
        "checkpoint", "none",
        "a file that it is kept in as it goes, and taken up from; { path = …, seconds = 60 } says how often"
      ) { $1.options.checkpoint = try $0.checkpoint() },
      LuaOption("force", "false", "whether what was kept of other data is gone on with") {
        $1.force = try $0.truth("force")
      },
    ]
  }

  private static var shared: [LuaOption<FitRequest>] {
    [
      LuaOption(
        "initializer", "\"k-means++\"",
        "\"k-means++\", \"k-means\", \"random\", \"hierarchical\", a table of labels, "
          + "responsibilities, means or parameters, or function(data, k, random)"
      ) {
        $1.options.initializer = try InitializerReader(catalogue: $1.catalogue, context: $1.context)
          .initializer($0)
      },
      LuaOption(
        "algorithm", "\"em\"",
        "\"em\", \"cem\" (classification), \"sem\" (stochastic), \"annealing\", \"online\", \"variational\", or one with options"
      ) {
        $1.options.algorithm = try $0.algorithm($1.catalogue)
      },
      LuaOption("restarts", "10", "the number of short runs, of which the best goes on") {
        $1.options.restarts = try $0.wholeNumber("restarts")
      },
      LuaOption("seed", "0", "a whole number that all random numbers depend on") {
        $1.options.seed = UInt64(bitPattern: Int64(try $0.wholeNumber("seed")))
      },
      LuaOption("max_iterations", "1000", "the most EM iterations; 0 evaluates the start") {
        $1.options.maximumIterations = try $0.wholeNumber("max_iterations")
      },
      LuaOption("tolerance", "0.01", "stop when fewer nats are still to be gained; 0 never stops") {
        $1.options.tolerance = try $0.real("tolerance")
      },
      LuaOption("covariance_floor", "1e-8", "smallest relative eigenvalue of a covariance") {
        $1.options.covarianceFloor = try $0.real("covariance_floor")
      },
      LuaOption("regularization", "0", "added to covariance diagonals") {
        $1.options.regularization = try $0.real("regularization")
      },
      LuaOption(
        "tied", "none", "names of parameters that all components share, or of numbers of them"
      ) {
        $1.options.constraints.tied = try $0.tiedNames()
      },
      LuaOption("equal_weights", "false", "whether all components have the same weight") {
        $1.options.equalWeights = try $0.truth("equal_weights")
      },
      LuaOption(
        "fixed", "none",
        "parameters that keep a value, by name, or numbers of them; weights too; of single components in components = { [1] = { … } }"
      ) {
        let fixed = try $0.fixedParameters()
        $1.options.constraints.fixed = fixed.all
        $1.options.constraints.components = fixed.components
      },
      LuaOption(
        "noise", "false",
        "a uniform component for outliers: true, { region = \"box\" | \"principal\" } or { density = … }"
      ) { try $0.noise(&$1.options) },
      .concomitant,
      LuaOption(
        "prior", "none",
        "true, or a table of shrinkage, mean, degrees_of_freedom and scale, as em.prior makes it"
      ) { $1.options.prior = try $0.prior() },
      LuaOption(
        "labels", "none",
        "known classes: a column's name, a Vector or a list; unknown is NaN, \"\", false or missing"
      ) { $1.data.labels = try RowLabels($0) },
    ] + OptionList<DataRequest>.data.within(\.data) + [
      LuaOption("time_limit", "none", "seconds after which what was reached is the result") {
        try $1.options.end(after: $0.real("time_limit"))
      },
      LuaOption("progress", "on a terminal", "true, false, or a function(info) called as it goes") {
        switch $0 {
        case .boolean, .function: $1.progress = $0
        default: throw $0.mustBe("progress", "true, false or a function")
        }
      },
      LuaOption("threads", "all", "the most threads") {
        $1.options.threads = try $0.wholeNumber("threads")
      },
    ]
  }
}

extension FitRequest {
  /// Throws where `force` has nothing that it is about.
  func checkForce() throws {
    guard !force || journal != nil || options.checkpoint != nil else {
      throw EmulsionError(.invalidOption, "force: it goes with a journal or a checkpoint")
    }
  }

  /// The data to fit.
  mutating func source(_ value: LuaValue) throws -> any DataSource {
    try checkForce()
    try addCovariates()
    let source = try data.source(value, for: families)
    options.labels = data.known
    options.takesMissing = data.takesMissing
    return source
  }

  fileprivate var familyReader: FamilyReader { FamilyReader(catalogue: catalogue) }
}

extension LuaValue {
  /// A list of whole numbers; one number is a list of one.
  func counts(_ name: String) throws -> [Int] {
    if let value = integer { return [value] }
    guard let numbers = try numberList() else {
      throw mustBe(name, "a whole number or a list of them")
    }
    return try numbers.enumerated().map { position, number in
      guard let value = Int(exactly: number) else {
        throw EmulsionError(
          .invalidOption,
          "\(name): element \(position + 1) must be a whole number, not \(LuaValue.number(number).explanation)"
        )
      }
      return value
    }
  }
}

extension FitRequest {
  /// The options with their progress handler.
  ///
  /// A Lua function is called on the caller's thread alone.
  var optionsWithProgress: FitOptions {
    var result = options
    result.checkpoint?.acceptsOtherData = force
    switch progress {
    case .function(let function):
      let interrupt = context.interrupt
      result.progress = ProgressHandler(isConcurrent: false) { progress in
        // The fit hears an interrupt itself, and then keeps what it has reached.
        if interrupt.isRaised { return }
        do { try function.call(progress.record) } catch let error as LuaError
          where error.kind == .interrupted
        {}
      }
    case .boolean(false): result.progress = nil
    case .boolean(true): result.progress = ProgressLine.handler(isForced: true)
    default: result.progress = ProgressLine.handler(isForced: false)
    }
    return result
  }
}

extension FitProgress {
  fileprivate var record: LuaRecord {
    LuaRecord([
      ("components", components), ("covariance", covariance),
      ("restart", restart.map { $0 + 1 }), ("iteration", iteration), ("loglik", logLikelihood),
      ("starts", starts), ("fits_ended", fits?.ended), ("fits", fits?.all), ("share", share),
      ("seconds_left", secondsLeft),
    ])
  }
}
