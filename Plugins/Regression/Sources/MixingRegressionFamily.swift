import Emulsion

/// A regression component with the coefficients of its mixing probability.
public struct MixingRegressionComponent: MixtureComponent {
  let regression: RegressionComponent
  /// Coefficients of the covariates, in their frame; ln π where there are none.
  let mixing: [Double]
}

/// The sums of both.
public struct MixingRegressionSums: SufficientStatistics {
  var regression: RegressionSums
  var mixing: MixingSums

  /// Adds the sums of other rows.
  public mutating func merge(_ other: MixingRegressionSums) {
    regression.merge(other.regression)
    mixing.merge(other.mixing)
  }

  /// Multiplies every sum.
  public mutating func scale(by factor: Double) {
    regression.scale(by: factor)
    mixing.scale(by: factor)
  }
}

/// Regressions with groups of rows, or with covariates of the mixing probabilities.
public struct MixingRegressionFamily: WholeFamily {
  let base: RegressionFamily
  let mixing: Mixing

  /// Those of the regression, and what is tied or fixed of `concomitant`.
  public var roles: [ParameterRole] {
    guard !(base.roles.isEmpty && mixing.roles.isEmpty) else { return [] }
    return base.roles.completed(to: base.parameterCount)
      + mixing.roles.completed(to: mixing.isConstant ? 0 : mixing.width)
  }

  /// `regression`.
  public var name: String { base.name }
  /// All columns of the data.
  public var dimension: Int { base.dimension }
  /// The column of group numbers.
  public var groupColumn: Int? { mixing.group }
  /// True.
  public var mixesItself: Bool { true }

  /// What the formulas take.
  public func support(ofColumn j: Int) -> Support {
    mixing.predictors.domain(ofColumn: j) ?? base.support(ofColumn: j)
  }

  /// That of the regressions.
  public func noiseRegion(from lowest: [Double], to highest: [Double]) -> UniformRegion {
    base.noiseRegion(from: lowest, to: highest)
  }

  /// Neutral regressions of equal probability.
  public func neutralComponents(_ k: Int) -> [MixingRegressionComponent] {
    base.neutralComponents(k).map {
      MixingRegressionComponent(regression: $0, mixing: constant(1 / Double(k)))
    }
  }

  private func constant(_ probability: Double) -> [Double] {
    var coefficients = [Double](repeating: 0, count: mixing.width)
    if mixing.predictors.hasIntercept {
      coefficients[0] = Elementary.log(probability, atLeast: -700)
    }
    return mixing.obeying(coefficients)
  }

  /// The same probabilities everywhere, to begin with.
  public func mixed(_ components: [MixingRegressionComponent], weights: [Double])
    -> [MixingRegressionComponent]
  {
    guard components.allSatisfy({ $0.mixing.allSatisfy { $0 == 0 } }) else { return components }
    return zip(components, weights).map {
      MixingRegressionComponent(regression: $0.regression, mixing: constant($1))
    }
  }

  /// Both parts.
  public func prepare(_ components: [MixingRegressionComponent]) throws
    -> any PreparedMixture<MixingRegressionSums>
  {
    MixingRegressionMixture(
      family: self, base: try base.prepare(components.map(\.regression)),
      coefficients: components.flatMap(\.mixing))
  }

  /// Needs more than one look at the data.
  public func estimate(
    _ statistics: MixingRegressionSums, counts: [Double], previous: [MixingRegressionComponent]
  ) throws -> [MixingRegressionComponent] {
    try estimate(statistics, counts: counts, previous: previous) { _ in statistics }
  }

  /// The two parts one after the other: each has its own share of the expected log-likelihood.
  public func estimate(
    _ statistics: MixingRegressionSums, counts: [Double], previous: [MixingRegressionComponent],
    remeasured: (_ trial: [MixingRegressionComponent]) throws -> MixingRegressionSums
  ) throws -> [MixingRegressionComponent] {
    let regressions = try base.estimate(
      statistics.regression, counts: counts, previous: previous.map(\.regression)
    ) { trial in
      try remeasured(
        zip(trial, previous).map {
          MixingRegressionComponent(regression: $0, mixing: $1.mixing)
        }
      ).regression
    }
    let coefficients = try mixing.estimate(
      statistics.mixing, previous: baselined(previous.map(\.mixing))
    ) { trial in
      try remeasured(
        zip(previous, trial).map {
          MixingRegressionComponent(regression: $0.regression, mixing: $1)
        }
      ).mixing
    }
    return zip(regressions, coefficients).map {
      MixingRegressionComponent(regression: $0, mixing: $1)
    }
  }

