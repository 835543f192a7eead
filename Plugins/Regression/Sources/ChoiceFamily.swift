import Emulsion

/// One component: the coefficients of every level of the response in the predictors' frame, 0 of the first.
public struct ChoiceComponent: MixtureComponent {
  /// L × p.
  var coefficients: [[Double]]
  /// Of each level, the predictors that tell it from the first without error.
  var separating: [[Int]]?
}

/// Regressions of a response of several levels: a multinomial logit, whose first level the others are compared with.
///
/// ln p(y = l | x) = βₗᵀx − ln Σ exp(βₘᵀx) with β₁ = 0 (McFadden 1974). The M step is Newton's method for each component.
public struct ChoiceFamily: WholeFamily {
  let definition: Regression
  let columnNames: [String]
  let response: Int
  /// The levels, ascending, and what they are called.
  let levels: [Double]
  let titles: [String]
  let logit: MixingLogit

  init(
    _ definition: Regression, columnNames: [String], levels: [Double], _ predictors: Predictors,
    _ texts: ColumnLevels
  ) throws {
    (self.definition, self.columnNames, self.levels) = (definition, columnNames, levels)
    let name = definition.model.response ?? ""
    response = try position(of: name, in: columnNames)
    titles = levels.map { level in
      texts.text(of: level, in: name).map(ColumnLevels.shown) ?? level.formatted(significant: 15)
    }
    logit = MixingLogit(
      covariates: try PlacedCovariates(all: [], names: columnNames, predictors: predictors))
  }

  init(_ definition: Regression, in context: FamilyContext) throws {
    guard context.constraints.isEmpty else {
      throw EmulsionError(
        .invalidOption, "regression: tied and fixed are not there yet for a multinomial response")
    }
    let names = context.data.columnNames
    let column = definition.model.response ?? ""
    let place = try position(of: column, in: names)
    let levels = try FormulaBases.levels(
      .category(column, isText: context.data.columnLevels[column] != nil), of: column, place,
      context, in: context.population)
    try self.init(
      definition, columnNames: names, levels: levels, Predictors(definition.model, in: context),
      context.data.columnLevels)
  }

  /// `regression`.
  public var name: String { definition.name }
  /// All columns of the data.
  public var dimension: Int { columnNames.count }
  /// The levels, and what the predictors take.
  public func support(ofColumn j: Int) -> Support {
    guard j == response else { return logit.covariates.domain(ofColumn: j) ?? .real }
    let listed = titles.prefix(8).joined(separator: ", ")
    return Support(
      "the levels \(listed)\(levels.count > 8 ? ", …" : "") that it was fitted to",
      contains: Set(levels).contains)
  }
  /// The response's are.
  public func holdsCodes(inColumn j: Int) -> Bool { j == response }
  /// A tenth: probabilities may end at 0.
  public var startShare: Double { 0.1 }
  /// All levels alike.
  public func noiseRegion(from lowest: [Double], to highest: [Double]) -> UniformRegion {
    var ranges = [UniformRange?](repeating: nil, count: dimension)
    ranges[response] = .levels(levels)
    return UniformRegion(ranges)
  }

  /// All levels alike.
  public func neutralComponents(_ k: Int) -> [ChoiceComponent] {
    let zeros = Array(repeating: [Double](repeating: 0, count: logit.width), count: levels.count)
    return Array(repeating: ChoiceComponent(coefficients: zeros), count: k)
  }

  /// The coefficients of all.
  public func prepare(_ components: [ChoiceComponent]) throws -> any PreparedMixture<[MixingSums]> {
    guard components.allSatisfy({ $0.coefficients.allSatisfy { $0.allSatisfy(\.isFinite) } }) else {
      throw EmulsionError(.degenerate, "a regression component has no density")
    }
    return ChoiceMixture(family: self, components: components)
  }

  /// Needs more than one look at the data.
  public func estimate(
    _ statistics: [MixingSums], counts: [Double], previous: [ChoiceComponent]
  ) throws -> [ChoiceComponent] {
    try estimate(statistics, counts: counts, previous: previous) { _ in statistics }
  }

