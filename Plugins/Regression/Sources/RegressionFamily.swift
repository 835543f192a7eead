import Emulsion

/// One component: coefficients in the design's frame, and the deviation, shape or size of the response.
public struct RegressionComponent: MixtureComponent {
  let coefficients: [Double]
  let deviation: Double
  /// What makes it untrustworthy.
  let problem: String?
  /// The coefficients that grow without end; `nil` where none does.
  var separating: [Int]?
}

/// Regressions of one response; see ``Regression``.
public struct RegressionFamily: WholeFamily {
  let definition: Regression
  let distribution: any Response
  private(set) var design: Design
  /// What is tied or fixed, in the units of the data; none where nothing is.
  public private(set) var roles: [ParameterRole] = []
  /// The smallest variance, in the frame; 0 makes a collapse an error.
  let floor: Double
  /// η of all rows to begin with.
  let neutral: Double

  init(_ definition: Regression, in context: FamilyContext) throws {
    self.definition = definition
    distribution = try definition.response()
    design = try Design(definition, distribution, in: context)
    floor = context.covarianceFloor
    let summary = context.summary
    let trials = design.trials.map { summary.means[$0] } ?? 1
    // Of a logarithm the mean is the frame's centre.
    let mean =
      design.isLogarithmic
      ? 0 : (summary.means[design.response] - design.frame.centre) / design.frame.scale
    neutral = distribution.neutralPredictor(mean: mean, trials: trials)
  }

  /// How many numbers a component's parameters have.
  var parameterCount: Int { design.width + (distribution.dispersion == nil ? 0 : 1) }

  /// Takes on restrictions of the coefficients and the deviation.
  ///
  /// An intercept at the means of the predictors can be no other component's: where it is tied or
  /// fixed, predictors and response are measured from 0.
  mutating func restrict(to roles: [ParameterRole], sharingCoordinates isShared: Bool = false) {
    self.roles = roles.isFree ? [] : roles
    let isRestricted = roles.first.map { $0 != .free } ?? false
    if design.predictors.hasIntercept, isRestricted || isShared { design.uncentre() }
  }

  /// What is tied or fixed of the coefficients, in the frame.
  var coefficientRoles: [ParameterRole] {
    guard !roles.isEmpty else { return Array(repeating: .free, count: design.width) }
    let own = roles.prefix(design.width)
    let framed = design.toFrame(own.map { $0.fixedValue ?? 0 })
    return zip(own, framed).map { $0.fixedValue == nil ? $0 : .fixed($1) }
  }

  /// What is tied or fixed of the deviation, in the units of the data, or of the shape or size.
  var deviationRole: ParameterRole {
    distribution.dispersion == nil ? .fixed(1) : roles.last ?? .free
  }

  /// What a deviation is measured in; a shape and a size have no unit.
  private var deviationUnit: Double { distribution.hasDeviation ? design.frame.scale : 1 }

  /// `regression`.
  public var name: String { definition.name }
  /// All columns of the data, whatever the formula reads.
  public var dimension: Int { design.columnNames.count }

  /// What response, trials and functions take.
  public func support(ofColumn j: Int) -> Support { design.support(ofColumn: j, distribution) }

  /// The response's range: the predictors have no density.
  public func noiseRegion(from lowest: [Double], to highest: [Double]) -> UniformRegion {
    var ranges = [UniformRange?](repeating: nil, count: dimension)
    let j = design.response
    ranges[j] = UniformRange(from: lowest[j], to: highest[j], in: distribution.support)
    return UniformRegion(ranges)
  }

  /// No dependence on the predictors.
  public func neutralComponents(_ k: Int) -> [RegressionComponent] {
    var coefficients = [Double](repeating: 0, count: design.width)
    if design.predictors.hasIntercept { coefficients[0] = neutral }
    coefficients = zip(coefficientRoles, coefficients).map { $0.fixedValue ?? $1 }
    return Array(
      repeating: RegressionComponent(coefficients: coefficients, deviation: 1, problem: nil),
      count: k)
  }

