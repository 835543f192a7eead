/// A family some of whose parameters are tied or fixed, and that does not see to it itself: the others are
/// searched for numerically.
///
/// The M step maximises Σₖ Σγ ln p(x|θₖ) by L-BFGS over the free and tied parameters, from the better of the
/// previous ones and those of the family's own M step made to keep to the restrictions; slopes are
/// central differences, whose points all share a pass over the data. No step goes down.
struct SearchedFamily<Base: ComponentFamily>: ComponentFamily, ParameterSchema {
  typealias Point = SearchedComponent<Base.Component>
  typealias Statistics = SearchedStatistics<Base.Statistics>

  let base: Base
  let roles: [ParameterRole]

  /// - Throws: `invalid-option` for what does not fit the parameters.
  init(_ base: Base, in context: FamilyContext) throws {
    guard !base.traits.mixesItself, let neutral = try base.schema.neutralComponents(1).first else {
      throw EmulsionError(
        .invalidOption,
        "the family \(quoted(base.name)) lets no parameter be fixed or tied: its probabilities "
          + "depend on the rows")
    }
    let parameters = base.schema.parameters(of: neutral)
    let transforms = parameters.map { ($0.name, base.schema.transform(ofParameter: $0.name)) }
    let wholes = transforms.filter { $0.1 == .simplex }.map(\.0)
    let roles = try context.roles(
      of: parameters, family: base.name,
      domains: Dictionary(transforms.map { ($0.0, $0.1.support) }) { first, _ in first },
      wholes: Set(wholes))
    self.init(base, roles: roles)
    do {
      _ = try base.schema.component(from: parameters.with(kept(parameters)).byName)
    } catch let error as EmulsionError where error.code == .invalidOption {
      throw EmulsionError(.invalidOption, "fixed: \(error.message)")
    }
  }

  init(_ base: Base, roles: [ParameterRole]) {
    self.base = base
    self.roles = roles
  }

  /// The numbers of parameters, where what is fixed is put in place.
  private func kept(_ parameters: [NamedParameter]) -> [Double] {
    zip(roles, parameters.flatMap(\.value.numbers)).map { $0.fixedValue ?? $1 }
  }

  var name: String { base.name }
  var traits: Base.Traits { base.traits }
  var properties: SearchedProperties<Base.Properties> {
    SearchedProperties(base: base.properties)
  }

  /// - Throws: `invalid-option`: the search looks at all columns.
  func prepare(_ components: [Point], observing columns: [Int]) throws
    -> any PreparedMixture<Statistics>
  { throw unsearched("missing = \"likelihood\"") }

  /// - Throws: `invalid-option`: the search looks at exact values.
  func prepare(_ components: [Point], observing columns: [Int], errors: MeasurementErrors) throws
    -> any PreparedMixture<Statistics>
  { throw unsearched("errors") }

  private func unsearched(_ option: String) -> EmulsionError {
    EmulsionError(
      .invalidOption,
      "\(option): it does not go together with tied or fixed parameters of the family \(quoted(name)), whose others "
        + "are searched for numerically; leave either out")
  }

  func neutralComponents(_ k: Int) throws -> [Point] {
    try base.schema.neutralComponents(k).map { neutral in
      let parameters = base.schema.parameters(of: neutral)
      return try component(from: parameters.with(kept(parameters)).byName)
    }
  }

  func component(from parameters: [String: ParameterValue]) throws -> Point {
    component(of: try base.schema.component(from: parameters))
  }

  /// The component with what a pass needs to measure slopes.
  func component(of base: Base.Component) -> Point {
    let space = space(base)
    return Point(base: base, differences: CentralDifferences(at: space.coordinates))
  }

  func space(_ component: Base.Component) -> SearchSpace {
    SearchSpace(base.schema.parameters(of: component), roles) {
      base.schema.transform(ofParameter: $0)
    }
  }

  func prepare(_ components: [Point]) throws -> any PreparedMixture<Statistics> {
    try SearchedMixture(self, components)
  }

  func reference(of components: [Point]) -> SumReference {
    base.reference(of: components.map(\.base)).isOwn
      ? .own(components: components.count) : .dependent
  }

  /// Those of the family, less what is tied or fixed.
  func freeParameters(_ components: [Point]) -> Int {
    let all = base.schema.freeParameters(components.map(\.base))
    guard let first = components.first else { return all }
    let space = space(first.base)
    return all - components.count * space.unrestrictedCount
      + space.coordinateRoles.freeParameters(components: components.count)
  }

