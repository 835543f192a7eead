/// The parameters of a family, and `concomitant`: the coefficients of the mixing probabilities.
public struct ConcomitantSchema<Base: ComponentFamily>: ParameterSchema {
  /// The family's component and coefficients.
  public typealias Member = ConcomitantComponent<Base.Component>

  private let base: Base
  private let own: Base.Schema
  private let mixing: MixingLogit

  init(base: Base, mixing: MixingLogit) {
    (self.base, self.mixing) = (base, mixing)
    own = base.schema
  }

  static var name: String { "concomitant" }

  /// All alike, and equally probable.
  public func neutralComponents(_ k: Int) throws -> [Member] {
    try own.neutralComponents(k).map { Member($0, mixing: mixing.constant(1 / Double(k))) }
  }

  /// Those of the family, and (K − 1)·q of the probabilities, less what is tied or fixed.
  public func freeParameters(_ components: [Member]) -> Int {
    own.freeParameters(components.map(\.base)) + (components.count - 1) * mixing.free.count
  }

  /// Those of the family, and `concomitant`: coefficients of the covariates, intercept first.
  public func parameters(of component: Member) -> [NamedParameter] {
    let list = own.parameters(of: component.base)
    return mixing.isConstant ? list : list + [mixing.parameter(component.mixing)]
  }

  /// The family's.
  public func transform(ofParameter name: String) -> ParameterTransform {
    name == Self.name && !mixing.isConstant ? .real : own.transform(ofParameter: name)
  }

  /// The family's.
  public func covarianceModel(ofParameter name: String) -> (any CovarianceModel)? {
    own.covarianceModel(ofParameter: name)
  }

  /// Coefficients are.
  public func isContrast(_ name: String) -> Bool {
    name == Self.name && !mixing.isConstant || own.isContrast(name)
  }

  /// The family's.
  public func factorPart(ofParameter name: String) -> FactorPart? {
    own.factorPart(ofParameter: name)
  }

  /// Without covariates.
  public var mixesByWeights: Bool { mixing.isConstant }

  /// A component from the family's parameters, and `concomitant` where it is given.
  public func component(from parameters: [String: ParameterValue]) throws -> Member {
    Member(
      try own.component(from: rest(of: parameters)), mixing: try coefficients(in: parameters))
  }

  /// The same; what the family learned is kept.
  public func component(
    from parameters: [String: ParameterValue], replacing component: Member
  ) throws -> Member {
    Member(
      try own.component(from: rest(of: parameters), replacing: component.base),
      mixing: try coefficients(in: parameters))
  }

  private func rest(of parameters: [String: ParameterValue]) -> [String: ParameterValue] {
    mixing.isConstant ? parameters : parameters.filter { $0.key != Self.name }
  }

  private func coefficients(in parameters: [String: ParameterValue]) throws -> [Double] {
    let zeros = [Double].zeros(mixing.width)
    guard !mixing.isConstant else { return zeros }
    var reader = ParameterReader(parameters.filter { $0.key == Self.name }, of: base.name)
    return mixing.obeying(
      mixing.covariates.toFrame(
        try reader.numbers(Self.name, count: mixing.width, default: zeros)))
  }

  /// Those of the family, and what is tied or fixed of `concomitant`.
  public var roles: [ParameterRole] {
    let first = own.roles
    guard !(first.isEmpty && mixing.roles.isEmpty) else { return [] }
    return first.completed(to: own.numberCount) + mixingRoles
  }

  /// Those of the family, and what is tied or fixed of `concomitant` in all.
  public var rolesByComponent: [Int: [ParameterRole]] {
    own.rolesByComponent.mapValues { $0.completed(to: own.numberCount) + mixingRoles }
  }

  private var mixingRoles: [ParameterRole] {
    mixing.roles.completed(to: mixing.isConstant ? 0 : mixing.width)
  }

  /// Both parts by themselves.
  public func keeping(_ components: [Member], weights: [Double]) throws -> [Member] {
    let kept =
      own.roles.isFree && own.rolesByComponent.isEmpty
      ? components.map(\.base) : try own.keeping(components.map(\.base), weights: weights)
    return zip(kept, components).map { Member($0, mixing: mixing.obeying($1.mixing)) }
  }

  /// The same probabilities everywhere, to begin with.
  public func mixed(_ components: [Member], weights: [Double]) -> [Member] {
    let inner = own.mixed(components.map(\.base), weights: weights)
    let isOpen = components.allSatisfy { $0.mixing.allSatisfy { $0 == 0 } }
    return components.indices.map { k in
      Member(
        inner[k], mixing: isOpen ? mixing.constant(weights[k]) : components[k].mixing)
    }
  }

  /// With coefficients of 0 in the first component.
  public func told(_ components: [Member]) -> [Member] {
    let inner = own.told(components.map(\.base))
    let coefficients = mixing.baselined(components.map(\.mixing))
    return components.indices.map { k in
      var result = components[k]
      (result.base, result.mixing) = (inner[k], coefficients[k])
      return result
    }
  }

  private enum Keys: String, CodingKey {
    case base, mixing, separating
    /// What regressions were written as before other families had covariates.
    case regression
  }

  /// Reads back a component that fits both parts.
  public func decodeComponent(from decoder: any Decoder) throws -> Member {
    let container = try decoder.container(keyedBy: Keys.self)
    let coefficients = try container.decode([Double].self, forKey: .mixing)
    guard coefficients.count == mixing.width, coefficients.allSatisfy(\.isFinite) else {
      throw EmulsionError(.invalidData, "a component's covariates don't fit their formula")
    }
    let separating = try container.decodeIfPresent([Int].self, forKey: .separating) ?? []
    guard separating.allSatisfy(coefficients.indices.contains) else {
      throw EmulsionError(.invalidData, "a component's covariates don't fit their formula")
    }
    return Member(
      try own.decodeComponent(
        from: container.superDecoder(forKey: container.contains(.base) ? .base : .regression)),
      mixing: coefficients, separating: separating)
  }
}

extension MixingLogit {
  /// The coefficients as users see them, in the units of the data.
  func parameter(_ coefficients: [Double]) -> NamedParameter {
    var values = covariates.fromFrame(coefficients)
    for (i, role) in roles.enumerated() { values[i] = role.fixedValue ?? values[i] }
    let name = "concomitant"
    return NamedParameter(
      name, .vector(values), labels: covariates.titles.map { "\(name) \($0)" })
  }
}
