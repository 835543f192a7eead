/// The parameters of a factor, whose names bear a prefix.
struct PrefixedSchema<Base: ParameterSchema>: ParameterSchema {
  let base: Base
  let prefix: String
  /// Which columns of the data it describes.
  let columns: [Int]

  func neutralComponents(_ k: Int) throws -> [Base.Component] { try base.neutralComponents(k) }

  func freeParameters(_ components: [Base.Component]) -> Int { base.freeParameters(components) }

  func parameters(of component: Base.Component) -> [NamedParameter] {
    base.parameters(of: component).map { parameter in
      var result = NamedParameter(
        prefix + parameter.name, parameter.value, labels: parameter.labels)
      // Of a product within, such as one beside covariates, the factor says which of its columns.
      let own = parameter.factor
      result.factor = (
        own?.columns.map { columns[$0] } ?? columns, own?.name ?? parameter.name
      )
      return result
    }
  }

  /// Reads the parameters that bear the prefix, and leaves the others to other factors.
  func component(from parameters: [String: ParameterValue]) throws -> Base.Component {
    try base.component(from: parameters.withPrefix(prefix))
  }

  func component(
    from parameters: [String: ParameterValue], replacing component: Base.Component
  ) throws -> Base.Component {
    try base.component(from: parameters.withPrefix(prefix), replacing: component)
  }

  func transform(ofParameter name: String) -> ParameterTransform {
    name.hasPrefix(prefix)
      ? base.transform(ofParameter: String(name.dropFirst(prefix.count))) : .real
  }

  func covarianceModel(ofParameter name: String) -> (any CovarianceModel)? {
    name.hasPrefix(prefix)
      ? base.covarianceModel(ofParameter: String(name.dropFirst(prefix.count))) : nil
  }

  func isContrast(_ name: String) -> Bool {
    name.hasPrefix(prefix) && base.isContrast(String(name.dropFirst(prefix.count)))
  }

  func factorPart(ofParameter name: String) -> FactorPart? {
    name.hasPrefix(prefix)
      ? base.factorPart(ofParameter: String(name.dropFirst(prefix.count))) : nil
  }

  var mixesByWeights: Bool { base.mixesByWeights }

  var roles: [ParameterRole] { base.roles }

  var rolesByComponent: [Int: [ParameterRole]] { base.rolesByComponent }

  func told(_ components: [Base.Component]) -> [Base.Component] { base.told(components) }

  func keeping(_ components: [Base.Component], weights: [Double]) throws -> [Base.Component] {
    try base.keeping(components, weights: weights)
  }

  func mixed(_ components: [Base.Component], weights: [Double]) -> [Base.Component] {
    base.mixed(components, weights: weights)
  }

  func restrained(_ far: [Base.Component], from near: [Base.Component]) -> [Base.Component]? {
    base.restrained(far, from: near)
  }

  func decodeComponent(from decoder: any Decoder) throws -> Base.Component {
    try base.decodeComponent(from: decoder)
  }
}

extension [String: ParameterValue] {
  /// What bears the prefix, without it.
  func withPrefix(_ prefix: String) -> [String: ParameterValue] {
    reduce(into: [:]) { result, entry in
      if entry.key.hasPrefix(prefix) {
        result[String(entry.key.dropFirst(prefix.count))] = entry.value
      }
    }
  }
}
