/// A family of which single components are restricted: some of their parameters, or all, keep given values.
///
/// Where components are estimated apart from each other, the M step of each is that of the family under its own
/// restrictions, with the same sums: a component of which a part is fixed is estimated by a variant of the family that
/// fixes it in all, and one that is fixed as a whole is not estimated.
struct RestrictedFamily<Base: ComponentFamily>: ComponentFamily {
  let base: Base
  /// What becomes of the numbers of restricted components, by their place.
  let restrictions: [Int: [ParameterRole]]
  /// The families of those that are fixed in part.
  let variants: [Int: Base]
  /// What the numbers of any component belong to.
  private let template: [NamedParameter]

  /// - Throws: `invalid-option` for values of which the family makes no component.
  init(_ base: Base, _ restrictions: [Int: [ParameterRole]], variants: [Int: Base]) throws {
    (self.base, self.restrictions, self.variants) = (base, restrictions, variants)
    template = try base.schema.neutralComponents(1).first.map(base.schema.parameters) ?? []
    // What is fixed as a whole must be a component.
    for (k, roles) in restrictions where roles.allSatisfy({ $0.fixedValue != nil }) {
      do {
        _ = try base.schema.component(from: template.with(roles.compactMap(\.fixedValue)).byName)
      } catch let error as EmulsionError {
        throw EmulsionError(error.code, "fixed: components[\(k + 1)]: \(error.message)")
      }
    }
  }

  var name: String { base.name }
  var traits: Base.Traits { base.traits }
  var schema: RestrictedSchema<Base.Schema> {
    RestrictedSchema(
      base: base.schema, rolesByComponent: restrictions, variants: variants.mapValues(\.schema),
      whole: whole)
  }
  var properties: RestrictedProperties<Base.Properties> {
    RestrictedProperties(base: base.properties, whole: whole)
  }

  /// The components that are fixed as a whole.
  private var whole: Set<Int> {
    Set(restrictions.filter { $1.allSatisfy { $0.fixedValue != nil } }.keys)
  }

  func prepare(_ components: [Base.Component]) throws -> any PreparedMixture<Base.Statistics> {
    try base.prepare(components)
  }

  func prepare(_ components: [Base.Component], observing columns: [Int]) throws
    -> any PreparedMixture<Base.Statistics>
  { try base.prepare(components, observing: columns) }

  func prepare(
    _ components: [Base.Component], observing columns: [Int], errors: MeasurementErrors
  ) throws -> any PreparedMixture<Base.Statistics> {
    try base.prepare(components, observing: columns, errors: errors)
  }

  func reference(of components: [Base.Component]) -> SumReference { base.reference(of: components) }

  func estimate(_ statistics: Base.Statistics, counts: [Double], previous: [Base.Component]) throws
    -> [Base.Component]
  {
    try restricted(
      base.estimate(statistics, counts: counts, previous: previous), previous
    ) { try $0.estimate(statistics, counts: counts, previous: previous) }
  }

  func estimate(
    _ statistics: Base.Statistics, counts: [Double], previous: [Base.Component],
    remeasured: (_ trial: [Base.Component]) throws -> Base.Statistics
  ) throws -> [Base.Component] {
    try restricted(
      base.estimate(
        statistics, counts: counts, previous: previous, remeasured: remeasured), previous
    ) {
      try $0.estimate(statistics, counts: counts, previous: previous, remeasured: remeasured)
    }
  }

  /// What the family found, with what its variants find in place of restricted components.
  private func restricted(
    _ found: [Base.Component], _ previous: [Base.Component],
    _ estimate: (Base) throws -> [Base.Component]
  ) throws -> [Base.Component] {
    var result = found
    for k in whole where k < result.count { result[k] = previous[k] }
    for (k, variant) in variants where k < result.count { result[k] = try estimate(variant)[k] }
    return result
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: RestrictedKeys.self)
    try container.encode(
      Dictionary(uniqueKeysWithValues: restrictions.map { ("\($0 + 1)", $1) }),
      forKey: .heldComponents)
    var list = container.nestedContainer(keyedBy: ComponentKey.self, forKey: .variants)
    for (k, variant) in variants { try variant.encode(to: list.superEncoder(forKey: .init(k))) }
    try base.encode(to: container.superEncoder(forKey: .family))
  }
}