  /// Newton's method, one component after the other.
  public func estimate(
    _ statistics: [MixingSums], counts: [Double], previous: [ChoiceComponent],
    remeasured: (_ trial: [ChoiceComponent]) throws -> [MixingSums]
  ) throws -> [ChoiceComponent] {
    try previous.indices.map { k in
      guard counts[k] > 0 else { return previous[k] }
      let found = try logit.estimate(statistics[k], previous: previous[k].coefficients) { trial in
        var all = previous
        all[k] = ChoiceComponent(coefficients: trial)
        return try remeasured(all)[k]
      }
      return ChoiceComponent(
        coefficients: found.coefficients,
        separating: found.separating.contains { !$0.isEmpty } ? found.separating : nil)
    }
  }

  /// K·(L − 1)·p.
  public func freeParameters(_ components: [ChoiceComponent]) -> Int {
    components.count * (levels.count - 1) * logit.width
  }

  /// Components of fewer rows than coefficients.
  public func diagnose(_ components: [ChoiceComponent], counts: [Double]) -> [Diagnosis] {
    components.indices.compactMap { k in
      let count = counts[k]
      guard count < Double(logit.width + 1) else { return nil }
      return Diagnosis(
        component: k,
        problem:
          "has only \(count.formatted(significant: 3)) effective rows for \(logit.width) coefficients a level"
      )
    }
  }

  /// Which predictors tell levels apart without error.
  public func notes(on components: [ChoiceComponent]) -> [String] {
    components.enumerated().compactMap { k, component in
      let places = component.separating ?? []
      let levels = places.indices.filter { !places[$0].isEmpty }.map { titles[$0] }
      guard !levels.isEmpty else { return nil }
      let predictors = Set(places.joined()).sorted().map { logit.covariates.titles[$0] }
      return
        "regression: in component \(k + 1) \(predictors.joined(separator: ", ")) \(predictors.count == 1 ? "tells" : "tell") without error (separation) "
        + levels.joined(separator: ", ") + " apart: coefficients grow without end"
    }
  }

  /// `coefficients`, (L − 1) × p, intercept first.
  public func parameters(of component: ChoiceComponent) -> [NamedParameter] {
    let rows = component.coefficients.dropFirst().map(logit.covariates.fromFrame)
    return [
      NamedParameter(
        "coefficients",
        .matrix(Matrix(rows: rows.count, columns: logit.width, values: rows.flatMap { $0 })),
        labels: titles.dropFirst().flatMap { level in
          logit.covariates.titles.map { "\(level) \($0)" }
        })
    ]
  }

  /// A component from its `coefficients`.
  public func component(from parameters: [String: ParameterValue]) throws -> ChoiceComponent {
    var reader = ParameterReader(parameters, of: name)
    let (l, p) = (levels.count - 1, logit.width)
    let values: [Double]
    if case .matrix(let matrix)? = parameters["coefficients"], matrix.rows == l, matrix.columns == p
    {
      values = matrix.values
      reader = ParameterReader(parameters.filter { $0.key != "coefficients" }, of: name)
    } else {
      values = try reader.numbers("coefficients", count: l * p)
    }
    try reader.finish()
    let rows = (0..<l).map { logit.covariates.toFrame(Array(values[$0 * p..<($0 + 1) * p])) }
    return ChoiceComponent(coefficients: [[Double](repeating: 0, count: p)] + rows)
  }

  /// A regression describes the response alone.
  ///
  /// - Throws: `invalid-option`, always.
  public func sample(_ component: ChoiceComponent, using random: inout CounterRandom) throws
    -> [Double]
  {
    throw EmulsionError.predictorsAreGiven
  }

  /// A response of several levels has no mean.
  ///
  /// - Throws: `invalid-option`, always.
  public func responder(_ components: [ChoiceComponent], weights: [Double]) throws
    -> (any Responder)?
  {
    throw EmulsionError(
      .invalidOption, "respond: a multinomial response has levels, of which there is no mean")
  }

  /// Itself with all columns; nothing where the response is left out.
  ///
  /// - Throws: `invalid-option` where predictors are left out.
  public func marginal(of components: [ChoiceComponent], columns: [Int]) throws
    -> (any ComponentSet)?
  {
    guard columns.contains(response) else { return nil }
    guard columns == Array(0..<dimension) else {
      throw EmulsionError.needsPredictors(columnNames[response])
    }
    return FamilyComponents(family: self, components: components)
  }

  private enum CodingKeys: String, CodingKey {
    case options, columnNames, levels, predictors
  }

