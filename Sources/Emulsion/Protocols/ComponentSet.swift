/// Components together with the family that they are of, whichever it is.
public protocol ComponentSet<Family>: Sendable {
  /// The family.
  associatedtype Family: ComponentFamily
  /// The family.
  var family: Family { get }
  /// Its components.
  var components: [Family.Component] { get }
}

/// Components of one family.
public struct FamilyComponents<Family: ComponentFamily>: ComponentSet {
  /// The family.
  public let family: Family
  /// Its components.
  public let components: [Family.Component]

  /// Puts components beside their family.
  public init(family: Family, components: [Family.Component]) {
    (self.family, self.components) = (family, components)
  }
}

extension ComponentFamily {
  /// All columns as they are; others are not known.
  public func marginal(of components: [Component], columns: [Int]) throws -> (any ComponentSet)? {
    guard columns == Array(0..<dimension) else {
      throw EmulsionError(
        .invalidOption,
        "marginal: components of the family \(quoted(name)) are of no known family in some of their "
          + "columns alone")
    }
    return FamilyComponents(family: self, components: components)
  }

  /// None.
  public func distribution(of component: Component) -> CumulativeDistribution? { nil }

  /// Only none or all of its columns.
  public func separates(_ given: [Int]) -> Bool { given.isEmpty || Set(given).count == dimension }

  /// False.
  public var hasLinearConditionalMeans: Bool { false }

  /// None.
  public func responder(_ components: [Component], weights: [Double]) throws -> (any Responder)? {
    nil
  }
}
