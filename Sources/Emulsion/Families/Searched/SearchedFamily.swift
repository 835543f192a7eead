/// A family of which some parameters are tied or fixed, and that does not see to it itself: what is left
/// of them is searched for numerically.
///
/// The M step maximises Σₖ Σγ ln p(x|θₖ) by L-BFGS over what is free or tied, from the better of the
/// previous parameters and those of the family's own M step made to keep to the restrictions; slopes are
/// central differences, whose points all share a pass over the data. No step goes down.
struct SearchedFamily<Base: ComponentFamily>: ComponentFamily {
  typealias Component = SearchedComponent<Base.Component>
  typealias Statistics = SearchedStatistics<Base.Statistics>

  let base: Base
  let roles: [ParameterRole]

  /// - Throws: `invalid-option` for what does not fit the parameters.
  init(_ base: Base, in context: FamilyContext) throws {
    guard !base.mixesItself, let neutral = try base.neutralComponents(1).first else {
      throw EmulsionError(
        .invalidOption,
        "the family \(quoted(base.name)) lets no parameter be fixed or tied: its probabilities "
          + "depend on the rows")
    }
    let parameters = base.parameters(of: neutral)
    let transforms = parameters.map { ($0.name, base.transform(ofParameter: $0.name)) }
    let wholes = transforms.filter { $0.1 == .simplex }.map(\.0)
    let roles = try context.roles(
      of: parameters, family: base.name,
      domains: Dictionary(transforms.map { ($0.0, $0.1.support) }) { first, _ in first },
      wholes: Set(wholes))
    self.init(base, roles: roles)
    do {
      _ = try base.component(from: parameters.with(kept(parameters)).byName)
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
  var origin: String? { base.origin }
  var dimension: Int { base.dimension }
  var maximumConcurrency: Int { base.maximumConcurrency }
  var rowsPerBlock: Int { base.rowsPerBlock }
  func support(ofColumn j: Int) -> Support { base.support(ofColumn: j) }
  func holdsCodes(inColumn j: Int) -> Bool { base.holdsCodes(inColumn: j) }
  var startShare: Double { base.startShare }

  func noiseRegion(from lowest: [Double], to highest: [Double]) throws -> UniformRegion {
    try base.noiseRegion(from: lowest, to: highest)
  }

  func sampleNoise(_ region: UniformRegion, using random: inout CounterRandom) -> [Double] {
    base.sampleNoise(region, using: &random)
  }

  func neutralComponents(_ k: Int) throws -> [Component] {
    try base.neutralComponents(k).map { neutral in
      let parameters = base.parameters(of: neutral)
      return try component(from: parameters.with(kept(parameters)).byName)
    }
  }

  func component(from parameters: [String: ParameterValue]) throws -> Component {
    component(of: try base.component(from: parameters))
  }

  /// The component with what a pass needs to measure slopes.
  func component(of base: Base.Component) -> Component {
    let space = space(base)
    return Component(base: base, differences: CentralDifferences(at: space.coordinates))
  }

  func space(_ component: Base.Component) -> SearchSpace {
    SearchSpace(base.parameters(of: component), roles) { base.transform(ofParameter: $0) }
  }

  func prepare(_ components: [Component]) throws -> any PreparedMixture<Statistics> {
    try SearchedMixture(self, components)
  }

  func start(_ context: StartContext) throws -> Start? { try base.start(context) }

  func needsOwnMeasure(_ components: [Component]) -> Bool {
    base.needsOwnMeasure(components.map(\.base))
  }

  /// Those of the family, less what is tied or fixed.
  func freeParameters(_ components: [Component]) -> Int {
    let all = base.freeParameters(components.map(\.base))
    guard let first = components.first else { return all }
    let space = space(first.base)
    return all - components.count * space.unrestrictedCount
      + space.coordinateRoles.freeParameters(components: components.count)
  }

  func diagnose(_ components: [Component], counts: [Double]) -> [Diagnosis] {
    base.diagnose(components.map(\.base), counts: counts)
  }
  func parameters(of component: Component) -> [NamedParameter] {
    base.parameters(of: component.base)
  }
  func moments(of component: Component) -> Moments? { base.moments(of: component.base) }
  func sample(_ component: Component, using random: inout CounterRandom) throws -> [Double] {
    try base.sample(component.base, using: &random)
  }
  func sampler(_ components: [Component]) throws -> any BlockSampler {
    try base.sampler(components.map(\.base))
  }
  /// Without restrictions, which are nothing to one that is not estimated.
  func marginal(of components: [Component], columns: [Int]) throws -> (any ComponentSet)? {
    try base.marginal(of: components.map(\.base), columns: columns)
  }
  func distribution(of component: Component) -> CumulativeDistribution? {
    base.distribution(of: component.base)
  }
  var hasLinearConditionalMeans: Bool { base.hasLinearConditionalMeans }
  func responder(_ components: [Component], weights: [Double]) throws -> (any Responder)? {
    try base.responder(components.map(\.base), weights: weights)
  }
  func decodeComponent(from decoder: any Decoder) throws -> Component {
    component(of: try base.decodeComponent(from: decoder))
  }
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: SearchedKeys.self)
    try container.encode(roles, forKey: .searchedRoles)
    try base.encode(to: container.superEncoder(forKey: .family))
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
