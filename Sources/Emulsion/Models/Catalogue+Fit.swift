extension Catalogue {
  /// Fits a mixture to data.
  ///
  /// - Throws: `invalid-option` naming the option, `invalid-data` naming row and column,
  ///   `degenerate` naming the columns or the component, `cancelled` where an interrupt came before
  ///   anything was reached.
  public func fit(_ data: any DataSource, _ options: FitOptions = FitOptions()) throws -> Model {
    try options.validate()
    return try options.withinTime {
      let data = try data.prepared(for: [options.family]).observed(options)
      let options = options.sharing(data, ranks)
      let work = try FitWork(data, options, catalogue: self)
      return try work.kept(options) { try work.settledFit($0, execution: options.execution) }
    }
  }

  func model(
    _ outcome: FitOutcome, data: any DataSource, summary: DataSummary, options: FitOptions,
    covariance: String?, seconds: Double
  ) -> Model {
    let notes = (summary.notes ?? []) + outcome.notes
    let report = FitReport(
      observations: data.recordCount, totalWeight: outcome.score.totalWeight,
      logLikelihood: outcome.score.logLikelihood, logMAP: outcome.score.logMAP,
      entropy: outcome.score.entropy,
      trace: outcome.trace,
      objective: outcome.objective.isEmpty ? nil : outcome.objective,
      hasConverged: outcome.hasConverged, isCancelled: outcome.isCancelled,
      problems: outcome.diagnoses.map { diagnosis in
        (diagnosis.component.map { "component \($0 + 1) " } ?? "") + diagnosis.problem
      }
        + (outcome.refusal.map { [$0.description(family: outcome.mixture.familyName)] } ?? []),
      seconds: seconds, evidence: outcome.evidence, notes: notes.isEmpty ? nil : notes)
    var model = Model(
      mixture: outcome.mixture, catalogue: self, family: outcome.mixture.familyName,
      covariance: covariance, columnNames: data.columnNames,
      levels: data.columnLevels.selecting(data.columnNames), report: report,
      manifest: options.manifest(summary))
    model.variational = outcome.posterior
    // By default it follows from the number of parameters.
    let stopping = options.stopping(parameters: outcome.mixture.freeParameters)
    model.manifest.options["tolerance"] = "\(stopping.tolerance)"
    if data.errors != nil { model.manifest.options["errors"] = "known" }
    if options.takesMissing { model.missing = MissingCounts(data.missing) }
    model.classes = options.labels?.classes ?? []
    return model
  }
}

extension DataSource {
  /// The columns that families read, with rows that share a component side by side.
  ///
  /// - Throws: `invalid-option` where families disagree about groups.
  func prepared(for families: [any FamilyDefinition]) throws -> any DataSource {
    let data = try selecting(families.requiredColumns)
    let groups = Set(families.map(\.groupColumn))
    guard groups.count <= 1 else {
      throw EmulsionError(
        .invalidOption, "families: they group rows differently, so that they can't be compared")
    }
    return try data.grouped(by: groups.first?.map { try data.columnNames.positions(of: [$0])[0] })
  }
}

/// Data that were checked and summarised once, for one fit or many.
struct FitWork: Sendable {
  let data: any DataSource
  let summary: DataSummary
  let catalogue: Catalogue
  private let distinct: Int
  private let sample: RepresentativeRows
  /// The distinct rows, where these are much fewer than the rows and stand for them.
  private let condensed: DistinctRows?
  private let starts = SharedStarts()

  /// Checks the data. `options` gives the execution and the largest K.
  init(_ data: any DataSource, _ options: FitOptions, catalogue: Catalogue, largest k: Int? = nil)
    throws
  {
    self.data = data
    self.catalogue = catalogue
    summary = try DataSummary(data, execution: options.execution)
    distinct = try distinctRows(of: data, upTo: k ?? options.components)
    guard options.initializer.needsSample else {
      (sample, condensed) = (RepresentativeRows(none: data.columns), nil)
      return
    }
    let sample = try RepresentativeRows(data, summary: summary, execution: options.execution)
    guard !sample.isComplete, options.seesRowsAlike, data.missing == nil, data.errors == nil,
      data.rowsPerBlock == 1,
      let condensed = try DistinctRows(data, sample: sample, options.execution)
    else {
      (self.sample, condensed) = (sample, nil)
      return
    }
    let isFew = condensed.rows <= RepresentativeRows.limit
    self.sample = isFew ? try RepresentativeRows(condensed) : sample
    self.condensed = condensed
  }

  /// Whether the rows are few enough that races see them all.
  var seesAllRows: Bool { sample.isComplete || data.rows <= RepresentativeRows.limit }