/// A component's number as a key of a file, from 1.
private struct ComponentKey: CodingKey {
  let stringValue: String
  let intValue: Int? = nil

  init(_ component: Int) { stringValue = "\(component + 1)" }
  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { return nil }

  /// From 0.
  var component: Int? { Int(stringValue).map { $0 - 1 }.flatMap { $0 >= 0 ? $0 : nil } }
}

/// The parameters of a family, of which single components keep some.
struct RestrictedSchema<Base: ParameterSchema>: ParameterSchema {
  let base: Base
  let rolesByComponent: [Int: [ParameterRole]]
  /// Those of components that are fixed in part.
  let variants: [Int: Base]
  /// The components that are fixed as a whole.
  let whole: Set<Int>

  /// The family's, and in the places of what is held those of its variants: a neutral component need be none that
  /// parameters make, so that nothing is put into it unless it is replaced as a whole.
  func neutralComponents(_ k: Int) throws -> [Base.Component] {
    var result = try base.neutralComponents(k)
    for (place, variant) in variants where place < k {
      result[place] = try variant.neutralComponents(k)[place]
    }
    for place in whole where place < k { result[place] = try held(place, like: result[place]) }
    return result
  }
  /// Of each component, those that are not fixed.
  func freeParameters(_ components: [Base.Component]) -> Int {
    components.indices.reduce(0) { sum, k in
      if whole.contains(k) { return sum }
      return sum + (variants[k] ?? base).freeParameters([components[k]])
    }
  }
  func parameters(of component: Base.Component) -> [NamedParameter] {
    base.parameters(of: component)
  }
  func component(from parameters: [String: ParameterValue]) throws -> Base.Component {
    try base.component(from: parameters)
  }
  func component(from parameters: [String: ParameterValue], replacing component: Base.Component)
    throws
    -> Base.Component
  { try base.component(from: parameters, replacing: component) }
  func transform(ofParameter name: String) -> ParameterTransform {
    base.transform(ofParameter: name)
  }
  func covarianceModel(ofParameter name: String) -> (any CovarianceModel)? {
    base.covarianceModel(ofParameter: name)
  }
  func isContrast(_ name: String) -> Bool { base.isContrast(name) }
  func factorPart(ofParameter name: String) -> FactorPart? {
    base.factorPart(ofParameter: name)
  }
  var mixesByWeights: Bool { base.mixesByWeights }
  var roles: [ParameterRole] { base.roles }

  /// What is fixed in all, and then in single components, by the family that fixes it in all.
  func keeping(_ components: [Base.Component], weights: [Double]) throws -> [Base.Component] {
    var result =
      base.roles.isFree ? components : try base.keeping(components, weights: weights)
    for (k, variant) in variants where k < result.count {
      result[k] = try variant.keeping([result[k]], weights: [1])[0]
    }
    for k in whole where k < result.count { result[k] = try held(k, like: result[k]) }
    return result
  }

  /// The component that is fixed as a whole.
  private func held(_ k: Int, like component: Base.Component) throws -> Base.Component {
    let values = (rolesByComponent[k] ?? []).compactMap(\.fixedValue)
    return try base.component(
      from: base.parameters(of: component).with(values).byName, replacing: component)
  }

  func mixed(_ components: [Base.Component], weights: [Double]) -> [Base.Component] {
    base.mixed(components, weights: weights)
  }
  func told(_ components: [Base.Component]) -> [Base.Component] { base.told(components) }
  func restrained(_ far: [Base.Component], from near: [Base.Component]) -> [Base.Component]? {
    base.restrained(far, from: near).flatMap { try? keeping($0, weights: near.map { _ in 1 }) }
  }
  func decodeComponent(from decoder: any Decoder) throws -> Base.Component {
    try base.decodeComponent(from: decoder)
  }
}

