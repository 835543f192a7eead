/// How a family's parameters are named, read, written and counted, and what is fixed or tied of them.
public protocol ParameterSchema<Component>: Sendable {
  /// One component's parameters.
  associatedtype Component: MixtureComponent

  /// K components all alike: what the pass over a start's responsibilities measures from.
  func neutralComponents(_ k: Int) throws -> [Component]
  /// The number of free parameters of the components, mixing weights apart.
  func freeParameters(_ components: [Component]) -> Int
  /// A component's parameters by name, in the units of the data.
  func parameters(of component: Component) -> [NamedParameter]
  /// The component with the given parameters; those left out take the family's neutral value.
  func component(from parameters: [String: ParameterValue]) throws -> Component
  /// The same, where `component` is what it takes the place of; what else was learned of that is kept.
  func component(from parameters: [String: ParameterValue], replacing component: Component) throws
    -> Component
  /// The borders that a parameter keeps within, for searches over it.
  func transform(ofParameter name: String) -> ParameterTransform
  /// The structure of the covariances that this parameter of all components is; `nil` for any other.
  func covarianceModel(ofParameter name: String) -> (any CovarianceModel)?
  /// Whether only differences of this parameter between components matter, so that it is 0 in the first.
  func isContrast(_ name: String) -> Bool
  /// What of factor analysers this parameter is; `nil` for any other.
  func factorPart(ofParameter name: String) -> FactorPart?
  /// Whether components include mixing probabilities that are the same for all rows: the weights, which
  /// ``mixed(_:weights:)`` sets.
  var mixesByWeights: Bool { get }
  /// What fits make of each number of ``parameters(of:)``, in that order; none where nothing is tied or
  /// fixed.
  var roles: [ParameterRole] { get }
  /// The same of single components, by their place from 0, where it differs; these keep their places in results.
  var rolesByComponent: [Int: [ParameterRole]] { get }
  /// Components made to keep to ``roles``, as a start must; asked only where something is tied or fixed.
  ///
  /// - Parameter weights: Their shares of the rows.
  func keeping(_ components: [Component], weights: [Double]) throws -> [Component]
  /// Components that include mixing probabilities, with the given ones.
  func mixed(_ components: [Component], weights: [Double]) -> [Component]
  /// Components as results tell them, which are the same distributions: what is compared with the first is
  /// compared with the one that comes first now.
  func told(_ components: [Component]) -> [Component]
  /// Components that extrapolated sums made, drawn back to where EM can go on from: what has come near or
  /// beyond a border of its domain keeps a sixteenth of its distance from it; `nil` where they are none of the
  /// family. By default as they are, if ``withinDomains(_:)``.
  func restrained(_ far: [Component], from near: [Component]) -> [Component]?
  /// Reads back a component; families with existential parts decode them here.
  func decodeComponent(from decoder: any Decoder) throws -> Component
}

extension ParameterSchema {
  /// Nothing else was learned.
  public func component(
    from parameters: [String: ParameterValue], replacing component: Component
  ) throws -> Component { try self.component(from: parameters) }

  /// None.
  public func transform(ofParameter name: String) -> ParameterTransform { .real }

  /// It is no covariance.
  public func covarianceModel(ofParameter name: String) -> (any CovarianceModel)? { nil }

  /// False.
  public func isContrast(_ name: String) -> Bool { false }

  /// It is none of factors.
  public func factorPart(ofParameter name: String) -> FactorPart? { nil }

  /// False.
  public var mixesByWeights: Bool { false }

  /// Nothing is tied or fixed.
  public var roles: [ParameterRole] { [] }

  /// None.
  public var rolesByComponent: [Int: [ParameterRole]] { [:] }

  /// By their numbers: what is fixed is put in place, and what is tied is averaged.
  public func keeping(_ components: [Component], weights: [Double]) throws -> [Component] {
    let given = components.map(parameters)
    let numbers = roles.applied(to: given.map { $0.flatMap(\.value.numbers) }, weights: weights)
    return try zip(given, numbers).map { try component(from: $0.with($1).byName) }
  }

  /// The components as they are.
  public func mixed(_ components: [Component], weights: [Double]) -> [Component] { components }

  /// As they are.
  public func told(_ components: [Component]) -> [Component] { components }

  /// As they are, if they can be.
  public func restrained(_ far: [Component], from near: [Component]) -> [Component]? {
    withinDomains(far)
  }

  /// The components, if their parameters are ones that components may have; else `nil`.
  public func withinDomains(_ components: [Component]) -> [Component]? {
    components.allSatisfy { (try? component(from: parameters(of: $0).byName)) != nil }
      ? components : nil
  }

  /// How many numbers a component's parameters are.
  var numberCount: Int {
    guard let neutral = try? neutralComponents(1).first else { return 0 }
    return parameters(of: neutral).reduce(0) { $0 + $1.value.numbers.count }
  }

  /// Decodes the component by its own conformance.
  public func decodeComponent(from decoder: any Decoder) throws -> Component {
    try Component(from: decoder)
  }
}
