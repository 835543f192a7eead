/// The parameters of two families; each reads those that bear its prefix.
struct ProductSchema<First: ComponentFamily, Second: ComponentFamily>: ParameterSchema {
  typealias Pair = PairedComponent<First.Component, Second.Component>

  private let families: (First, Second)
  private let first: First.Schema
  private let second: Second.Schema

  init(first: First, second: Second) {
    families = (first, second)
    (self.first, self.second) = (first.schema, second.schema)
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

  /// Those of the factors; where one has none, its numbers are all free.
  var roles: [ParameterRole] {
    let (a, b) = (first.roles, second.roles)
    guard !(a.isEmpty && b.isEmpty) else { return [] }
    return a.completed(to: numberCount(families.0)) + b.completed(to: numberCount(families.1))
  }

  /// Those of the factors; where one restricts a component and the other not, its are as in all.
  var rolesByComponent: [Int: [ParameterRole]] {
    let (a, b) = (first.rolesByComponent, second.rolesByComponent)
    guard !(a.isEmpty && b.isEmpty) else { return [:] }
    let counts = (numberCount(families.0), numberCount(families.1))
    return Dictionary(
      uniqueKeysWithValues: Set(a.keys).union(b.keys).map { k in
        (
          k,
          (a[k] ?? first.roles).completed(to: counts.0)
            + (b[k] ?? second.roles).completed(to: counts.1)
        )
      })
  }

  /// How many numbers a component's parameters are.
  private func numberCount<Family: ComponentFamily>(_ family: Family) -> Int {
    guard let neutral = try? family.neutralComponents(1).first else { return 0 }
    return family.schema.parameters(of: neutral).reduce(0) { $0 + $1.value.numbers.count }
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
