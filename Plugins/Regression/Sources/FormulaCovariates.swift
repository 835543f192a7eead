import Emulsion

/// Formulas of covariates that mixing probabilities depend on: `~ age + sex`.
public struct FormulaCovariates: CovariateDefinition {
  private let text: String
  private let formula: Formula

  /// What catalogues hold, which reads formulas.
  public init() { (text, formula) = ("~ 1", .constant) }

  init(_ text: String) throws {
    let found = try Formula(text, option: "concomitant", hasResponse: false)
    guard found.offsets.isEmpty else {
      throw EmulsionError(.invalidOption, "concomitant: mixing probabilities have no offset")
    }
    (self.text, formula) = (text, found)
  }

  /// The formula, as it was written.
  public var label: String { text }
  /// The columns of the formula; `nil` for one with a dot.
  public var requiredColumns: [String]? { formula.readsAll ? nil : formula.columns }
  /// Categories, where the formula reads the column as it is.
  public func reading(ofTextColumn name: String) -> TextReading? {
    formula.reading(ofTextColumn: name) ?? (formula.readsAll ? .categories : nil)
  }
  /// A formula with nothing on the left.
  public func reading(_ text: String) throws -> any CovariateDefinition {
    try FormulaCovariates(text)
  }

  /// The predictors of the formula; a dot stands for the columns that the family leaves.
  public func makeCovariates(in context: FamilyContext, among others: [String]) throws
    -> any Covariates
  {
    let all = formula.readsAll ? others : []
    let own = try resolved(all, context.data.columnLevels)
    do {
      return try PlacedCovariates(
        all: all, names: context.data.columnNames, predictors: Predictors(own, in: context))
    } catch let error as EmulsionError where [.degenerate, .invalidData].contains(error.code) {
      throw EmulsionError(error.code, "concomitant: \(error.message)")
    }
  }

  private func resolved(_ all: [String], _ texts: ColumnLevels) throws -> Formula {
    let own =
      formula.readsAll
      ? try Formula(text, option: "concomitant", hasResponse: false, all: all) : formula
    return own.readingTexts(texts)
  }

  /// The predictors of the formula, with their frame.
  public func decodeCovariates(from decoder: any Decoder) throws -> any Covariates {
    let container = try decoder.container(keyedBy: PlacedCovariates.Keys.self)
    let names = try container.decode([String].self, forKey: .names)
    let all = try container.decode([String].self, forKey: .all)
    let frame = try container.decode(Predictors.Frame.self, forKey: .frame)
    let own = try resolved(all, decoder.columnLevels)
    return try PlacedCovariates(
      all: all, names: names,
      predictors: Predictors(own, columnNames: names, decoder.columnLevels, frame: frame))
  }
}

/// The covariates of a formula among the columns of data.
struct PlacedCovariates: Covariates {
  /// What a dot stands for.
  private let all: [String]
  private let names: [String]
  private(set) var predictors: Predictors
  let columns: [Int]

  /// - Throws: `invalid-data` for missing columns.
  init(all: [String], names: [String], predictors: Predictors) throws {
    (self.all, self.names, self.predictors) = (all, names, predictors)
    columns = try predictors.terms.flatMap(\.columns).uniqued.map {
      try position(of: $0, in: names)
    }
  }

  var titles: [String] { predictors.titles }
  var hasIntercept: Bool { predictors.hasIntercept }
  func domain(ofColumn j: Int) -> Support? { predictors.domain(ofColumn: j) }
  func write(_ block: borrowing Block, into lanes: inout LaneMatrix) {
    predictors.write(block, into: &lanes)
  }
  func fromFrame(_ coefficients: [Double]) -> [Double] { predictors.fromFrame(coefficients) }
  func toFrame(_ coefficients: [Double]) -> [Double] { predictors.toFrame(coefficients) }
  mutating func uncentre() { predictors.uncentre() }

  enum Keys: String, CodingKey { case all, names, frame }

  /// Writes the columns and the frame.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(all, forKey: .all)
    try container.encode(names, forKey: .names)
    try container.encode(predictors.frame, forKey: .frame)
  }
}

extension ChoiceFamily {
  private enum OptionKeys: String, CodingKey { case options, base }

  /// A regression of a multinomial response, with or without covariates on the weights, as a file holds it; `nil` for
  /// others.
  static func decoded(from decoder: any Decoder) throws -> (any ComponentFamily)? {
    func written(_ decoder: any Decoder) throws -> Regression? {
      let container = try decoder.container(keyedBy: OptionKeys.self)
      guard
        let options = try container.decodeIfPresent([String: OptionValue].self, forKey: .options)
      else { return nil }
      let found = try Regression().configured(with: options) as? Regression
      return found?.isChoice ?? false ? found : nil
    }
    if let own = try written(decoder) { return try ChoiceFamily(own, from: decoder) }
    let container = try decoder.container(keyedBy: OptionKeys.self)
    guard container.contains(.base),
      let own = try written(container.superDecoder(forKey: .base))
    else { return nil }
    return try ConcomitantFamily(
      from: decoder, base: { try ChoiceFamily(own, from: $0) },
      covariates: { base, decoder in
        guard let formula = base.definition.mixingFormula else {
          throw EmulsionError(.invalidData, "the regression has no concomitant")
        }
        let frame = try decoder.container(keyedBy: PlacedCovariates.Keys.self)
          .decode(Predictors.Frame.self, forKey: .frame)
        return try PlacedCovariates(
          all: [], names: base.columnNames,
          predictors: Predictors(
            formula, columnNames: base.columnNames, decoder.columnLevels, frame: frame))
      })
  }
}

extension RegressionFamily {
  private enum OldKeys: String, CodingKey { case mixingFrame, mixingRoles }

  /// Regressions with groups or covariates, as files hold them; `nil` for others.
  static func mixing(from decoder: any Decoder) throws -> ConcomitantFamily<RegressionFamily>? {
    func covariates(_ base: RegressionFamily, _ frame: Predictors.Frame) throws -> PlacedCovariates
    {
      guard let formula = base.definition.mixingFormula else {
        throw EmulsionError(.invalidData, "the regression has no concomitant")
      }
      let names = base.design.columnNames
      return try PlacedCovariates(
        all: [], names: names,
        predictors: Predictors(formula, columnNames: names, decoder.columnLevels, frame: frame))
    }
    let written = try ConcomitantFamily(
      from: decoder, base: { try RegressionFamily(from: $0) },
      covariates: { base, decoder in
        let container = try decoder.container(keyedBy: PlacedCovariates.Keys.self)
        return try covariates(base, container.decode(Predictors.Frame.self, forKey: .frame))
      })
    if let written { return written }
    // As it was before other families had covariates.
    let container = try decoder.container(keyedBy: OldKeys.self)
    guard container.contains(.mixingFrame) else { return nil }
    let base = try RegressionFamily(from: decoder)
    let frame = try container.decode(Predictors.Frame.self, forKey: .mixingFrame)
    let names = base.design.columnNames
    var mixing = MixingLogit(
      group: try base.definition.group.map { try position(of: $0, in: names) },
      covariates: try covariates(base, frame))
    let roles = try container.roles(
      forKey: .mixingRoles, count: mixing.covariates.titles.count)
    if !roles.isFree { mixing.restrict(to: roles) }
    return ConcomitantFamily(base, mixing)
  }
}