  /// Whether the rows are few enough that all starts of a fit can be followed.
  var canFollowAllStarts: Bool {
    sample.isComplete && sample.rows.rows <= RaceSchedule.fewRows
  }

  /// The sample that starts are drawn from, in standard deviations of each column.
  var standardizedSample: RepresentativeRows { sample.measured(in: units(perColumn: true)) }

  /// One fit; `data` and their summary are shared by all fits of a selection.
  func fit(_ options: FitOptions, execution: Execution) throws -> Model {
    let begin = monotonicSeconds()
    var options = options
    let definition = options.family
    let covariance = try catalogue.covarianceModel(named: options.covariance)
    try refuseTooManyComponents(options)
    try refuseUnfit(options)
    if let labels = options.labels {
      // Rows without any value are left out, and their labels with them.
      try labels.check(options, rows: data.missing == nil ? data.rows : data.recordCount)
      if !options.initializer.isGiven && !options.initializer.isConfinedToCaller {
        options.initializer = LabelledStart(labels, components: options.components)
      }
    }
    let context = FamilyContext(
      data: data, summary: summary, components: options.components, covariance: covariance,
      covarianceFloor: options.covarianceFloor, regularization: options.regularization,
      constraints: options.constraints.ofComponents, prior: options.prior, catalogue: catalogue,
      execution: execution, endsAtFloor: options.endsAtFloor, whole: options.population)
    let family = try options.algorithm.family(
      definition.constrainedFamily(in: context), in: context)
    try family.checkSupport(of: data, execution)
    try family.refuseUnobservable(data)
    let label = definition.usesCovariance ? covariance.name : nil
    let sample = sample.measured(
      in: units(
        perColumn: label == nil || covariance.form != .spherical, for: family.traits.concomitant),
      codes: (0..<min(data.columns, family.traits.dimension)).map(family.traits.holdsCodes))
    let noise = options.noise ? try noise(options.noiseRegion, beside: family, context) : nil
    let mixing = try MixingWeights(options)
    guard mixing == .free || !family.traits.mixesItself else {
      throw EmulsionError(
        .invalidOption,
        "\(options.equalWeights ? "equal_weights" : "fixed: weights"): here weights are none of their own, "
          + "since a concomitant or the algorithm \(quoted(options.algorithm.name)) tells them; leave that out"
      )
    }
    let outcome = try run(
      family, noise, mixing, options, label ?? definition.name, sample, execution)
    return catalogue.model(
      outcome, data: data, summary: summary, options: options, covariance: label,
      seconds: monotonicSeconds() - begin)
  }

  /// Opens the existential once, outside all loops.
  private func run<Family: ComponentFamily>(
    _ family: Family, _ noise: Noise?, _ mixing: MixingWeights, _ options: FitOptions,
    _ label: String,
    _ sample: RepresentativeRows, _ execution: Execution
  ) throws -> FitOutcome {
    try Fit(
      family: family, data: data, distinct: condensed, summary: summary, options: options,
      label: label, sample: sample, starts: starts, noise: noise, mixing: mixing
    ).run(execution)
  }

  /// Noise over the region of the data, as it begins.
  private func noise(
    _ region: NoiseRegion, beside family: any ComponentFamily, _ context: FamilyContext
  ) throws -> Noise {
    let box = try family.traits.noiseRegion(from: summary.minima, to: summary.maxima)
    return Noise(
      weight: Noise.initialWeight, region: try region.region(in: box, family, context))
  }

  /// Starts measure distances in standard deviations of each column, or in one unit for all where
  /// components are spheres; covariates of the mixing probabilities are no part of them.
  private func units(perColumn: Bool, for concomitant: Concomitant? = nil) -> [Double] {
    let deviations = summary.standardDeviations
    let others = concomitant?.columns ?? []
    let largest =
      deviations.indices.filter { !others.contains($0) }.map { deviations[$0] }.max() ?? 1
    return deviations.enumerated().map { j, deviation in
      if others.contains(j) { return .infinity }
      return perColumn ? (deviation > 0 ? deviation : 1) : (largest > 0 ? largest : 1)
    }
  }

