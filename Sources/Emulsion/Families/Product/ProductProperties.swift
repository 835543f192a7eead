/// Components of two families, independent of each other: what each says of its own columns, put
/// together.
struct ProductProperties<First: ComponentProperties, Second: ComponentProperties>:
  ComponentProperties
{
  typealias Pair = PairedComponent<First.Component, Second.Component>

  let first: First
  let second: Second

  /// What both add to the log-likelihood.
  func objective(of components: [Pair], logLikelihood: Double, previous: Double?) -> Double? {
    let a = first.objective(
      of: components.map(\.first), logLikelihood: logLikelihood, previous: previous)
    let b = second.objective(
      of: components.map(\.second), logLikelihood: logLikelihood, previous: previous)
    guard let a, let b else { return a ?? b }
    return a + b - logLikelihood
  }

  /// None: it would be of one factor alone.
  func pointEstimate(of components: [Pair]) -> PointEstimate? { nil }

  func diagnose(_ components: [Pair], counts: [Double]) -> [Diagnosis] {
    first.diagnose(components.map(\.first), counts: counts)
      + second.diagnose(components.map(\.second), counts: counts)
  }

  func notes(on components: [Pair]) -> [String] {
    first.notes(on: components.map(\.first)) + second.notes(on: components.map(\.second))
  }

  /// With q² = q₁² + q₂², lengths in the plane of the two: each shrinks and grows by its own factors.
  func drift(from previous: [Pair], to components: [Pair]) -> [DensityDrift]? {
    guard let a = first.drift(from: previous.map(\.first), to: components.map(\.first)),
      let b = second.drift(from: previous.map(\.second), to: components.map(\.second))
    else { return nil }
    return zip(a, b).map { a, b in
      DensityDrift(
        least: min(a.least, b.least), greatest: max(a.greatest, b.greatest),
        shift: (a.shift * a.shift + b.shift * b.shift).squareRoot() * (1 + 1e-12))
    }
  }

  func moments(of component: Pair) -> Moments? {
    guard let a = first.moments(of: component.first),
      let b = second.moments(of: component.second)
    else { return nil }
    return Moments(
      mean: zip(a.mean, b.mean).map { $0 + $1 }, covariance: a.covariance + b.covariance)
  }

  func marginal(of components: [Pair], columns: [Int]) throws -> (any ComponentSet)? {
    let a = try first.marginal(of: components.map(\.first), columns: columns)
    let b = try second.marginal(of: components.map(\.second), columns: columns)
    guard let a, let b else { return a ?? b }
    return multiplied(a, b)
  }

  private func multiplied<A: ComponentSet, B: ComponentSet>(_ a: A, _ b: B) -> any ComponentSet {
    FamilyComponents(
      family: ProductFamily(first: a.family, second: b.family),
      components: componentPairs(a.components, b.components))
  }

  /// None: the two describe more than one column.
  func distribution(of component: Pair) -> CumulativeDistribution? { nil }

  func separates(_ given: [Int]) -> Bool { first.separates(given) && second.separates(given) }

  var hasLinearConditionalMeans: Bool {
    first.hasLinearConditionalMeans && second.hasLinearConditionalMeans
  }

  /// None: it would be of one factor alone.
  func responder(_ components: [Pair], weights: [Double]) throws -> (any Responder)? { nil }

  /// Each its own columns, 0 in the other's.
  func completed(
    _ component: Pair, _ row: [Double], observed: [Int], drawing random: inout CounterRandom?
  ) throws -> [Double]? {
    let a = try first.completed(component.first, row, observed: observed, drawing: &random)
    let b = try second.completed(component.second, row, observed: observed, drawing: &random)
    guard let a, let b else { return nil }
    return zip(a, b).map { $0 + $1 }
  }

  func sample(_ component: Pair, using random: inout CounterRandom) throws -> [Double] {
    let a = try first.sample(component.first, using: &random)
    let b = try second.sample(component.second, using: &random)
    return zip(a, b).map { $0 + $1 }
  }
}
