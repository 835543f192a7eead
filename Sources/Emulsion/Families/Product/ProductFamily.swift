/// The components of two families, taken together.
struct PairedComponent<First: MixtureComponent, Second: MixtureComponent>: MixtureComponent {
  var first: First
  var second: Second
}

/// The statistics of two families.
struct PairedStatistics<First: SufficientStatistics, Second: SufficientStatistics>:
  SufficientStatistics
{
  var first: First
  var second: Second

  mutating func merge(_ other: PairedStatistics) throws {
    try first.merge(other.first)
    try second.merge(other.second)
  }

  mutating func scale(by factor: Double) {
    first.scale(by: factor)
    second.scale(by: factor)
  }
}

/// The product of two families, independent given the component; more are products of products.
///
/// ln p(x|k) = ln p₁(x|k) + ln p₂(x|k): workers add, so that the two need not know of each other.
struct ProductFamily<First: ComponentFamily, Second: ComponentFamily>: ComponentFamily {
  typealias Component = PairedComponent<First.Component, Second.Component>
  typealias Statistics = PairedStatistics<First.Statistics, Second.Statistics>

  let first: First
  let second: Second

  var name: String { ProductDefinition.registeredName }
  var dimension: Int { first.dimension }
  var maximumConcurrency: Int { min(first.maximumConcurrency, second.maximumConcurrency) }
  var rowsPerBlock: Int { max(first.rowsPerBlock, second.rowsPerBlock) }

  func support(ofColumn j: Int) -> Support {
    let own = first.support(ofColumn: j)
    return own.isUnlimited ? second.support(ofColumn: j) : own
  }

  func noiseRegion(from lowest: [Double], to highest: [Double]) throws -> UniformRegion {
    try first.noiseRegion(from: lowest, to: highest)
      .times(second.noiseRegion(from: lowest, to: highest))
  }

  func sampleNoise(_ region: UniformRegion, using random: inout CounterRandom) -> [Double] {
    let a = first.sampleNoise(region, using: &random)
    let b = second.sampleNoise(region, using: &random)
    return zip(a, b).map { $0 + $1 }
  }

  func neutralComponents(_ k: Int) throws -> [Component] {
    try paired(first.neutralComponents(k), second.neutralComponents(k))
  }

  private func paired(_ a: [First.Component], _ b: [Second.Component]) -> [Component] {
    zip(a, b).map { Component(first: $0, second: $1) }
  }

  func prepare(_ components: [Component]) throws -> any PreparedMixture<Statistics> {
    ProductMixture(
      first: try first.prepare(components.map(\.first)),
      second: try second.prepare(components.map(\.second)))
  }

  func estimate(_ statistics: Statistics, counts: [Double], previous: [Component]) throws
    -> [Component]
  {
    try paired(
      first.estimate(statistics.first, counts: counts, previous: previous.map(\.first)),
      second.estimate(statistics.second, counts: counts, previous: previous.map(\.second)))
  }

  func estimate(
    _ statistics: Statistics, counts: [Double], previous: [Component],
    remeasured: (_ trial: [Component]) throws -> Statistics
  ) throws -> [Component] {
    let (a, b) = (previous.map(\.first), previous.map(\.second))
    return try paired(
      first.estimate(statistics.first, counts: counts, previous: a) {
        try remeasured(paired($0, b)).first
      },
      second.estimate(statistics.second, counts: counts, previous: b) {
        try remeasured(paired(a, $0)).second
      })
  }

  /// The factors' own starts, where both have one.
  func start(_ context: StartContext) throws -> Start? {
    guard case .parameters(let a, let weights)? = try first.start(context),
      case .parameters(let b, _)? = try second.start(context)
    else { return nil }
    return .parameters(zip(a, b).map { $0.merging($1) { own, _ in own } }, weights: weights)
  }

  func holdsCodes(inColumn j: Int) -> Bool {
    first.holdsCodes(inColumn: j) || second.holdsCodes(inColumn: j)
  }

  var startShare: Double { max(first.startShare, second.startShare) }

  func needsOwnMeasure(_ components: [Component]) -> Bool {
    first.needsOwnMeasure(components.map(\.first))
      || second.needsOwnMeasure(components.map(\.second))
  }

  func sumsAreComparable(_ components: [Component]) -> Bool {
    first.sumsAreComparable(components.map(\.first))
      && second.sumsAreComparable(components.map(\.second))
  }

  func restrained(_ far: [Component], from near: [Component]) -> [Component]? {
    guard let a = first.restrained(far.map(\.first), from: near.map(\.first)),
      let b = second.restrained(far.map(\.second), from: near.map(\.second))
    else { return nil }
    return paired(a, b)
  }

