import Emulsion
import EmulsionData
import LuaBridge

/// A call of `em.fit` or `em.select`, as far as its options say.
struct FitRequest: TabledRequest {
  var options = FitOptions()
  /// What `em.select` tries, and how it chooses.
  var grid = SelectionOptions()
  /// Whether a journal or checkpoint of other data is gone on with.
  var force = false
  var data = DataRequest()
  var progress: LuaValue = .nil
  /// The data that a call has among its options.
  var given = LuaValue.nil
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
    let described: [LuaOption<FitRequest>] = [
      LuaOption(
        "family", FitOptions().family.name.inQuotes,
        "a family's name, a Family with options, a list of these (a product), or a table by column",
        names: NameKind.family
      ) {
        $1.options.family = try $1.familyReader.family($0)
        $1.grid.families = [$1.options.family]
      },
      LuaOption(
        "covariance", FitOptions().covariance.inQuotes,
        "\"full\", \"diagonal\", \"spherical\", \"tied\" or three letters",
        names: NameKind.covariance
      ) { $1.options.covariance = try $0.text("covariance") },
    ]
    // The number of components comes first.
    let tabled = self.tabled(.fit)
    return OptionList(
      options: tabled.prefix(1) + described + tabled.dropFirst() + own + kept)
  }

  /// The options of `em.select`.
  static var select: OptionList {
    let standard = SelectionOptions()
    let (counts, families) = (standard.components, standard.families.map(\.name.inQuotes))
    let searched: [LuaOption<FitRequest>] = [
      LuaOption(
        "components", "em.range(\(counts[0]), \(counts[counts.count - 1]))",
        "a list of numbers of components"
      ) { $1.grid.components = try $0.counts("components") },
      LuaOption(
        "families", "{\(families.joined(separator: ", "))}", "a list of families",
        names: NameKind.family
      ) { $1.grid.families = try $1.familyReader.families($0) },
      LuaOption("family", families[0], "one family", names: NameKind.family) {
        $1.grid.families = [try $1.familyReader.family($0)]
      },
      LuaOption(
        "covariance", standard.covariances[0].inQuotes, "a list of covariance models, or \"all\"",
        names: NameKind.covariance
      ) {
        $1.grid.covariances = try $0.texts("covariance")
        if $1.grid.covariances.isEmpty { throw $0.mustBe("covariance", "a list that has elements") }
      },
      LuaOption(
        "journal", "none",
        "a file that every finished fit is added to; the search goes on from those that are there"
      ) { $1.grid.journal = try $0.path("journal") },
    ]
    let tabled = SelectionOptions.table.map { LuaOption<FitRequest>($0, in: \.grid) }
    return OptionList(options: searched + tabled + self.tabled(.select) + own + kept)
  }

  /// The options of `model:resume`.
  static var resume: OptionList {
    let names = ["weights", "errors", "progress"]
    let data = LuaOption<FitRequest>(
      "data", "those of the fit", "what to go on with; a loaded model needs them"
    ) { $1.given = $0 }
    return OptionList(options: [data] + tabled(.resume) + own.filter { names.contains($0.name) })
  }

  /// Those of the core's table, with the values that scripts have for some beside names.
  private static func tabled(_ scope: OptionScopes) -> [LuaOption<FitRequest>] {
    FitOptions.table.filter { $0.scopes.contains(scope) }.map { spec in
      switch spec.name {
      case "initializer":
        LuaOption(
          spec,
          or:
            "a table of labels, responsibilities, means or parameters, or function(data, k, random)"
        ) {
          $1.options.initializer = try InitializerReader(
            catalogue: $1.catalogue, context: $1.context
          ).initializer($0)
        }
      case "algorithm":
        LuaOption(spec, or: "or one with options, as em.sem makes it") {
          $1.options.algorithm = try $0.algorithm($1.catalogue)
        }
      default: LuaOption(spec, in: \.options)
      }
    }
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

  private static var own: [LuaOption<FitRequest>] {
    [
      LuaOption(
        "tied", "none", "names of parameters that all components share, or of numbers of them"
      ) {
        $1.options.constraints.tied = try $0.tiedNames()
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
      LuaOption("progress", "on a terminal", "true, false, or a function(info) called as it goes") {
        switch $0 {
        case .boolean, .function: $1.progress = $0
        default: throw $0.mustBe("progress", "true, false or a function")
        }
      }
    ]
  }
}

extension FitRequest {
  /// Throws where `force` has nothing that it is about.
  func checkForce() throws {
    guard !force || grid.journal != nil || options.checkpoint != nil else {
      throw EmulsionError(.invalidOption, "force: it goes with a journal or a checkpoint")
    }
  }

  /// The data to fit.
  mutating func source(_ value: LuaValue) throws -> any DataSource {
    try checkForce()
    try addCovariates()
    let source = try data.source(value, for: grid.families)
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