/// The family's components; what a user fixed as a whole is no problem.
struct RestrictedProperties<Base: ComponentProperties>: ComponentProperties {
  let base: Base
  let whole: Set<Int>

  func objective(of components: [Base.Component], logLikelihood: Double, previous: Double?)
    -> Double?
  {
    base.objective(of: components, logLikelihood: logLikelihood, previous: previous)
  }
  func pointEstimate(of components: [Base.Component]) -> PointEstimate? {
    base.pointEstimate(of: components)
  }
  func diagnose(_ components: [Base.Component], counts: [Double]) -> [Diagnosis] {
    base.diagnose(components, counts: counts).filter { diagnosis in
      !(diagnosis.component.map(whole.contains) ?? false)
    }
  }
  func notes(on components: [Base.Component]) -> [String] { base.notes(on: components) }
  func drift(from previous: [Base.Component], to components: [Base.Component]) -> [DensityDrift]? {
    base.drift(from: previous, to: components)
  }
  func moments(of component: Base.Component) -> Moments? { base.moments(of: component) }
  func marginal(of components: [Base.Component], columns: [Int]) throws -> (any ComponentSet)? {
    try base.marginal(of: components, columns: columns)
  }
  func distribution(of component: Base.Component) -> CumulativeDistribution? {
    base.distribution(of: component)
  }
  func separates(_ given: [Int]) -> Bool { base.separates(given) }
  var hasLinearConditionalMeans: Bool { base.hasLinearConditionalMeans }
  func responder(_ components: [Base.Component], weights: [Double]) throws -> (any Responder)? {
    try base.responder(components, weights: weights)
  }
  func completed(
    _ component: Base.Component, _ row: [Double], observed: [Int],
    drawing random: inout CounterRandom?
  ) throws -> [Double]? {
    try base.completed(component, row, observed: observed, drawing: &random)
  }
  func sample(_ component: Base.Component, using random: inout CounterRandom) throws -> [Double] {
    try base.sample(component, using: &random)
  }
  func sampler(_ components: [Base.Component]) throws -> any BlockSampler {
    try base.sampler(components)
  }
}

extension FamilyDefinition {
  /// The family of which single components are restricted.
  ///
  /// - Throws: `invalid-option` for components that are not there, values that don't fit, and families whose components
  ///   are not estimated apart from each other.
  func restrictedFamily(in context: FamilyContext) throws -> any ComponentFamily {
    let constraints = context.constraints
    for k in constraints.components.keys.sorted() where k >= context.components {
      throw EmulsionError(
        .invalidOption,
        "fixed: components[\(k + 1)]: there \(context.components == 1 ? "is one component" : "are \(context.components) components") alone"
      )
    }
    guard constraints.tied.isEmpty else {
      throw EmulsionError(
        .invalidOption,
        "fixed: components don't go together with tied (\(constraints.tied.sorted().joined(separator: ", "))) yet"
      )
    }
    var common = context
    common.constraints.components = [:]
    var plain = try constrainedFamily(in: common)
    guard keepsConstraints else {
      return try opened(plain, restrictions: wholeRoles(plain, context), variants: [:], context)
    }
    common.constraints.sharesCoordinates = true
    var (roles, variants) = ([Int: [ParameterRole]](), [Int: any ComponentFamily]())
    for (k, fixed) in constraints.components {
      var own = common
      for (name, value) in fixed {
        guard own.constraints.fixed.updateValue(value, forKey: name) == nil else {
          throw EmulsionError(
            .invalidOption,
            "fixed: components[\(k + 1)]: \(quoted(name)) is fixed in all components already")
        }
      }
      do {
        let variant = try constrainedFamily(in: own)
        roles[k] = variant.schema.roles
        if roles[k]?.contains(where: { $0.fixedValue == nil }) ?? true { variants[k] = variant }
      } catch let error as EmulsionError where error.message.hasPrefix("fixed: ") {
        let rest = error.message.dropFirst("fixed: ".count)
        throw EmulsionError(error.code, "fixed: components[\(k + 1)]: \(rest)")
      }
    }
    if !variants.isEmpty { plain = try constrainedFamily(in: common) }
    return try opened(plain, restrictions: roles, variants: variants, context)
  }