  /// What rules that give each row to one component can't do yet.
  private func refuseUnfit(_ options: FitOptions) throws {
    if options.takesMissing && options.noise && options.noiseRegion != .box {
      throw EmulsionError(
        .invalidOption,
        "noise: a given density, or region = \"principal\", says nothing of some of the columns alone, which "
          + "missing = \"likelihood\" asks for; use noise = true, or missing = \"drop\"")
    }
    guard options.prior == nil || options.family.takesPrior else {
      throw EmulsionError(
        .invalidOption,
        "prior: it is one of Gaussian components, which the family \(quoted(options.family.name)) has "
          + "not; leave it out, or use \"gaussian\"")
    }
    guard !options.algorithm.maximizesLikelihood else { return }
    let name = quoted(options.algorithm.name)
    if options.noise {
      throw EmulsionError(
        .invalidOption, "noise: algorithm = \(name) knows none; leave it out, or use \"em\"")
    }
    if options.family.groupColumn != nil {
      throw EmulsionError(
        .invalidOption,
        "algorithm: \(name) assigns rows one by one, but this family groups them; use \"em\"")
    }
  }

  private func refuseTooManyComponents(_ options: FitOptions) throws {
    let k = options.components
    guard k <= data.rows else {
      throw EmulsionError(
        .invalidData, "components = \(k), but the data have only \(data.rows.counted("row"))")
    }
    let isRegular = options.family.usesCovariance && options.regularization > 0
    guard k <= distinct || isRegular else {
      throw EmulsionError(
        .degenerate,
        "components = \(k), but only \(distinct) \(distinct == 1 ? "row is" : "rows are") distinct; use "
          + "fewer components"
          + (options.family.usesCovariance ? ", or regularization above 0" : ""))
    }
  }
}

extension DataSource {
  /// The data with rows that have some values, where these take part.
  func observed(_ options: FitOptions) throws -> any DataSource {
    guard options.takesMissing, missing == nil else { return self }
    guard rowsPerBlock == 1 else {
      throw EmulsionError(
        .invalidOption,
        "missing: \"likelihood\" is not there for families that group rows; use missing = \"drop\"")
    }
    return try IncompleteSource(self, fitting: true) ?? self
  }
}

/// How much a fit with missing cells did not see.
public struct MissingCounts: Sendable, Codable, Hashable {
  /// Rows with a missing cell.
  public var rows = 0
  /// Missing cells.
  public var cells = 0
  /// Sets of columns that rows have values in.
  public var patterns = 1

  init(_ cells: MissingCells?) {
    guard let cells else { return }
    (rows, self.cells, patterns) = (cells.rows, cells.cells, cells.patterns.count)
  }
}

extension FitOptions {
  /// Whether rows that are the same are dealt with as one of their weight: not where random numbers or what is
  /// known tells them apart.
  var seesRowsAlike: Bool {
    labels == nil && !initializer.isConfinedToCaller && algorithm.maximizesLikelihood
      && algorithm.blending == nil && algorithm.averaging == nil
  }

  func manifest(_ summary: DataSummary) -> Manifest {
    Manifest(
      options: toldOptions, seed: Int64(bitPattern: seed),
      dataFingerprint: summary.fingerprintText)
  }

  /// The options that matter, as text.
  var toldOptions: [String: String] {
    var told = ["family": family.label, "covariance": covariance]
    for option in Self.table { told[option.name] = option.told(self) }
    if takesMissing { told["missing"] = "likelihood" }
    if noise { told["noise"] = noiseRegion.description }
    if let concomitant = family.concomitantLabel { told["concomitant"] = concomitant }
    if let prior { told["prior"] = prior.description }
    if !constraints.tied.isEmpty {
      told["tied"] = constraints.tied.sorted().joined(separator: ", ")
    }
    for (name, value) in constraints.fixed {
      let numbers = value.numbers.map { "\($0)" }
      told["fixed.\(name)"] = numbers.joined(separator: ", ")
    }
    for (k, fixed) in constraints.components {
      for (name, value) in fixed {
        told["fixed.components.\(k + 1).\(name)"] = value.numbers.map { "\($0)" }
          .joined(separator: ", ")
      }
    }
    return told
  }
}

extension RefusedStep {
  /// What a user must know of it.
  func description(family: String) -> String {
    "the log-likelihood would fall by \(loss.formatted(significant: 3)) nats in iteration \(iteration), so "
      + "the fit ended before it: the M step of the \(family) family does not raise it there"
  }
}

extension DataSummary {
  /// The fingerprint in 16 hexadecimal digits.
  var fingerprintText: String { fingerprint.hexadecimal }

  /// Weights count as numbers of rows, in criteria and where a component needs rows: weights that sum to a
  /// tenth of the rows or less hide most of the data.
  var notes: [String]? {
    guard weightedRows > 1, totalWeight < 0.1 * Double(weightedRows) else { return nil }
    return [
      "row weights count as numbers of rows, but those of \(weightedRows.counted("row")) sum to "
        + "\(totalWeight.formatted(significant: 3)): multiply them by "
        + "\((Double(weightedRows) / totalWeight).formatted(significant: 3)) so that each row counts once on average"
    ]
  }
}
