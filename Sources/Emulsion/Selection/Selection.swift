/// Which mixtures to compare, and how.
public struct SelectionOptions: Sendable {
  /// The numbers of components.
  public var components: [Int] = Array(1...9)
  /// Names of covariance models; `all` alone for every one that differs from the others.
  public var covariances: [String] = ["full"]
  /// The families; those that use no covariance model are fitted once, not once a model.
  public var families: [any FamilyDefinition] = [GaussianDefinition()]
  /// What fits are ranked by; ``Catalogue/criterion(named:)`` finds one by name.
  public var criterion: any SelectionCriterion = BayesianInformation()
  /// How many parts the rows are cut into where the criterion asks for rows that fits have not seen.
  public var folds = 10
  /// The file that every fit is added to as it ends, and taken from where it is there already.
  public var journal: String?
  /// Whether a journal of other data is gone on with.
  public var acceptsOtherData = false
  /// How each is fitted; its `components`, `covariance` and `family` are replaced.
  public var fit = FitOptions()

  /// Makes the default options.
  public init() {}
}

extension SelectionOptions {
  /// The options of a search, beside those of each fit, that all fronts read alike.
  package static let table: [OptionSpec<SelectionOptions>] = {
    let standard = SelectionOptions()
    return [
      OptionSpec(
        "criterion", "what fits are ranked by; smaller is better",
        .named(
          NamedOption(
            name: { $0.criterion.name }, set: { $0.criterion = try $2.criterion(named: $1) },
            names: \.criterionNames)), in: standard, scopes: .select),
      OptionSpec(
        "folds", "how many parts cross-validation cuts the rows into",
        .wholeNumber(.init(\.folds), least: 2, most: Int(UInt16.max)), in: standard,
        scopes: .select),
    ]
  }()
}

/// The fits of a grid, and the best of them.
public struct Selection: Sendable {
  /// One fit of the grid.
  public struct Entry: Sendable {
    /// K.
    public var components: Int
    /// The covariance model, for families that use one.
    public var covariance: String?
    /// The family, with its options.
    public var family: String
    /// The covariance model, or else the family.
    public var structure: String { covariance ?? family }
    /// The fit, unless it failed.
    public var model: Model?
    /// Why it failed.
    public var failure: EmulsionError?
    /// Whether the search came to it before it was ended.
    var wasReached = true
    /// Σ w ln p of every row under the fit to the parts that it is not in, nats; `nil` where the
    /// criterion did not ask, or a part has no fit.
    public var heldOutLogLikelihood: Double?
    /// ℓ of one component of the same family and structure, nats; `nil` where the criterion did not ask, or
    /// there is no such fit.
    public var oneComponentLogLikelihood: Double?

    /// That of a cell, before it is fitted.
    init(of cell: FitOptions) {
      (components, family) = (cell.components, cell.family.label)
      covariance = cell.family.usesCovariance ? cell.covariance : nil
    }