  /// Writes the options, the columns, the levels and the frame.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(definition.optionValues, forKey: .options)
    try container.encode(columnNames, forKey: .columnNames)
    try container.encode(levels, forKey: .levels)
    try logit.covariates.encode(to: container.superEncoder(forKey: .predictors))
  }

  init(_ written: Regression, from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let names = try container.decode([String].self, forKey: .columnNames)
    let levels = try container.decode([Double].self, forKey: .levels)
    guard levels.count > 1, levels.allSatisfy(\.isFinite),
      zip(levels, levels.dropFirst()).allSatisfy(<)
    else { throw EmulsionError(.invalidData, "the levels of the response are none") }
    let texts = decoder.columnLevels
    let definition = try written.resolved(for: names, texts)
    let own = try container.superDecoder(forKey: .predictors)
      .container(keyedBy: PlacedCovariates.Keys.self).decode(Predictors.Frame.self, forKey: .frame)
    try self.init(
      definition, columnNames: names, levels: levels,
      Predictors(definition.model, columnNames: names, texts, frame: own), texts)
  }

  /// Reads back a component that fits the formula.
  public func decodeComponent(from decoder: any Decoder) throws -> ChoiceComponent {
    let component = try ChoiceComponent(from: decoder)
    let places = component.separating ?? []
    guard component.coefficients.count == levels.count,
      component.coefficients.allSatisfy({ $0.count == logit.width }),
      places.isEmpty || places.count == levels.count,
      places.joined().allSatisfy((0..<logit.width).contains)
    else {
      throw EmulsionError(.invalidData, "a component's coefficients don't fit the formula")
    }
    return component
  }
}

private struct ChoiceMixture: PreparedMixture {
  let family: ChoiceFamily
  let components: [ChoiceComponent]

  func makeWorker(lanes: Int) -> any BlockWorker<[MixingSums]> { ChoiceWorker(self, lanes: lanes) }
}

/// One thread's probabilities of the levels.
private final class ChoiceWorker: BlockWorker {
  private let mixture: ChoiceMixture
  private let places: [Double: Int]
  private var covariates: LaneMatrix
  /// ln p of every level under each component, L rows of lanes a component.
  private var logarithms: LaneMatrix
  private var scratch: LaneMatrix
  private var sums: [MixingSums]

  private var family: ChoiceFamily { mixture.family }

  init(_ mixture: ChoiceMixture, lanes: Int) {
    self.mixture = mixture
    let (l, p, k) = (
      mixture.family.levels.count, mixture.family.logit.width, mixture.components.count
    )
    places = Dictionary(uniqueKeysWithValues: mixture.family.levels.enumerated().map { ($1, $0) })
    covariates = LaneMatrix(rows: p, lanes: lanes)
    logarithms = LaneMatrix(rows: l * k, lanes: lanes)
    scratch = LaneMatrix(rows: l, lanes: lanes)
    sums = (0..<k).map { _ in MixingSums(components: l, width: p) }
  }

  private func level(_ value: Double) -> Int { places[value] ?? 0 }

  func addLogDensities(of block: borrowing Block, to joint: inout Joint) throws {
    let l = family.levels.count
    let y = block.column(family.response)
    for (k, component) in mixture.components.enumerated() {
      family.logit.writeLogarithms(
        component.coefficients.flatMap { $0 }, block, scratch: &covariates, into: &scratch)
      for m in 0..<l {
        let own = scratch.lanes(m, block.rows)
        var row = logarithms[row: k * l + m]
        for i in 0..<block.rows { row[i] = own[i] }
      }
      var lanes = joint[component: k]
      for i in 0..<block.rows { lanes[i] += scratch.lanes(level(y[i]), block.rows)[i] }
    }
  }

  func accumulate(_ block: borrowing Block, responsibilities: borrowing Joint) throws {
    let (l, p, rows) = (family.levels.count, family.logit.width, block.rows)
    let y = block.column(family.response)
    var (given, logs, w) = (
      [Double](repeating: 0, count: l), [Double](repeating: 0, count: l),
      [Double](repeating: 0, count: p)
    )
    for i in 0..<rows {
      for j in 0..<p { w[j] = covariates.lanes(j, rows)[i] }
      let own = level(y[i])
      for k in sums.indices {
        given[own] = responsibilities.lanes(k, rows)[i]
        for m in 0..<l { logs[m] = logarithms.lanes(k * l + m, rows)[i] }
        sums[k].add(given, logarithms: logs, covariates: w)
      }
      given[own] = 0
    }
  }

  func takeStatistics() -> [MixingSums] {
    var result = sums.map { _ in
      MixingSums(components: family.levels.count, width: family.logit.width)
    }
    swap(&result, &sums)
    return result
  }
}
