import Emulsion

/// Mixtures of regressions: a response whose mean depends on predictors, differently in every
/// component (DeSarbo & Cron 1988; Wedel & DeSarbo 1995).
///
/// ln p(y | x, k) is that of a generalised linear model with coefficients βₖ: Gaussian, Poisson, binomial, or, with the
/// logarithm as link, gamma or negative binomial. Predictors have no density of their own: log-likelihoods are of y given x.
public struct Regression: FamilyDefinition {
  /// The formula as it was written.
  public let formula: String
  /// `gaussian`, `poisson`, `binomial`, `gamma`, `negative_binomial` or `multinomial`.
  public let distribution: String
  /// The column of numbers of trials, for a binomial response; one each where `nil`.
  public let trials: String?
  /// Arithmetic on columns that is added to the linear predictor.
  public let offset: String?
  /// The column of numbers that say which rows share one component; `nil` where each has its own.
  public let group: String?
  /// A one-sided formula of covariates that mixing probabilities depend on.
  public let concomitant: String?

  private(set) var model: Formula
  /// What the option and `offset()` add.
  let offsets: [Arithmetic]
  /// Covariates of the mixing probabilities, an intercept where there are groups alone; `nil` where
  /// the driver does the mixing.
  private(set) var mixingFormula: Formula?

  /// Makes a regression.
  ///
  /// - Parameters:
  ///   - formula: `y ~ x1 + x^2 + log(z) + a:b`.
  ///   - distribution: `gaussian`, `poisson`, `binomial`, `gamma`, `negative_binomial` or `multinomial`.
  ///   - trials: The column of numbers of trials.
  ///   - offset: Arithmetic on columns, such as `log(t)`.
  ///   - group: The column of numbers that say which rows share one component.
  ///   - concomitant: Covariates of the mixing probabilities: `~ w + log(v)`.
  /// - Throws: `invalid-option` where one of them can't be read.
  public init(
    _ formula: String, distribution: String = "gaussian", trials: String? = nil,
    offset: String? = nil, group: String? = nil, concomitant: String? = nil
  ) throws {
    self.formula = formula
    self.distribution = distribution
    self.trials = trials
    self.offset = offset
    self.group = group
    self.concomitant = concomitant
    model = try Formula(formula)
    offsets =
      try model.offsets
      + [offset].compactMap { $0 }.map { try FormulaParser.arithmetic($0, option: "offset") }
    let covariates = try concomitant.map {
      try Formula($0, option: "concomitant", hasResponse: false)
    }
    mixingFormula = covariates ?? (group == nil ? nil : .constant)
    guard covariates?.offsets.isEmpty ?? true else {
      throw EmulsionError(.invalidOption, "concomitant: mixing probabilities have no offset")
    }
    if isChoice {
      guard !model.isLogarithmic, trials == nil, offsets.isEmpty else {
        throw EmulsionError(
          .invalidOption,
          "distribution: a multinomial response has levels; leave log(), trials and offset out")
      }
      return
    }
    guard let found = responses.first(where: { $0.name == distribution }) else {
      let names = Self.distributions
      throw EmulsionError(
        .invalidOption,
        "distribution: there is no \"\(distribution)\"" + nameHint(for: distribution, among: names))
    }
    if model.isLogarithmic && !found.hasDeviation {
      throw EmulsionError(
        .invalidOption,
        "formula: the log of a \(distribution) response is no such response; write it without, "
          + "\(found.hasTrials ? "its log-odds are" : "the log of its mean is") linear already")
    }
    if trials != nil && !found.hasTrials {
      throw EmulsionError(.invalidOption, "trials: a \(distribution) response has none")
    }
  }

  /// The names of the distributions.
  static let distributions = responses.map(\.name) + [multinomial]
  private static let multinomial = "multinomial"
  /// Whether the response has several levels.
  var isChoice: Bool { distribution == Self.multinomial }

