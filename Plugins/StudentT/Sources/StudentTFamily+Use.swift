import Emulsion

extension StudentTFamily {
  /// Blocks of mean and scale matrix, with the same degrees of freedom (Kotz & Nadarajah 2004, section
  /// 1.10).
  public func marginal(of components: [StudentTComponent], columns: [Int]) -> (any ComponentSet)? {
    FamilyComponents(
      family: StudentTFamily(
        gaussian: gaussian.selecting(columns), degreesOfFreedom: degreesOfFreedom),
      components: components.map {
        StudentTComponent(
          gaussian: gaussian.selecting(columns, of: $0.gaussian),
          degreesOfFreedom: $0.degreesOfFreedom)
      })
  }

  /// ½ I(ν/(ν + t²); ν/2, ½) on the outer side of t (Abramowitz & Stegun 1964, 26.7.1).
  public func distribution(of component: StudentTComponent) -> CumulativeDistribution? {
    guard let standardized = gaussian.standardized(component.gaussian) else { return nil }
    let degrees = component.degreesOfFreedom
    guard degrees.isFinite else { return gaussian.distribution(of: component.gaussian) }
    return CumulativeDistribution { x in
      let t = standardized(x)
      // Where t² would overflow, ν/(ν + t²) is (√ν/t)².
      let size = abs(t) / degrees.squareRoot()
      let inner = size > 1 ? 1 / (1 + (1 / size) * (1 / size)) : size * size / (1 + size * size)
      let outer = size > 1 ? (1 / size) * (1 / size) * inner : 1 / (1 + size * size)
      let tail =
        0.5
        * SpecialFunctions.regularizedBeta(
          degrees / 2, 0.5, outer, complement: inner
        ).lower
      return t < 0 ? TailProbabilities(lower: tail) : TailProbabilities(upper: tail)
    }
  }

  /// True.
  public var hasLinearConditionalMeans: Bool { true }
}
