import Emulsion

/// Multivariate Student-t components: clusters with heavy tails, robust against outliers (Peel &
/// McLachlan 2000), with scatter matrices under any covariance model.
public struct StudentT: FamilyDefinition {
  /// How many degrees of freedom components have.
  public enum DegreesOfFreedom: Sendable, Hashable {
    /// A given number.
    case fixed(Double)
    /// One for each component, estimated.
    case each
    /// One for all components, estimated.
    case shared
  }

  /// How many degrees of freedom components have.
  public let degreesOfFreedom: DegreesOfFreedom

  /// Makes the family.
  public init(degreesOfFreedom: DegreesOfFreedom = .each) {
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// `student_t`.
  public var name: String { "student_t" }
  /// For help.
  public var summary: String {
    "clusters with heavy tails, under any covariance model; parameters mean, scale, degrees_of_freedom"
  }
  /// True.
  public var usesCovariance: Bool { true }
  /// `degrees_of_freedom`.
  public var options: [FamilyOption] {
    [FamilyOption("degrees_of_freedom", "\"each\"", "a number > 0, \"each\" or \"shared\"")]
  }
  /// The degrees of freedom, unless each component has its own.
  public var optionValues: [String: OptionValue] {
    switch degreesOfFreedom {
    case .fixed(let value): ["degrees_of_freedom": .number(value)]
    case .shared: ["degrees_of_freedom": .text("shared")]
    case .each: [:]
    }
  }
  /// True.
  public var keepsConstraints: Bool { true }

  /// Reads the options.
  public func configured(with values: [String: OptionValue]) throws -> any FamilyDefinition {
    try refuseUnknown(values)
    switch values["degrees_of_freedom"] {
    case nil, .text("each"): return StudentT(degreesOfFreedom: .each)
    case .text("shared"): return StudentT(degreesOfFreedom: .shared)
    case .number(let value) where value > 0 && value.isFinite:
      return StudentT(degreesOfFreedom: .fixed(value))
    case .some(let value):
      throw EmulsionError(
        .invalidOption,
        "degrees_of_freedom must be a number > 0, \"each\" or \"shared\", not \(value)")
    }
  }

  /// Gaussians are a limit, unless degrees of freedom are given; those that are given or shared are special cases of
  /// those that are estimated.
  public func parameters(
    like other: any FamilyDefinition, with parameters: [String: ParameterValue]
  ) -> [String: ParameterValue]? {
    if case .fixed = degreesOfFreedom { return nil }
    if other.name == "gaussian" && other.usesCovariance {
      return [
        "mean": parameters["mean"], "scale": parameters["covariance"],
        "degrees_of_freedom": .scalar(DegreesOfFreedomEquation.range.upperBound),
      ].compactMapValues { $0 }
    }
    guard let other = other as? StudentT, other.degreesOfFreedom != degreesOfFreedom else {
      return nil
    }
    if other.degreesOfFreedom == .each { return nil }
    return parameters
  }

  /// Student-t components under the covariance model of the fit.
  ///
  /// - Throws: `degenerate` where the data as a whole are singular under it.
  public func makeFamily(in context: FamilyContext) throws -> any ComponentFamily {
    var rule = degreesOfFreedom
    if context.constraints.tied.contains("degrees_of_freedom") { rule = .shared }
    if context.constraints.fixed["degrees_of_freedom"] != nil {
      let own = context.constraints.fixed["degrees_of_freedom"]?.numbers ?? []
      guard own.count == 1, own[0] > 0, own[0].isFinite else {
        throw EmulsionError(.invalidOption, "fixed: degrees_of_freedom must be one number > 0")
      }
      rule = .fixed(own[0])
    }
    return StudentTFamily(
      gaussian: try GaussianDefinition().gaussianFamily(
        in: context, parameters: ("mean", "scale"), family: name,
        others: [NamedParameter("degrees_of_freedom", .scalar(1))]), degreesOfFreedom: rule)
  }

  /// Rows about the means.
  public func exampleRows(columns: [String]?, _ parameters: [[String: ParameterValue]]) -> Matrix {
    ExampleRows.about(
      columns: columns?.count, parameters, mean: "mean", covariances: ["scale", "covariance"])
  }

  /// Reads a family back.
  public func decodeFamily(from decoder: any Decoder, catalogue: Catalogue) throws
    -> any ComponentFamily
  {
    let container = try decoder.container(keyedBy: StudentTFamily.CodingKeys.self)
    let options = try container.decode([String: OptionValue].self, forKey: .options)
    guard let definition = try configured(with: options) as? StudentT else {
      throw EmulsionError(.invalidData, "the options of \"student_t\" don't fit it")
    }
    return StudentTFamily(
      gaussian: try GaussianFamily(
        from: container.superDecoder(forKey: .gaussian), catalogue: catalogue),
      degreesOfFreedom: definition.degreesOfFreedom)
  }
}