  /// The definition that catalogues hold: it needs a formula before it can be fitted.
  public init() {
    (formula, distribution, trials, offset) = ("", "gaussian", nil, nil)
    (group, concomitant) = (nil, nil)
    (model, offsets, mixingFormula) = (.empty, [], nil)
  }

  /// `regression`.
  public var name: String { "regression" }
  /// For help.
  public var summary: String {
    "a response that follows one of several lines, curves, rates or odds; parameters coefficients, standard_deviation, shape or size"
  }

  /// The formula, and what is not the default.
  public var label: String {
    let others = optionValues.filter { $0.key != "formula" }.sorted { $0.key < $1.key }
    return
      "regression(\(([formula] + others.map { "\($0.key) = \($0.value)" }).joined(separator: ", ")))"
  }

  /// Formula, distribution, trials and offset.
  public var options: [FamilyOption] {
    [
      FamilyOption("formula", FamilyOption.needed, "\"y ~ x1 + x^2 + log(z) + a:b\""),
      FamilyOption(
        "distribution", "\"gaussian\"",
        "\"gaussian\", \"poisson\", \"binomial\", \"gamma\", \"negative_binomial\" or \"multinomial\""
      ),
      FamilyOption("trials", "1 each", "the column of numbers of trials (binomial)"),
      FamilyOption("offset", "none", "arithmetic that is added, such as \"log(t)\""),
      FamilyOption(
        "group", "none", "the column, of numbers or texts, that says which rows share a component"),
      FamilyOption("concomitant", "none", "what mixing probabilities depend on: \"~ w + v\""),
    ]
  }

  /// The options that differ from the default.
  public var optionValues: [String: OptionValue] {
    var values: [String: OptionValue] = ["formula": .text(formula)]
    if distribution != "gaussian" { values["distribution"] = .text(distribution) }
    values["trials"] = trials.map { .text($0) }
    values["offset"] = offset.map { .text($0) }
    values["group"] = group.map { .text($0) }
    values["concomitant"] = concomitant.map { .text($0) }
    return values
  }

  /// The columns of the formulas, of the trials, of the offset and of the groups.
  public var requiredColumns: [String]? {
    if formula.isEmpty || model.readsAll || mixingFormula?.readsAll == true { return nil }
    return
      (model.columns + [trials, group].compactMap { $0 } + offsets.flatMap(\.columns)
      + (mixingFormula?.columns ?? [])).uniqued
  }

  /// Categories as predictors, and two levels as a binomial response of one trial each.
  public func reading(ofTextColumn name: String) -> TextReading? {
    // What is missing then are not numbers, but the formula.
    if formula.isEmpty { return .categories }
    let isDotted =
      (model.readsAll || mixingFormula?.readsAll == true)
      && ![model.response, trials, group].contains(name)
    let isYesOrNo = distribution == BinomialResponse().name && trials == nil
    let readings: [TextReading?] = [
      model.reading(ofTextColumn: name), mixingFormula?.reading(ofTextColumn: name),
      offsets.contains { $0.columns.contains(name) } || trials == name ? .refused : nil,
      name == model.response
        ? (isChoice ? .categories : isYesOrNo ? .binary : .refused) : isDotted ? .categories : nil,
    ]
    return readings.compactMap { $0 }.min()
  }

  /// The regression with the columns that a dot stands for: all but the response, the trials and the groups.
  /// Columns of texts are categories.
  func resolved(for columnNames: [String], _ texts: ColumnLevels) throws -> Regression {
    var result = self
    let others = [model.response, trials, group]
    let all = columnNames.filter { !others.contains($0) }
    if model.readsAll { result.model = try Formula(formula, all: all) }
    if let concomitant, mixingFormula?.readsAll == true {
      result.mixingFormula = try Formula(
        concomitant, option: "concomitant", hasResponse: false, all: all)
    }
    result.model = result.model.readingTexts(texts)
    result.mixingFormula = result.mixingFormula?.readingTexts(texts)
    return result
  }

  /// The column of groups.
  public var groupColumn: String? { group }