  /// Coefficients of all components as one matrix.
  public func prepare(_ components: [RegressionComponent]) throws
    -> any PreparedMixture<RegressionSums>
  {
    guard components.allSatisfy({ $0.deviation > 0 && $0.coefficients.allSatisfy(\.isFinite) })
    else { throw EmulsionError(.degenerate, "a regression component has no density") }
    return RegressionMixture(family: self, components: components)
  }

  /// p for each component and standard deviations, less what is tied or fixed.
  public func freeParameters(_ components: [RegressionComponent]) -> Int {
    roles.isEmpty
      ? components.count * parameterCount : roles.freeParameters(components: components.count)
  }

  /// What the M step found.
  ///
  /// The variance about a line is spurious, as that of a Gaussian is, where it is below e^−(Nₖ − p) of the
  /// pooled one: p rows lie on a line without error, and each more vouches for a factor e.
  public func diagnose(_ components: [RegressionComponent], counts: [Double]) -> [Diagnosis] {
    let total = counts.reduce(0, +)
    // Of a gamma response the squared coefficient of variation stands for the variance.
    func variance(_ component: RegressionComponent) -> Double {
      distribution.dispersion == .shape
        ? 1 / component.deviation : component.deviation * component.deviation
    }
    let pooled = zip(components, counts).reduce(0) { $0 + variance($1.0) * $1.1 / total }
    return components.enumerated().compactMap { k, component in
      if let problem = component.problem { return Diagnosis(component: k, problem: problem) }
      let rows = counts[k].formatted(significant: 3)
      guard counts[k] >= Double(design.width + 1) else {
        return Diagnosis(
          component: k,
          problem: "has only \(rows) effective rows for \(design.width) coefficients")
      }
      let share = variance(component) / pooled
      guard deviationRole == .free, distribution.dispersion != .size,
        share < Elementary.exp(Double(design.width) - counts[k])
      else {
        return nil
      }
      let width = share.squareRoot().formatted(significant: 2)
      return Diagnosis(
        component: k,
        problem:
          "is spurious: its \(rows) rows lie within \(width) pooled standard deviations of a line",
        isSpurious: true)
    }
  }

  /// Which terms tell rows apart without error.
  public func notes(on components: [RegressionComponent]) -> [String] {
    components.enumerated().compactMap { k, component in
      guard let places = component.separating, !places.isEmpty else { return nil }
      let terms = places.map { design.predictors.titles[$0] }.joined(separator: ", ")
      return
        "regression: in component \(k + 1) \(terms) \(places.count == 1 ? "tells" : "tell") without error (separation) "
        + "\(distribution.separated): coefficients grow without end"
    }
  }

  /// A regression describes the response alone.
  ///
  /// - Throws: `invalid-option`, always.
  public func sample(_ component: RegressionComponent, using random: inout CounterRandom) throws
    -> [Double]
  {
    throw EmulsionError.predictorsAreGiven
  }
}

extension EmulsionError {
  /// A regression describes its response alone.
  static var predictorsAreGiven: EmulsionError {
    EmulsionError(
      .invalidOption,
      "sample: a regression describes its response given the predictors, which "
        + "have no distribution to be drawn from")
  }

  /// Neither has it a density without its predictors.
  static func needsPredictors(_ response: String) -> EmulsionError {
    EmulsionError(
      .invalidOption,
      "marginal: a regression describes \"\(response)\" given its "
        + "predictors, and has no density without them")
  }
}

extension Regression {
  func response() throws -> any Response {
    guard let found = responses.first(where: { $0.name == distribution }) else {
      throw EmulsionError(.invalidOption, "distribution: there is no \"\(distribution)\"")
    }
    return found
  }
}

extension RegressionFamily {
  /// `coefficients`, intercept first, and `standard_deviation` of a Gaussian response, in the units
  /// of the data, the `shape` of a gamma or the `size` of a negative binomial one.
  public func parameters(of component: RegressionComponent) -> [NamedParameter] {
    var values = design.fromFrame(component.coefficients)
    // What is fixed is what it was fixed at, whatever the frame makes of it.
    for (i, role) in roles.prefix(values.count).enumerated() {
      values[i] = role.fixedValue ?? values[i]
    }
    let coefficients = NamedParameter(
      "coefficients", .vector(values), labels: design.predictors.titles)
    guard let name = distribution.dispersion?.rawValue else { return [coefficients] }
    let deviation = deviationRole.fixedValue ?? component.deviation * deviationUnit
    return [coefficients, NamedParameter(name, .scalar(deviation))]
  }