    /// `ok`, `degenerate`, `not converged`, `interrupted`, `not reached`, or `failed: …`.
    public var status: String {
      guard let model else {
        if failure?.code == .cancelled { return wasReached ? "interrupted" : "not reached" }
        if failure?.code == .degenerate { return "degenerate" }
        return "failed: \(failure?.message ?? "unknown")"
      }
      if model.isDegenerate { return "degenerate" }
      if model.isCancelled { return "interrupted" }
      return model.hasConverged ? "ok" : "not converged"
    }
    /// The status in a word or two.
    var shortStatus: String { status.hasPrefix("failed") ? "failed" : status }
    /// BIC; +∞ where it failed.
    public var bic: Double { model?.bic ?? .infinity }
    /// AIC; +∞ where it failed.
    public var aic: Double { model?.aic ?? .infinity }
    /// ICL; +∞ where it failed.
    public var icl: Double { model?.icl ?? .infinity }
    /// −2 times the log-likelihood of rows that fits have not seen, where there is one.
    public var crossValidation: Double? { heldOutLogLikelihood.map { -2 * $0 } }
    /// Log-likelihood, nats; −∞ where it failed.
    public var logLikelihood: Double { model?.logLikelihood ?? -.infinity }
    /// Number of free parameters; 0 where it failed.
    public var freeParameters: Int { model?.freeParameters ?? 0 }
    /// What it is sorted by, best first: sound fits by the criterion, those for which it has no value by
    /// BIC, what is degenerate, and what failed.
    func rank(by criterion: any SelectionCriterion) -> (Int, Double, Int) {
      guard model != nil else { return (3, 0, components) }
      let value = value(of: criterion)
      if value.isFinite { return (isEligible ? 0 : 2, value, components) }
      return (isEligible ? 1 : 2, bic, components)
    }
    /// The value of a criterion; +∞ where the fit failed, or the criterion has none.
    public func value(of criterion: any SelectionCriterion) -> Double {
      guard var figures = model?.figures else { return .infinity }
      figures.heldOutLogLikelihood = heldOutLogLikelihood
      figures.oneComponentLogLikelihood = oneComponentLogLikelihood
      return criterion.value(of: figures)
    }
    /// Whether it may win.
    var isEligible: Bool { model.map { !$0.isDegenerate } ?? false }
  }

  /// The criterion's name.
  public var criterion: String { measure.name }
  private let measure: any SelectionCriterion
  /// All fits, best first; what may not win comes last.
  public let entries: [Entry]
  /// The best fit that is not degenerate.
  public let best: Model
  /// Seconds that the whole search took.
  public let seconds: Double
  /// What must be known of the search, a sentence each.
  public let notes: [String]
  /// Whether fits stand no lower than those that are nested in them, and what was mended; empty where something
  /// else than the likelihood was maximised.
  public let audit: SelectionAudit

  /// - Parameters:
  ///   - notes: What else must be known of the data where nothing may win.
  ///   - search: What must be known of the search.
  ///   - audit: How it stands with nested fits.
  init(
    _ entries: [Entry], criterion: any SelectionCriterion, seconds: Double, notes: [String] = [],
    about search: [String] = [], audit: SelectionAudit = SelectionAudit()
  ) throws {
    self.audit = audit
    (measure, self.seconds) = (criterion, seconds)
    let missed = entries.filter { $0.failure?.code == .cancelled || $0.model?.isCancelled ?? false }
    let end =
      missed.isEmpty
      ? []
      : [
        "the search was ended after \(entries.count - missed.count) of \(entries.count.counted("fit"))"
      ]
    self.notes = search + end
    self.entries = entries.sorted { $0.rank(by: criterion) < $1.rank(by: criterion) }
    guard let first = self.entries.first else {
      throw EmulsionError(.invalidOption, "components: nothing to select from")
    }
    guard let best = first.model, first.isEligible else {
      throw Self.failure(of: self.entries, first, notes)
    }
    self.best = best.noting(end)
  }

  /// Why nothing may win.
  private static func failure(of entries: [Entry], _ first: Entry, _ notes: [String])
    -> EmulsionError
  {
    let failures = entries.compactMap(\.failure)
    if let interruption = failures.first(where: { $0.code == .cancelled }) { return interruption }
    let hint = notes.map { "; \($0)" }.joined()
    guard let failure = first.failure else {
      return EmulsionError(
        .degenerate,
        "every fit of the grid is degenerate; use fewer components or simpler covariances" + hint)
    }
    let isCommon = Set(failures.map(\.message)).count == 1
    if isCommon { return EmulsionError(failure.code, failure.message + hint) }
    return EmulsionError(
      failure.code,
      "no fit of the grid succeeded; \(first.structure) with components = \(first.components): "
        + failure.message + hint)
  }