  /// True.
  public var keepsConstraints: Bool { true }

  /// Reads the options.
  public func configured(with values: [String: OptionValue]) throws -> any FamilyDefinition {
    try refuseUnknown(values)
    guard let formula = try values.text("formula") else {
      throw EmulsionError(
        .invalidOption, "regression needs a formula, such as \"y ~ x\"")
    }
    return try Regression(
      formula, distribution: values.choice("distribution", Self.distributions),
      trials: values.text("trials"), offset: values.text("offset"), group: values.text("group"),
      concomitant: values.text("concomitant"))
  }

  /// Rows with predictors and offsets between 0 and 1, responses of 0 and 1 where they are counts, and one trial each.
  ///
  /// - Throws: `invalid-option` where columns are not known, or a response has levels.
  public func exampleRows(columns: [String]?, _ parameters: [[String: ParameterValue]]) throws
    -> Matrix
  {
    guard !isChoice, let names = columns ?? requiredColumns else {
      throw EmulsionError(
        .invalidOption,
        isChoice
          ? "regression: levels of a multinomial response are those of data"
          : "regression: without data the columns are not known; give columns, and a formula")
    }
    var rows = ExampleRows.positive(columns: names.count)
    let isCount = ["poisson", "binomial", "negative_binomial"].contains(distribution)
    for (j, name) in names.enumerated() {
      for i in 0..<rows.rows {
        if name == model.response && isCount { rows[i, j] = Double(i % 2) }
        if name == trials { rows[i, j] = 1 }
        if name == group { rows[i, j] = Double(i / 2) }
      }
    }
    return rows
  }

  /// The regression on given data.
  ///
  /// - Throws: `invalid-option` without a formula, `invalid-data` for missing columns, `degenerate`
  ///   where terms are constant or collinear.
  public func makeFamily(in context: FamilyContext) throws -> any ComponentFamily {
    guard !formula.isEmpty else {
      throw EmulsionError(
        .invalidOption, "family: regression needs a formula, such as \"y ~ x\"")
    }
    let names = context.data.columnNames
    let definition = try resolved(for: names, context.data.columnLevels)
    let mixing = try definition.mixingFormula.map {
      MixingLogit(
        group: try group.map { try position(of: $0, in: names) },
        covariates: try PlacedCovariates(
          all: [], names: names, predictors: Predictors($0, in: context)))
    }
    if isChoice {
      let choice = try ChoiceFamily(definition, in: context)
      return mixing.map { ConcomitantFamily(choice, $0) } ?? choice
    }
    var base = try RegressionFamily(definition, in: context)
    guard var mixing else {
      base.restrict(
        to: context.constraints.isEmpty ? [] : try context.roles(base),
        sharingCoordinates: context.constraints.sharesCoordinates)
      return base
    }
    if !context.constraints.isEmpty {
      let roles = try context.roles(ConcomitantFamily(base, mixing))
      let own = base.parameterCount
      base.restrict(
        to: Array(roles.prefix(own)), sharingCoordinates: context.constraints.sharesCoordinates)
      mixing.restrict(to: Array(roles.dropFirst(own)))
    }
    return ConcomitantFamily(base, mixing)
  }

  /// Reads a regression back.
  public func decodeFamily(from decoder: any Decoder, catalogue: Catalogue) throws
    -> any ComponentFamily
  {
    if let choice = try ChoiceFamily.decoded(from: decoder) { return choice }
    if let mixing = try RegressionFamily.mixing(from: decoder) { return mixing }
    return try RegressionFamily(from: decoder)
  }
}

extension FamilyContext {
  /// What is tied or fixed of the parameters of a regression.
  fileprivate func roles<Family: ComponentFamily>(_ family: Family) throws -> [ParameterRole] {
    try roles(
      of: family.schema.neutralComponents(1).flatMap(family.schema.parameters), family: family.name,
      domains: ["standard_deviation": .positive, "shape": .positive, "size": .positive])
  }
}
