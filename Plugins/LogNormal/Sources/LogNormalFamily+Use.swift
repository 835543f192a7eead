import Emulsion

extension LogNormalFamily {
  /// The Gaussian's, of the logarithms.
  public func marginal(of components: [Gaussian], columns: [Int]) -> (any ComponentSet)? {
    FamilyComponents(
      family: LogNormalFamily(gaussian: gaussian.selecting(columns)),
      components: components.map { gaussian.selecting(columns, of: $0) })
  }

  /// The Gaussian's at ln x.
  public func distribution(of component: Gaussian) -> CumulativeDistribution? {
    guard let logarithms = gaussian.distribution(of: component) else { return nil }
    return CumulativeDistribution(on: 0...Double.infinity) { x in
      logarithms.tails(at: Elementary.log(x))
    }
  }
}
