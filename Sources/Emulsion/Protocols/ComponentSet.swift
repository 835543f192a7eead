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
