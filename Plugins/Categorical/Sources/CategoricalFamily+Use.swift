import Emulsion

extension CategoricalFamily {
  /// True: all columns are independent of each other.
  public func separates(_ given: [Int]) -> Bool { true }

  /// The probabilities of these columns.
  public func marginal(of components: [CategoricalComponent], columns: [Int])
    -> (any ComponentSet)?
  {
    var family = selecting(columns)
    family.restricted = restricted.map { roles in columns.flatMap { roles[ranges[$0]] } }
    return FamilyComponents(
      family: family,
      components: components.map { component in
        CategoricalComponent(
          probabilities: columns.flatMap { component.probabilities[ranges[$0]] })
      })
  }

  /// Steps at the levels of a column, which are numbers and therefore have an order.
  public func distribution(of component: CategoricalComponent) -> CumulativeDistribution? {
    dimension == 1 ? .steps(levels[0], probabilities: component.probabilities) : nil
  }
}