  /// The same probabilities with coefficients of 0 in the first component.
  private func baselined(_ coefficients: [[Double]]) -> [[Double]] {
    guard let first = coefficients.first, !mixing.isConstant else { return coefficients }
    return coefficients.map { zip($0, first).map { $0 - $1 } }
  }

  /// Those of the regressions, and (K − 1)·q of the probabilities, less what is tied or fixed.
  public func freeParameters(_ components: [MixingRegressionComponent]) -> Int {
    base.freeParameters(components.map(\.regression))
      + (components.count - 1) * mixing.free.count
  }

  /// What the regressions say.
  public func diagnose(_ components: [MixingRegressionComponent], counts: [Double])
    -> [Diagnosis]
  { base.diagnose(components.map(\.regression), counts: counts) }

  /// As without groups or covariates.
  public func start(_ context: StartContext) throws -> Start? { try base.start(context) }

  /// A regression describes the response alone.
  ///
  /// - Throws: `invalid-option`, always.
  public func sample(
    _ component: MixingRegressionComponent, using random: inout CounterRandom
  ) throws -> [Double] { try base.sample(component.regression, using: &random) }
}

extension MixingRegressionFamily {
  /// Those of the regression, and `concomitant`: coefficients of the covariates, intercept first.
  public func parameters(of component: MixingRegressionComponent) -> [NamedParameter] {
    let own = base.parameters(of: component.regression)
    guard !mixing.isConstant else {
      return own
    }
    var values = mixing.predictors.fromFrame(component.mixing)
    for (i, role) in mixing.roles.enumerated() { values[i] = role.fixedValue ?? values[i] }
    return own + [
      NamedParameter(
        "concomitant", .vector(values),
        labels: mixing.predictors.titles.map { "concomitant \($0)" })
    ]
  }

  /// Those of the regression.
  public func transform(ofParameter name: String) -> ParameterTransform {
    base.transform(ofParameter: name)
  }

  /// A component from the regression's parameters, and `concomitant` where it is given.
  public func component(from parameters: [String: ParameterValue]) throws
    -> MixingRegressionComponent
  {
    var own = ParameterReader(parameters.filter { $0.key == "concomitant" }, of: name)
    var coefficients = [Double](repeating: 0, count: mixing.width)
    if !mixing.isConstant {
      coefficients = mixing.obeying(
        mixing.predictors.toFrame(
          try own.numbers("concomitant", count: mixing.width, default: coefficients)))
    }
    var rest = parameters
    if !mixing.isConstant { rest["concomitant"] = nil }
    return MixingRegressionComponent(
      regression: try base.component(from: rest), mixing: coefficients)
  }

  private enum CodingKeys: String, CodingKey {
    case regression, mixingFrame, mixing, mixingRoles
  }

  /// Writes the regression and the frame of the covariates.
  public func encode(to encoder: any Encoder) throws {
    try base.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(mixing.predictors.frame, forKey: .mixingFrame)
    if !mixing.roles.isEmpty { try container.encode(mixing.roles, forKey: .mixingRoles) }
  }

  static func mixing(
    of base: RegressionFamily, from decoder: any Decoder
  ) throws -> Mixing? {
    guard let formula = base.definition.mixingFormula else { return nil }
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let frame = try container.decode(Predictors.Frame.self, forKey: .mixingFrame)
    let names = base.design.columnNames
    let predictors = try Predictors(formula, columnNames: names, decoder.columnLevels, frame: frame)
    let roles = try container.roles(forKey: .mixingRoles, count: predictors.width)
    return Mixing(
      group: try base.definition.group.map { try position(of: $0, in: names) },
      predictors: predictors, roles: roles.isFree ? [] : roles)
  }

  /// Reads back a component that fits both formulas.
  public func decodeComponent(from decoder: any Decoder) throws -> MixingRegressionComponent {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let coefficients = try container.decode([Double].self, forKey: .mixing)
    guard coefficients.count == mixing.width else {
      throw EmulsionError(.invalidData, "a component's covariates don't fit their formula")
    }
    return MixingRegressionComponent(
      regression: try base.decodeComponent(from: container.superDecoder(forKey: .regression)),
      mixing: coefficients)
  }
}
