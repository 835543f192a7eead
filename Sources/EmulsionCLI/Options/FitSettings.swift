import ArgumentParser
import Emulsion
import EmulsionData
import EmulsionLua

/// How to fit: the options of `em.fit` that one fit and a selection share.
struct FitSettings: ParsableArguments {
  @Option(help: ArgumentHelp("A column of row weights, real and ≥ 0.", valueName: "column"))
  var weights: String?

  @Option(
    help: ArgumentHelp(
      "A column of known classes; rows without one are of a class to be found.",
      valueName: "column"))
  var labels: String?

  @Option(
    help: ArgumentHelp(
      "Columns of standard deviations of known errors of measurement, by column: x=x_error,y=y_error.",
      valueName: "column=column,…"))
  var errors: [ErrorColumns] = []

  @Option(
    help: ArgumentHelp(
      "\(Catalogue.command.familyNames.joined(separator: ", ")); \(FitOptions().family.name) by default.",
      valueName: "name"))
  var family: String?

  @Option(
    help: ArgumentHelp(
      "Regress a column on others in every component, as in \"y ~ x + lev\": the family regression.",
      valueName: "formula"))
  var formula: String?

  @Option(
    help: ArgumentHelp(
      "How the response is distributed: gaussian, poisson, binomial, gamma, negative_binomial or multinomial.",
      valueName: "name"))
  var distribution: String?

  @Option(help: ArgumentHelp("The column of numbers of trials (binomial).", valueName: "column"))
  var trials: String?

  @Option(
    help: ArgumentHelp("What is added to the linear predictor: log(t).", valueName: "arithmetic"))
  var offset: String?

  @Option(
    help: ArgumentHelp(
      "The column that says which rows share one component (regression).", valueName: "column"))
  var group: String?

  @Option(
    help: ArgumentHelp(
      "Covariates that mixing weights depend on, for any family: \"~ w + v\".", valueName: "formula"
    ))
  var concomitant: String?

  @OptionGroup private var tabled: OptionFlags<FlagsOfFits>

  @Flag(help: "Add a component of constant density, for rows that belong to no other.")
  var noise = false

  @Option(
    help: ArgumentHelp(
      "Where the noise lies: box, or principal (mclust's hypvol).", valueName: "name"))
  var noiseRegion: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The density of the noise.", valueName: "value"))
  var noiseDensity: Double?

  @Flag(help: "Fit the mode of the posterior under mclust's conjugate prior.")
  var prior = false

  @Option(
    help: ArgumentHelp("Parameters that all components share.", valueName: "name,name"))
  var tied: [NameList] = []

  @Option(
    help: ArgumentHelp(
      "A parameter that keeps a value, as in rate=2, or components.1.rate=0 of one component; may be given again.",
      valueName: "name=value"))
  var fixed: [FixedParameter] = []

  @Option(
    help: ArgumentHelp(
      "Keep it in this file as it goes, and take it up from there.", valueName: "file"),
    completion: .file())
  var checkpoint: String?

  @Flag(help: "Go on with what was kept of other data.")
  var force = false

  @Flag(inversion: .prefixedNo, help: "Whether to tell how it goes (default: on a terminal).")
  var progress: Bool?

  @OptionGroup var plugins: PluginOptions

  /// Throws where `--force` has nothing that it is about.
  func checkForce(journal: String? = nil) throws {
    guard !force || journal != nil || checkpoint != nil else {
      throw UsageError(description: "--force goes with --journal or --checkpoint")
    }
  }

  /// The family asked for: by its name, or a regression by its formula and what goes with it.
  ///
  /// - Throws: ``UsageError`` for options that don't go together, `invalid-option` for what the family refuses.
  func definition(in catalogue: Catalogue) throws -> any FamilyDefinition {
    let others = [
      ("distribution", distribution), ("trials", trials), ("offset", offset), ("group", group),
    ].compactMap { name, value in value.map { (name, $0) } }
    guard let formula else {
      if let (name, _) = others.first {
        throw UsageError(description: "--\(name) goes with --formula, as in --formula \"y ~ x\"")
      }
      let definition = try catalogue.family(named: family ?? FitOptions().family.name)
      if let option = definition.options.first(where: \.isNeeded) {
        throw UsageError(
          description:
            "the family \(definition.name) needs a \(option.name), as in --\(option.name) \(option.summary)"
        )
      }
      return definition
    }
    guard family.map({ $0 == "regression" }) ?? true else {
      throw UsageError(
        description: "--formula goes with the family regression, not with --family \(family ?? "")")
    }
    var values = ["formula": OptionValue.text(formula)]
    for (name, value) in others { values[name] = .text(value) }
    return try catalogue.family(named: "regression").configured(with: values)
  }

  private func errorColumns() throws -> [String: String] {
    try errors.reduce(into: [:]) { names, more in
      for (column, own) in more.names {
        guard names.updateValue(own, forKey: column) == nil else {
          throw UsageError(description: "--errors \(column): given twice")
        }
      }
    }
  }

  private func setNoise(_ options: inout FitOptions) throws {
    guard noiseRegion == nil || noiseDensity == nil else {
      throw UsageError(description: "--noise-region and --noise-density don't go together")
    }
    options.noise = noise || noiseRegion != nil || noiseDensity != nil
    if let noiseRegion { options.noiseRegion = try NoiseRegion(named: noiseRegion) }
    if let noiseDensity { options.noiseRegion = .density(noiseDensity) }
  }

  private func constraints() throws -> ParameterConstraints {
    var constraints = ParameterConstraints()
    constraints.tied = Set(tied.flatMap(\.names))
    for parameter in fixed {
      if let (k, name) = parameter.component {
        guard
          constraints.components[k, default: [:]].updateValue(parameter.value, forKey: name) == nil
        else { throw UsageError(description: "--fixed \(parameter.name): given twice") }
        continue
      }
      guard constraints.fixed.updateValue(parameter.value, forKey: parameter.name) == nil else {
        throw UsageError(description: "--fixed \(parameter.name): given twice")
      }
    }
    return constraints
  }

  /// Runs `body` with these settings and the data that the family reads; Ctrl-C ends its fits, and progress
  /// is told meanwhile.
  func run<Result>(
    on data: DataOptions, _ body: (Catalogue, any DataSource, FitOptions) throws -> Result
  ) throws -> Result {
    let catalogue = try plugins.catalogue()
    var options = FitOptions()
    options.family = try definition(in: catalogue)
    var data = data
    if let concomitant {
      options.family = try catalogue.concomitant(
        concomitant, of: [options.family], columns: data.columns?.names)[0]
      if let chosen = data.columns?.names {
        data.columns = options.family.requiredColumns.map { required in
          NameList(chosen + required.filter { !chosen.contains($0) })
        }
      }
    }
    let (source, known) = try data.source(
      for: [options.family], weights: weights, labels: labels, errors: errorColumns())
    options.labels = known
    options.takesMissing = data.missingRows == .likelihood
    try setNoise(&options)
    if prior { options.prior = ConjugatePrior() }
    options.constraints = try constraints()
    options.checkpoint = checkpoint.map { Checkpoint($0) }
    options.checkpoint?.acceptsOtherData = force
    options.isCancelled = { Interrupts.isRaised }
    try tabled.apply(to: &options, catalogue)
    Interrupts.listen()
    if progress ?? true { options.progress = ProgressLine.handler(isForced: progress ?? false) }
    defer { if progress ?? true { ProgressLine.clear() } }
    return try body(catalogue, source, options)
  }
}