  /// Those of the factors; where one has none, its numbers are all free.
  var roles: [ParameterRole] {
    let (a, b) = (first.roles, second.roles)
    guard !(a.isEmpty && b.isEmpty), let neutral = try? neutralComponents(1).first else {
      return []
    }
    func count(_ parameters: [NamedParameter]) -> Int {
      parameters.reduce(0) { $0 + $1.value.numbers.count }
    }
    return a.completed(to: count(first.parameters(of: neutral.first)))
      + b.completed(to: count(second.parameters(of: neutral.second)))
  }

  func keeping(_ components: [Component], weights: [Double]) throws -> [Component] {
    let (a, b) = (components.map(\.first), components.map(\.second))
    return paired(
      first.roles.isFree ? a : try first.keeping(a, weights: weights),
      second.roles.isFree ? b : try second.keeping(b, weights: weights))
  }

  func freeParameters(_ components: [Component]) -> Int {
    first.freeParameters(components.map(\.first))
      + second.freeParameters(components.map(\.second))
  }

  func diagnose(_ components: [Component], counts: [Double]) -> [Diagnosis] {
    first.diagnose(components.map(\.first), counts: counts)
      + second.diagnose(components.map(\.second), counts: counts)
  }

  func parameters(of component: Component) -> [NamedParameter] {
    first.parameters(of: component.first) + second.parameters(of: component.second)
  }

  func component(from parameters: [String: ParameterValue]) throws -> Component {
    Component(
      first: try first.component(from: parameters), second: try second.component(from: parameters))
  }

  func moments(of component: Component) -> Moments? {
    guard let a = first.moments(of: component.first),
      let b = second.moments(of: component.second)
    else { return nil }
    return Moments(
      mean: zip(a.mean, b.mean).map { $0 + $1 }, covariance: a.covariance + b.covariance)
  }

  func sample(_ component: Component, using random: inout CounterRandom) throws -> [Double] {
    let a = try first.sample(component.first, using: &random)
    let b = try second.sample(component.second, using: &random)
    return zip(a, b).map { $0 + $1 }
  }

  func marginal(of components: [Component], columns: [Int]) throws -> (any ComponentSet)? {
    let a = try first.marginal(of: components.map(\.first), columns: columns)
    let b = try second.marginal(of: components.map(\.second), columns: columns)
    guard let a, let b else { return a ?? b }
    return multiplied(a, b)
  }

  private func multiplied<A: ComponentSet, B: ComponentSet>(_ a: A, _ b: B) -> any ComponentSet {
    FamilyComponents(
      family: ProductFamily<A.Family, B.Family>(first: a.family, second: b.family),
      components: zip(a.components, b.components).map { PairedComponent(first: $0, second: $1) })
  }

  func separates(_ given: [Int]) -> Bool { first.separates(given) && second.separates(given) }

  var hasLinearConditionalMeans: Bool {
    first.hasLinearConditionalMeans && second.hasLinearConditionalMeans
  }

  func decodeComponent(from decoder: any Decoder) throws -> Component {
    let container = try decoder.container(keyedBy: FactorKeys.self)
    return Component(
      first: try first.decodeComponent(from: container.superDecoder(forKey: .first)),
      second: try second.decodeComponent(from: container.superDecoder(forKey: .second)))
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: FactorKeys.self)
    try first.encode(to: container.superEncoder(forKey: .first))
    try second.encode(to: container.superEncoder(forKey: .second))
  }
}

private struct ProductMixture<First: SufficientStatistics, Second: SufficientStatistics>:
  PreparedMixture
{
  let first: any PreparedMixture<First>
  let second: any PreparedMixture<Second>

  func makeWorker(lanes: Int) -> any BlockWorker<PairedStatistics<First, Second>> {
    ProductWorker(first.makeWorker(lanes: lanes), second.makeWorker(lanes: lanes))
  }
}

private final class ProductWorker<First: SufficientStatistics, Second: SufficientStatistics>:
  BlockWorker
{
  private let first: any BlockWorker<First>
  private let second: any BlockWorker<Second>

  init(_ first: any BlockWorker<First>, _ second: any BlockWorker<Second>) {
    self.first = first
    self.second = second
  }

  func addLogDensities(of block: borrowing Block, to joint: inout Joint) throws {
    try first.addLogDensities(of: block, to: &joint)
    try second.addLogDensities(of: block, to: &joint)
  }

  func accumulate(_ block: borrowing Block, responsibilities: borrowing Joint) throws {
    try first.accumulate(block, responsibilities: responsibilities)
    try second.accumulate(block, responsibilities: responsibilities)
  }

  func takeStatistics() -> PairedStatistics<First, Second> {
    PairedStatistics(first: first.takeStatistics(), second: second.takeStatistics())
  }
}