  /// A standard deviation, shape or size is above 0.
  public func transform(ofParameter name: String) -> ParameterTransform {
    Dispersion(rawValue: name) == nil ? .real : .positive
  }

  /// A component from its `coefficients` (needed) and `standard_deviation` (that of the response by
  /// default), `shape` or `size` (1 by default).
  public func component(from parameters: [String: ParameterValue]) throws -> RegressionComponent {
    var reader = ParameterReader(parameters, of: name)
    let coefficients = try reader.numbers("coefficients", count: design.width)
    var deviation = 1.0
    if let name = distribution.dispersion?.rawValue {
      let given = try reader.number(name, in: .positive, default: deviationUnit)
      deviation = (deviationRole.fixedValue ?? given) / deviationUnit
    }
    try reader.finish()
    return RegressionComponent(
      coefficients: design.toFrame(coefficients), deviation: deviation, problem: nil)
  }
}

extension String {
  /// The factors of a coefficient's name, in an order of their own: older files may have them in another.
  fileprivate var factorsInOrder: [Substring] { split(separator: ":").sorted() }
}

extension RegressionFamily {
  private enum CodingKeys: String, CodingKey {
    case options, columnNames, coefficients, predictors, frame, roles, floor, neutral
  }

  /// Writes the options, the columns and the frame.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(definition.optionValues, forKey: .options)
    try container.encode(design.columnNames, forKey: .columnNames)
    try container.encode(design.predictors.names, forKey: .coefficients)
    try container.encode(design.predictors.frame, forKey: .predictors)
    try container.encode(design.frame, forKey: .frame)
    if !roles.isEmpty { try container.encode(roles, forKey: .roles) }
    try container.encode(floor, forKey: .floor)
    try container.encode(neutral, forKey: .neutral)
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let options = try container.decode([String: OptionValue].self, forKey: .options)
    let names = try container.decode([String].self, forKey: .columnNames)
    guard let written = try Regression().configured(with: options) as? Regression else {
      throw EmulsionError(.invalidData, "the regression's options can't be read")
    }
    let texts = decoder.columnLevels
    let definition = try written.resolved(for: names, texts)
    self.definition = definition
    distribution = try definition.response()
    let own = try container.decode(Predictors.Frame.self, forKey: .predictors)
    let frame = try container.decode(Design.Frame.self, forKey: .frame)
    var design = try Design(
      definition, columnNames: names, texts,
      Predictors(definition.model, columnNames: names, texts, frame: own))
    design.frame = frame
    self.design = design
    floor = try container.decode(Double.self, forKey: .floor)
    neutral = try container.decode(Double.self, forKey: .neutral)
    // Files from before formulas were read as R's may have their coefficients in another order.
    let coefficients = try container.decodeIfPresent([String].self, forKey: .coefficients)
    guard
      coefficients.map({ $0.map(\.factorsInOrder) == design.predictors.names.map(\.factorsInOrder) }
      )
        ?? definition.model.terms.allSatisfy({ $0.factors.count == 1 })
    else {
      throw EmulsionError(
        .invalidData,
        "the regression's coefficients are in another order than its formula's terms; "
          + "fit it again")
    }
    guard frame.scale > 0,
      [frame.scale, frame.centre, floor, neutral].allSatisfy(\.isFinite)
    else { throw EmulsionError(.invalidData, "the regression's frame doesn't fit its formula") }
    let roles = try container.roles(forKey: .roles, count: parameterCount)
    self.roles = roles.isFree ? [] : roles
  }

  /// Reads back a component that fits the formula.
  public func decodeComponent(from decoder: any Decoder) throws -> RegressionComponent {
    let component = try RegressionComponent(from: decoder)
    guard component.coefficients.count == design.width,
      (component.separating ?? []).allSatisfy((0..<design.width).contains)
    else {
      throw EmulsionError(.invalidData, "a component's coefficients don't fit the formula")
    }
    return component
  }
}
