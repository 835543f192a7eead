/// A mixture of any family by its parameters: no data, and no fit.
public struct GivenComponents: Sendable {
  /// The family.
  public var family: any FamilyDefinition
  /// Parameters by name, one dictionary a component, as starts have them.
  public var parameters: [[String: ParameterValue]]
  /// πₖ, which sum to 1; equal where `nil`.
  public var weights: [Double]?
  /// The covariance model's name, for families that use one.
  public var covariance = "full"
  /// Names of the columns; `nil` for those that the family reads, or x1, x2, ….
  public var columnNames: [String]?
  /// What made them.
  public var source: String?

  /// Components of these parameters.
  public init(_ family: any FamilyDefinition, parameters: [[String: ParameterValue]]) {
    (self.family, self.parameters) = (family, parameters)
  }

  /// How much of a number rounding may take, in units of the largest of its parameter.
  private static let rounding = 1e-3

  /// The model, whose components are in the order given.
  ///
  /// - Throws: `invalid-option` or `invalid-data` that says which component's parameters are none of the family.
  public func model(_ catalogue: Catalogue = .standard) throws -> Model {
    let k = parameters.count
    guard k > 0 else { throw wrong("there is no component") }
    let weights = self.weights ?? Array(repeating: 1 / Double(k), count: k)
    guard weights.count == k else {
      throw wrong("\(weights.count.counted("weight")) for \(k.counted("component"))")
    }
    guard weights.allSatisfy({ $0 >= 0 && $0.isFinite }), abs(weights.reduce(0, +) - 1) <= 1e-6
    else { throw wrong("weights must be at least 0 and sum to 1") }
    let names = try columns()
    let structure = try catalogue.covarianceModel(named: covariance)
    let rows = try family.exampleRows(columns: names, parameters)
    if let names, names.count != rows.columns || Set(names).count != names.count {
      throw wrong(
        "\(names.count) names of columns for \(rows.columns), of which each needs one of its own")
    }
    let data = try MatrixSource(rows, columnNames: names).prepared(for: [family])
    let execution = Execution(threads: 1, isCancelled: { false })
    let made = try family.constrainedFamily(
      in: FamilyContext(
        data: data, summary: try DataSummary(data, execution: execution), components: k,
        covariance: structure, covarianceFloor: FitOptions().covarianceFloor, regularization: 0,
        constraints: ParameterConstraints(), catalogue: catalogue, execution: execution))
    let total = weights.reduce(0, +)
    return Model(
      mixture: try mixture(made, weights.map { $0 / total }), catalogue: catalogue,
      family: made.name, covariance: family.usesCovariance ? structure.name : nil,
      columnNames: data.columnNames, report: .withoutFit,
      manifest: Manifest(
        options: source.map { ["source": $0] } ?? [:], seed: 0, dataFingerprint: ""))
  }

  /// The family's own names, which must be those given.
  private func columns() throws -> [String]? {
    guard let required = family.requiredColumns else { return columnNames }
    if let columnNames, Set(columnNames) != Set(required) {
      throw wrong(
        "the family \(quoted(family.label)) reads \(required.map(quoted).joined(separator: ", ")), not "
          + columnNames.map(quoted).joined(separator: ", "))
    }
    return required
  }

  private func mixture<Family: ComponentFamily>(_ family: Family, _ weights: [Double]) throws
    -> any AnyMixture
  {
    let schema = family.schema
    let components = try parameters.enumerated().map { k, given in
      do {
        let component = try schema.component(from: given)
        // What cannot be evaluated is no component.
        _ = try family.prepare([component])
        try check(given, against: schema.parameters(of: component))
        return component
      } catch let error as EmulsionError {
        let text = error.message.replacingPrefix("a start's component", by: "a component")
        throw EmulsionError(error.code, "parameters[\(k + 1)]: \(text)")
      }
    }
    return Mixture(
      family: family,
      parameters: MixtureParameters(
        components: family.traits.mixesItself
          ? schema.told(schema.mixed(components, weights: weights)) : components,
        weights: weights, noise: nil))
  }

  /// Refuses what a structure or family leaves out of the parameters.
  private func check(_ given: [String: ParameterValue], against own: [NamedParameter]) throws {
    for parameter in own {
      let (kept, asked) = (parameter.value.numbers, given[parameter.name]?.numbers ?? [])
      guard kept.count == asked.count else { continue }
      let scale = asked.map(\.magnitude).max() ?? 0
      guard zip(kept, asked).contains(where: { !(abs($0 - $1) <= Self.rounding * scale) }) else {
        continue
      }
      throw EmulsionError(
        .invalidData,
        "\(parameter.name) is none of the family \(quoted(family.label))"
          + (family.usesCovariance ? " with covariance = \(quoted(covariance))" : ""))
    }
  }

  private func wrong(_ problem: String) -> EmulsionError {
    EmulsionError(.invalidOption, "parameters: \(problem)")
  }
}

extension String {
  fileprivate func replacingPrefix(_ prefix: String, by other: String) -> String {
    hasPrefix(prefix) ? other + dropFirst(prefix.count) : self
  }
}

extension FitReport {
  /// That of a model which no fit made.
  static var withoutFit: FitReport {
    FitReport(
      observations: 0, totalWeight: 0, logLikelihood: .nan, logMAP: .nan, entropy: .nan, trace: [],
      hasConverged: true, isCancelled: false, problems: [], seconds: 0,
      evidence: Evidence(starts: 0, reachedBest: 0, spread: 0, degenerate: 0, spurious: 0))
  }
}