  /// What is fixed in families that hold components as a whole alone.
  private func wholeRoles<Family: ComponentFamily>(_ family: Family, _ context: FamilyContext)
    throws -> [Int: [ParameterRole]]
  {
    let template = try family.schema.neutralComponents(1).flatMap(family.schema.parameters)
    return try Dictionary(
      uniqueKeysWithValues: context.constraints.components.map { k, fixed in
        var own = ParameterConstraints()
        own.fixed = fixed
        let roles = try own.roles(
          of: template, columns: context.data.columnNames, family: family.name)
        guard roles.allSatisfy({ $0.fixedValue != nil }) else {
          let names = template.map(\.name).joined(separator: ", ")
          throw EmulsionError(
            .invalidOption,
            "fixed: components[\(k + 1)]: the family \(quoted(family.name)) holds a component as a whole alone; fix "
              + "all of \(names)")
        }
        return (k, roles)
      })
  }

  private func opened<Base: ComponentFamily>(
    _ base: Base, restrictions: [Int: [ParameterRole]], variants: [Int: any ComponentFamily],
    _ context: FamilyContext
  ) throws -> any ComponentFamily {
    let neutral = try base.schema.neutralComponents(context.components)
    let alone = neutral.reduce(0) { $0 + base.schema.freeParameters([$1]) }
    guard base.schema.freeParameters(neutral) == alone else {
      throw EmulsionError(
        .invalidOption,
        "fixed: components: those of the family \(quoted(label)) share parameters here, so that one can't be held by "
          + "itself"
          + (usesCovariance
            ? "; covariance = \"full\", \"diagonal\" or \"spherical\" shares none" : ""))
    }
    let own = variants.compactMapValues { $0 as? Base }
    guard own.count == variants.count else {
      throw EmulsionError(
        .invalidOption,
        "fixed: components: the family \(quoted(label)) is another with these restrictions")
    }
    return try RestrictedFamily(base, restrictions, variants: own)
  }

  /// The family that a model file holds whose components are restricted; `nil` where it holds none.
  func restrictedFamily(from decoder: any Decoder, catalogue: Catalogue) throws
    -> (any ComponentFamily)?
  {
    guard let container = try? decoder.container(keyedBy: RestrictedKeys.self),
      let written = try container.decodeIfPresent(
        [String: [ParameterRole]].self, forKey: .heldComponents)
    else { return nil }
    let base = try constrainedFamily(
      from: container.superDecoder(forKey: .family), catalogue: catalogue)
    let list = try container.nestedContainer(keyedBy: ComponentKey.self, forKey: .variants)
    var variants: [Int: any ComponentFamily] = [:]
    for key in list.allKeys {
      guard let k = key.component else { throw Self.damaged }
      variants[k] = try constrainedFamily(
        from: list.superDecoder(forKey: key), catalogue: catalogue)
    }
    var roles: [Int: [ParameterRole]] = [:]
    for (name, own) in written {
      guard let k = ComponentKey(stringValue: name)?.component else { throw Self.damaged }
      roles[k] = own
    }
    return try restored(base, roles, variants)
  }

  private func restored<Base: ComponentFamily>(
    _ base: Base, _ roles: [Int: [ParameterRole]], _ variants: [Int: any ComponentFamily]
  ) throws -> any ComponentFamily {
    let count = base.schema.numberCount
    let own = variants.compactMapValues { $0 as? Base }
    guard own.count == variants.count, roles.values.allSatisfy({ $0.count == count }),
      variants.keys.allSatisfy({ roles[$0] != nil })
    else { throw Self.damaged }
    return try RestrictedFamily(base, roles, variants: own)
  }

  private static var damaged: EmulsionError {
    EmulsionError(.invalidData, "the restrictions of single components don't fit the family")
  }
}

private enum RestrictedKeys: String, CodingKey {
  case heldComponents, variants, family
}
