/// The registered families, covariance models, initializers, algorithms and criteria: scripts, the command and model
/// files find plugins here by name, the same way as what is built in.
public struct Catalogue: Sendable {
  /// The families.
  public private(set) var families: [any FamilyDefinition]
  private(set) var covarianceModels: [any CovarianceModel]
  private(set) var initializers: [any Initializer]
  private(set) var algorithms: [any Algorithm]
  /// The selection criteria.
  public private(set) var criteria: [any SelectionCriterion]
  /// The processes that share the rows of fits; `nil` where this one works alone.
  public var ranks: (any RankTransport)?
  /// What reads covariates of mixing probabilities.
  private(set) var covariates: (any CovariateDefinition)?

  /// An empty one; ``standard`` holds what comes with the core.
  init() {
    (families, covarianceModels, initializers, algorithms, criteria) = ([], [], [], [], [])
  }

  /// Adds a family; one of the same name is replaced.
  public mutating func register(_ family: any FamilyDefinition) {
    Self.put(family, into: &families) { $0.name }
  }

  /// Adds a covariance model; one of the same name is replaced.
  public mutating func register(_ model: any CovarianceModel) {
    Self.put(model, into: &covarianceModels) { $0.name }
  }

  /// Adds an initializer; one of the same name is replaced.
  public mutating func register(_ initializer: any Initializer) {
    Self.put(initializer, into: &initializers) { $0.name }
  }

  /// Adds an algorithm; one of the same name is replaced.
  public mutating func register(_ algorithm: any Algorithm) {
    Self.put(algorithm, into: &algorithms) { $0.name }
  }

  /// Adds a selection criterion; one of the same name is replaced.
  public mutating func register(_ criterion: any SelectionCriterion) {
    Self.put(criterion, into: &criteria) { $0.name }
  }

  /// Sets what reads covariates of mixing probabilities.
  public mutating func register(_ covariates: any CovariateDefinition) {
    self.covariates = covariates
  }

  private static func put<Each>(
    _ new: Each, into list: inout [Each], named name: (Each) -> String
  ) {
    list.removeAll { name($0) == name(new) }
    list.append(new)
  }

  /// Names of the families.
  public var familyNames: [String] {
    families.filter { !$0.isComposite }.map(\.name)
  }
  /// Names of the covariance models.
  public var covarianceNames: [String] { covarianceModels.map(\.name) }
  /// Names of the covariance models that differ in so many columns: what `all` stands for.
  public func covarianceNames(columns: Int) -> [String] {
    covarianceModels.filter { $0.minimumColumns <= columns }.map(\.name)
  }
  /// Names of the initializers.
  public var initializerNames: [String] { initializers.map(\.name) }

  /// The initializer of that name.
  ///
  /// - Throws: `invalid-option` with the nearest valid name.
  public func initializer(named name: String) throws -> any Initializer {
    if let found = initializers.first(where: { $0.name == name }) { return found }
    throw unknown("initializer", name, initializerNames)
  }

  /// Names of the algorithms.
  public var algorithmNames: [String] { algorithms.map(\.name) }

  /// The algorithm of that name, with its default options.
  ///
  /// - Throws: `invalid-option` with the nearest valid name.
  public func algorithm(named name: String) throws -> any Algorithm {
    if let found = algorithms.first(where: { $0.name == name }) { return found }
    throw unknown("algorithm", name, algorithmNames)
  }

  /// Names of the selection criteria.
  public var criterionNames: [String] { criteria.map(\.name) }

  /// The selection criterion of that name.
  ///
  /// - Throws: `invalid-option` with the nearest valid name.
  public func criterion(named name: String) throws -> any SelectionCriterion {
    if let found = criteria.first(where: { $0.name == name }) { return found }
    throw unknown("criterion", name, criterionNames)
  }

  /// The covariance model of that name or alias.
  ///
  /// - Throws: `invalid-option` with the nearest valid name.
  public func covarianceModel(named name: String) throws -> any CovarianceModel {
    // Most are asked for by name, and a selection asks hundreds of times.
    if let found = covarianceModels.first(where: { $0.name == name })
      ?? covarianceModels.first(where: { $0.aliases.contains(name) })
    {
      return found
    }
    if let found = try FactorAnalyzers(named: name) { return found }
    throw unknown(
      "covariance", name, covarianceNames + covarianceModels.flatMap(\.aliases),
      shown: covarianceNames)
  }

  /// The family of that name, with its default options.
  ///
  /// - Throws: `invalid-option` with the nearest valid name.
  public func family(named name: String) throws -> any FamilyDefinition {
    if let found = families.first(where: { $0.name == name }) { return found }
    throw unknown("family", name, familyNames)
  }

  func unknown(
    _ option: String, _ name: String, _ names: [String], shown: [String]? = nil
  ) -> EmulsionError {
    let hint =
      spellingHint(for: name, among: names)
      ?? "; there are \((shown ?? names).map(quoted).joined(separator: ", "))"
    return EmulsionError(.invalidOption, "\(option): there is no \(quoted(name))\(hint)")
  }
}
