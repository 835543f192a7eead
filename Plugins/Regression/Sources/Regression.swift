import Emulsion

/// Mixtures of regressions: a response whose mean depends on predictors, differently in every
/// component (DeSarbo & Cron 1988; Wedel & DeSarbo 1995).
///
/// ln p(y | x, k) is that of a Gaussian, Poisson or binomial generalised linear model with
/// coefficients βₖ. Predictors have no density of their own: log-likelihoods are of y given x.
public struct Regression: FamilyDefinition {
  /// The formula as it was written.
  public let formula: String
  /// `gaussian`, `poisson` or `binomial`.
  public let distribution: String
  /// The column of numbers of trials, for a binomial response; one each where `nil`.
  public let trials: String?
  /// A term that is added to the linear predictor with the coefficient 1.
  public let offset: String?

  let model: Formula
  let offsetTerm: Term?

  /// Makes a regression.
  ///
  /// - Parameters:
  ///   - formula: `y ~ x1 + x^2 + log(z) + a:b`.
  ///   - distribution: `gaussian`, `poisson` or `binomial`.
  ///   - trials: The column of numbers of trials.
  ///   - offset: A term such as `log(t)`.
  /// - Throws: `invalid-option` where one of them can't be read.
  public init(
    _ formula: String, distribution: String = "gaussian", trials: String? = nil,
    offset: String? = nil
  ) throws {
    self.formula = formula
    self.distribution = distribution
    self.trials = trials
    self.offset = offset
    model = try Formula(formula)
    offsetTerm = try offset.map { try Term($0, option: "offset") }
    guard let found = responses.first(where: { $0.name == distribution }) else {
      let names = responses.map(\.name)
      throw EmulsionError(
        .invalidOption,
        "distribution: there is no \"\(distribution)\""
          + (spellingHint(for: distribution, among: names)
            ?? "; there are \(names.joined(separator: ", "))"))
    }
    if trials != nil && !found.hasTrials {
      throw EmulsionError(.invalidOption, "trials: a \(distribution) response has none")
    }
  }

  /// The definition that catalogues hold: it needs a formula before it can be fitted.
  public init() {
    (formula, distribution, trials, offset) = ("", "gaussian", nil, nil)
    (model, offsetTerm) = (.empty, nil)
  }

  /// `regression`.
  public var name: String { "regression" }

  /// The formula, and what is not the default.
  public var label: String {
    let others = optionValues.filter { $0.key != "formula" }.sorted { $0.key < $1.key }
    return
      "regression(\(([formula] + others.map { "\($0.key) = \($0.value)" }).joined(separator: ", ")))"
  }

  /// Formula, distribution, trials and offset.
  public var options: [FamilyOption] {
    [
      FamilyOption("formula", "needed", "\"y ~ x1 + x^2 + log(z) + a:b\""),
      FamilyOption("distribution", "\"gaussian\"", "\"gaussian\", \"poisson\" or \"binomial\""),
      FamilyOption("trials", "1 each", "the column of numbers of trials (binomial)"),
      FamilyOption("offset", "none", "a term added with the coefficient 1, such as \"log(t)\""),
    ]
  }

  /// The options that differ from the default.
  public var optionValues: [String: OptionValue] {
    var values: [String: OptionValue] = ["formula": .text(formula)]
    if distribution != "gaussian" { values["distribution"] = .text(distribution) }
    values["trials"] = trials.map { .text($0) }
    values["offset"] = offset.map { .text($0) }
    return values
  }

  /// The columns of the formula, of the trials and of the offset.
  public var requiredColumns: [String]? {
    if formula.isEmpty { return nil }
    return (model.columns + [trials].compactMap { $0 } + (offsetTerm?.columns ?? [])).uniqued
  }

  /// `standard_deviation`, for a Gaussian response.
  public var constrainableParameters: [String] {
    distribution == "gaussian" ? ["standard_deviation"] : []
  }

  /// Reads the options.
  public func configured(with values: [String: OptionValue]) throws -> any FamilyDefinition {
    try refuseUnknown(values)
    guard let formula = try values.text("formula") else {
      throw EmulsionError(
        .invalidOption, "regression needs a formula, as in em.regression(\"y ~ x\")")
    }
    return try Regression(
      formula, distribution: values.choice("distribution", responses.map(\.name)),
      trials: values.text("trials"), offset: values.text("offset"))
  }

  /// The regression on given data.
  ///
  /// - Throws: `invalid-option` without a formula, `invalid-data` for missing columns, `degenerate`
  ///   where terms are constant or collinear.
  public func makeFamily(in context: FamilyContext) throws -> any ComponentFamily {
    guard !formula.isEmpty else {
      throw EmulsionError(
        .invalidOption, "family: regression needs a formula, as in em.regression(\"y ~ x\")")
    }
    return try RegressionFamily(self, in: context)
  }

  /// Reads a regression back.
  public func decodeFamily(from decoder: any Decoder, catalogue: Catalogue) throws
    -> any ComponentFamily
  { try RegressionFamily(from: decoder) }
}

extension Formula {
  /// Nothing on anything.
  static let empty = Formula()

  private init() {
    response = nil
    terms = []
    hasIntercept = false
  }
}