  func parameters(of component: Point) -> [NamedParameter] {
    base.schema.parameters(of: component.base)
  }
  func decodeComponent(from decoder: any Decoder) throws -> Point {
    component(of: try base.schema.decodeComponent(from: decoder))
  }
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: SearchedKeys.self)
    try container.encode(roles, forKey: .searchedRoles)
    try base.encode(to: container.superEncoder(forKey: .family))
  }
}

/// The components of a family, without what they are searched by: restrictions are nothing to one that
/// is not estimated.
struct SearchedProperties<Base: ComponentProperties>: ComponentProperties {
  typealias Point = SearchedComponent<Base.Component>

  let base: Base

  func objective(of components: [Point], logLikelihood: Double, previous: Double?) -> Double? {
    base.objective(
      of: components.map(\.base), logLikelihood: logLikelihood, previous: previous)
  }
  func pointEstimate(of components: [Point]) -> PointEstimate? {
    base.pointEstimate(of: components.map(\.base))
  }
  func diagnose(_ components: [Point], counts: [Double]) -> [Diagnosis] {
    base.diagnose(components.map(\.base), counts: counts)
  }
  func notes(on components: [Point]) -> [String] { base.notes(on: components.map(\.base)) }
  func drift(from previous: [Point], to components: [Point]) -> [DensityDrift]? {
    base.drift(from: previous.map(\.base), to: components.map(\.base))
  }
  func moments(of component: Point) -> Moments? { base.moments(of: component.base) }
  func marginal(of components: [Point], columns: [Int]) throws -> (any ComponentSet)? {
    try base.marginal(of: components.map(\.base), columns: columns)
  }
  func distribution(of component: Point) -> CumulativeDistribution? {
    base.distribution(of: component.base)
  }
  func separates(_ given: [Int]) -> Bool { base.separates(given) }
  var hasLinearConditionalMeans: Bool { base.hasLinearConditionalMeans }
  func responder(_ components: [Point], weights: [Double]) throws -> (any Responder)? {
    try base.responder(components.map(\.base), weights: weights)
  }
  func completed(
    _ component: Point, _ row: [Double], observed: [Int], drawing random: inout CounterRandom?
  ) throws -> [Double]? {
    try base.completed(component.base, row, observed: observed, drawing: &random)
  }
  func sample(_ component: Point, using random: inout CounterRandom) throws -> [Double] {
    try base.sample(component.base, using: &random)
  }
  func sampler(_ components: [Point]) throws -> any BlockSampler {
    try base.sampler(components.map(\.base))
  }
}

/// One component, and around which points of its free numbers the weighted log-density is summed up.
struct SearchedComponent<Base: MixtureComponent>: MixtureComponent {
  var base: Base
  var differences: CentralDifferences?

  init(base: Base, differences: CentralDifferences?) {
    (self.base, self.differences) = (base, differences)
  }

  init(from decoder: any Decoder) throws {
    self.init(base: try Base(from: decoder), differences: nil)
  }
  func encode(to encoder: any Encoder) throws { try base.encode(to: encoder) }
}

enum SearchedKeys: String, CodingKey {
  case searchedRoles, family
}

extension FamilyDefinition {
  /// The family for given data that keeps to the restrictions of the context.
  func constrainedFamily(in context: FamilyContext) throws -> any ComponentFamily {
    guard context.constraints.components.isEmpty || passesConstraintsOn else {
      return try restrictedFamily(in: context)
    }
    let family = try makeFamily(in: context)
    if context.constraints.isEmpty || keepsConstraints { return family }
    return try searched(family, in: context)
  }

  private func searched<Family: ComponentFamily>(_ family: Family, in context: FamilyContext) throws
    -> any ComponentFamily
  { try SearchedFamily(family, in: context) }

  /// The family that a model file holds, with its restrictions.
  func constrainedFamily(from decoder: any Decoder, catalogue: Catalogue) throws
    -> any ComponentFamily
  {
    if let family = try restrictedFamily(from: decoder, catalogue: catalogue) { return family }
    guard let container = try? decoder.container(keyedBy: SearchedKeys.self),
      let roles = try container.decodeIfPresent([ParameterRole].self, forKey: .searchedRoles)
    else { return try decodeFamily(from: decoder, catalogue: catalogue) }
    return try searched(
      decodeFamily(from: container.superDecoder(forKey: .family), catalogue: catalogue), roles)
  }

  private func searched<Family: ComponentFamily>(_ family: Family, _ roles: [ParameterRole]) throws
    -> any ComponentFamily
  { SearchedFamily(family, roles: roles) }
}