  /// The fit of `components` under `covariance` (a name or alias) and `family`, if it exists; where one of these is
  /// `nil`, the first of the grid that has the others, best first.
  public func model(components: Int, covariance: String? = nil, family: String? = nil) -> Model? {
    let catalogue = best.catalogue
    let name = covariance.map { (try? catalogue.covarianceModel(named: $0))?.name ?? $0 }
    return entries.first {
      $0.components == components && name ?? $0.covariance == $0.covariance
        && family ?? $0.family == $0.family
    }?.model
  }
}

extension Selection: CustomStringConvertible {
  /// The grid, best first, for a screen 80 columns wide.
  public var description: String { summary(width: 80) }

  /// The grid, best first, at most `limit` lines of at most `width` characters.
  public func summary(width: Int = 80, limit: Int = 20) -> String {
    var families: [String] = []
    for entry in entries where !families.contains(entry.family) { families.append(entry.family) }
    // Long names would push the numbers off the screen.
    let areLong = families.contains { $0.count > 24 }
    func name(_ family: String) -> [String] {
      guard families.count > 1 else { return [] }
      return [areLong ? "\((families.firstIndex(of: family) ?? 0) + 1)" : family]
    }
    var rows = [
      (families.count > 1 ? ["family"] : []) + [
        "covariance", "components", criterion.uppercased(), "log-likelihood", "parameters",
        "status",
      ]
    ]
    for entry in entries.prefix(limit) {
      let number = value(of: entry)
      let value = number.isFinite ? number.formatted(decimals: measure.decimals) : "–"
      rows.append(
        name(entry.family) + [
          entry.covariance ?? "–", "\(entry.components)", value,
          entry.model?.logLikelihood.formatted(decimals: 2) ?? "–",
          entry.model.map { "\($0.freeParameters)" } ?? "–",
          // Sentences would push the numbers off the screen; they come below.
          entry.shortStatus,
        ])
    }
    var lines = [
      "Selection by \(criterion.uppercased()) over \(entries.count.counted("fit")), best first"
    ]
    if families.count > 1 && areLong {
      lines += families.map { "family \(name($0)[0]): \($0)" }
    }
    lines += wrappedTable(rows, width: width)
    if entries.count > limit { lines.append("… \((entries.count - limit).counted("more fit"))") }
    var reasons: [String] = []
    for entry in entries.prefix(limit) where entry.shortStatus == "failed" {
      let reason = entry.status
      if !reasons.contains(reason) { reasons.append(reason) }
    }
    let most = 5
    let told =
      reasons.prefix(most) + (reasons.count > most ? ["… \(reasons.count - most) more"] : [])
    return (lines + told + notes + audit.lines(limit: 10)).flatMap { $0.wrapped(to: width) }.joined(
      separator: "\n")
  }

  /// The grid, and the best three fits with how far they are from the best.
  public func details(width: Int = 80) -> String {
    let name = criterion.uppercased()
    let ranked = entries.filter { $0.isEligible && $0.model != nil }.prefix(3)
    guard let first = ranked.first, ranked.count > 1 else { return summary(width: width) }
    let hasFamilies = Set(entries.map(\.family)).count > 1
    var rows = [
      (hasFamilies ? ["family"] : [])
        + ["covariance", "components", name, "difference", "parameters", "entropy"]
    ]
    for entry in ranked {
      rows.append(
        (hasFamilies ? [entry.family.clipped(to: 24)] : [])
          + [
            entry.covariance ?? "–", "\(entry.components)",
            value(of: entry).formatted(decimals: measure.decimals),
            (value(of: entry) - value(of: first)).formatted(decimals: measure.decimals),
            entry.model.map { "\($0.freeParameters)" } ?? "–",
            entry.model.map { $0.entropy.formatted(decimals: 2) } ?? "–",
          ])
    }
    let title = "The best \(ranked.count == 2 ? "two" : "three"), and how far they are apart:"
    return ([summary(width: width), "", title] + wrappedTable(rows, width: width)).joined(
      separator: "\n")
  }

  /// The selection's criterion of a fit; +∞ where it has none.
  public func value(of entry: Entry) -> Double { entry.value(of: measure) }
}
