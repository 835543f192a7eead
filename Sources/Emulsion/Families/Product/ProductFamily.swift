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
  typealias Statistics = PairedStatistics<First.Statistics, Second.Statistics>

  let first: First
  let second: Second

  var name: String { ProductDefinition.registeredName }
  var traits: ProductTraits<First.Traits, Second.Traits> {
    ProductTraits(first: first.traits, second: second.traits)
  }
  var schema: ProductSchema<First.Schema, Second.Schema> {
    ProductSchema(first: first.schema, second: second.schema)
  }
  var properties: ProductProperties<First.Properties, Second.Properties> {
    ProductProperties(first: first.properties, second: second.properties)
  }

  func prepare(_ components: [Pair]) throws -> any PreparedMixture<Statistics> {
    ProductMixture(
      first: try first.prepare(components.map(\.first)),
      second: try second.prepare(components.map(\.second)))
  }

  func prepare(_ components: [Pair], observing columns: [Int]) throws
    -> any PreparedMixture<Statistics>
  {
    ProductMixture(
      first: try first.prepare(components.map(\.first), observing: columns),
      second: try second.prepare(components.map(\.second), observing: columns))
  }

  func prepare(_ components: [Pair], observing columns: [Int], errors: MeasurementErrors) throws
    -> any PreparedMixture<Statistics>
  {
    ProductMixture(
      first: try first.prepare(
        components.map(\.first), observing: columns, errors: errors),
      second: try second.prepare(
        components.map(\.second), observing: columns, errors: errors))
  }

  func reference(of components: [Pair]) -> SumReference {
    switch (
      first.reference(of: components.map(\.first)), second.reference(of: components.map(\.second))
    ) {
    case (.shared, .shared): .shared
    case (.dependent, .shared), (.shared, .dependent), (.dependent, .dependent): .dependent
    case (.own(let first), .own(let second)): .own(first.union(second))
    case (.own(let own), .shared), (.shared, .own(let own)): .own(own)
    case (.own, .dependent), (.dependent, .own): .own(components: components.count)
    }
  }

  func estimate(_ statistics: Statistics, counts: [Double], previous: [Pair]) throws -> [Pair] {
    try componentPairs(
      first.estimate(statistics.first, counts: counts, previous: previous.map(\.first)),
      second.estimate(statistics.second, counts: counts, previous: previous.map(\.second)))
  }

  func estimate(
    _ statistics: Statistics, counts: [Double], previous: [Pair],
    remeasured: (_ trial: [Pair]) throws -> Statistics
  ) throws -> [Pair] {
    let (a, b) = (previous.map(\.first), previous.map(\.second))
    return try componentPairs(
      first.estimate(statistics.first, counts: counts, previous: a) {
        try remeasured(componentPairs($0, b)).first
      },
      second.estimate(statistics.second, counts: counts, previous: b) {
        try remeasured(componentPairs(a, $0)).second
      })
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: FactorKeys.self)
    try first.encode(to: container.superEncoder(forKey: .first))
    try second.encode(to: container.superEncoder(forKey: .second))
  }

  typealias Pair = PairedComponent<First.Component, Second.Component>
}

/// Components of two families side by side.
func componentPairs<First, Second>(_ first: [First], _ second: [Second]) -> [PairedComponent<
  First, Second
>] {
  zip(first, second).map { PairedComponent(first: $0, second: $1) }
}
