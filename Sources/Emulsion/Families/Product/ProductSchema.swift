/// The parameters of two families; each reads those that bear its prefix.
struct ProductSchema<First: ParameterSchema, Second: ParameterSchema>: ParameterSchema {
  typealias Pair = PairedComponent<First.Component, Second.Component>

  let first: First
  let second: Second

  func neutralComponents(_ k: Int) throws -> [Pair] {
    try componentPairs(first.neutralComponents(k), second.neutralComponents(k))
  }

  func freeParameters(_ components: [Pair]) -> Int {
    first.freeParameters(components.map(\.first))
      + second.freeParameters(components.map(\.second))
  }

  func parameters(of component: Pair) -> [NamedParameter] {
    first.parameters(of: component.first) + second.parameters(of: component.second)
  }

  func component(from parameters: [String: ParameterValue]) throws -> Pair {
    Pair(
      first: try first.component(from: parameters), second: try second.component(from: parameters))
  }

  func component(from parameters: [String: ParameterValue], replacing component: Pair) throws
    -> Pair
  {
    Pair(
      first: try first.component(from: parameters, replacing: component.first),
      second: try second.component(from: parameters, replacing: component.second))
  }

  /// That of the factor to which the parameter belongs; the other knows no border.
  func transform(ofParameter name: String) -> ParameterTransform {
    let own = first.transform(ofParameter: name)
    return own == .real ? second.transform(ofParameter: name) : own
  }

  func covarianceModel(ofParameter name: String) -> (any CovarianceModel)? {
    first.covarianceModel(ofParameter: name) ?? second.covarianceModel(ofParameter: name)
  }

  func isContrast(_ name: String) -> Bool { first.isContrast(name) || second.isContrast(name) }

  func factorPart(ofParameter name: String) -> FactorPart? {
    first.factorPart(ofParameter: name) ?? second.factorPart(ofParameter: name)
  }

  var mixesByWeights: Bool { first.mixesByWeights || second.mixesByWeights }

  /// Those of the factors; where one has none, its numbers are all free.
  var roles: [ParameterRole] {
    let (a, b) = (first.roles, second.roles)
    guard !(a.isEmpty && b.isEmpty) else { return [] }
    return a.completed(to: first.numberCount) + b.completed(to: second.numberCount)
  }

  /// Those of the factors; where one restricts a component and the other not, its are as in all.
  var rolesByComponent: [Int: [ParameterRole]] {
    let (a, b) = (first.rolesByComponent, second.rolesByComponent)
    guard !(a.isEmpty && b.isEmpty) else { return [:] }
    let counts = (first.numberCount, second.numberCount)
    return Dictionary(
      uniqueKeysWithValues: Set(a.keys).union(b.keys).map { k in
        (
          k,
          (a[k] ?? first.roles).completed(to: counts.0)
            + (b[k] ?? second.roles).completed(to: counts.1)
        )
      })
  }

  func keeping(_ components: [Pair], weights: [Double]) throws -> [Pair] {
    let (a, b) = (components.map(\.first), components.map(\.second))
    return componentPairs(
      first.roles.isFree && first.rolesByComponent.isEmpty
        ? a : try first.keeping(a, weights: weights),
      second.roles.isFree && second.rolesByComponent.isEmpty
        ? b : try second.keeping(b, weights: weights))
  }

  func mixed(_ components: [Pair], weights: [Double]) -> [Pair] {
    componentPairs(
      first.mixed(components.map(\.first), weights: weights),
      second.mixed(components.map(\.second), weights: weights))
  }

  func restrained(_ far: [Pair], from near: [Pair]) -> [Pair]? {
    guard let a = first.restrained(far.map(\.first), from: near.map(\.first)),
      let b = second.restrained(far.map(\.second), from: near.map(\.second))
    else { return nil }
    return componentPairs(a, b)
  }

  func decodeComponent(from decoder: any Decoder) throws -> Pair {
    let container = try decoder.container(keyedBy: FactorKeys.self)
    return Pair(
      first: try first.decodeComponent(from: container.superDecoder(forKey: .first)),
      second: try second.decodeComponent(from: container.superDecoder(forKey: .second)))
  }
}
