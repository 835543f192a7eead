/// A family on some of the columns of the data: a factor of a product.
///
/// Blocks are copied column by column for the family's own worker; its parameters bear a prefix, so
/// that those of several factors don't clash.
struct ColumnsFamily<Base: ComponentFamily>: ComponentFamily {
  typealias Component = Base.Component
  typealias Statistics = Base.Statistics

  let base: Base
  /// Which columns the family describes, in its own order.
  let positions: [Int]
  /// The number of columns of the data.
  let dimension: Int
  /// What its parameters' names begin with.
  let prefix: String

  var name: String { base.name }
  var origin: String? { base.origin }
  var maximumConcurrency: Int { base.maximumConcurrency }
  var rowsPerBlock: Int { base.rowsPerBlock }

  func support(ofColumn j: Int) -> Support {
    positions.firstIndex(of: j).map { base.support(ofColumn: $0) } ?? .real
  }

  func noiseRegion(from lowest: [Double], to highest: [Double]) throws -> UniformRegion {
    let own = try base.noiseRegion(
      from: positions.map { lowest[$0] }, to: positions.map { highest[$0] })
    var ranges = [UniformRange?](repeating: nil, count: dimension)
    for (a, i) in positions.enumerated() { ranges[i] = own.ranges[a] }
    return UniformRegion(ranges, logDensity: own.logDensity)
  }

  func sampleNoise(_ region: UniformRegion, using random: inout CounterRandom) -> [Double] {
    placed(base.sampleNoise(UniformRegion(positions.map { region.ranges[$0] }), using: &random))
  }

  func neutralComponents(_ k: Int) throws -> [Component] { try base.neutralComponents(k) }

  func prepare(_ components: [Component]) throws -> any PreparedMixture<Statistics> {
    ColumnsMixture(base: try base.prepare(components), positions: positions)
  }

  func estimate(_ statistics: Statistics, counts: [Double], previous: [Component]) throws
    -> [Component]
  { try base.estimate(statistics, counts: counts, previous: previous) }

  func estimate(
    _ statistics: Statistics, counts: [Double], previous: [Component],
    remeasured: (_ trial: [Component]) throws -> Statistics
  ) throws -> [Component] {
    try base.estimate(statistics, counts: counts, previous: previous, remeasured: remeasured)
  }

  func start(_ context: StartContext) throws -> Start? {
    // The family's own start would look at columns of its own.
    guard positions == Array(0..<dimension),
      case .parameters(let list, let weights)? =
        try base.start(context)
    else { return nil }
    return .parameters(
      list.map { Dictionary(uniqueKeysWithValues: $0.map { (prefix + $0.key, $0.value) }) },
      weights: weights)
  }

  func holdsCodes(inColumn j: Int) -> Bool {
    positions.firstIndex(of: j).map { base.holdsCodes(inColumn: $0) } ?? false
  }

  var startShare: Double { base.startShare }

  func needsOwnMeasure(_ components: [Component]) -> Bool { base.needsOwnMeasure(components) }
  func sumsAreComparable(_ components: [Component]) -> Bool { base.sumsAreComparable(components) }
  func restrained(_ far: [Component], from near: [Component]) -> [Component]? {
    base.restrained(far, from: near)
  }
  var roles: [ParameterRole] { base.roles }
  func keeping(_ components: [Component], weights: [Double]) throws -> [Component] {
    try base.keeping(components, weights: weights)
  }
  func freeParameters(_ components: [Component]) -> Int { base.freeParameters(components) }

  func diagnose(_ components: [Component], counts: [Double]) -> [Diagnosis] {
    base.diagnose(components, counts: counts)
  }

  func parameters(of component: Component) -> [NamedParameter] {
    base.parameters(of: component).map {
      NamedParameter(prefix + $0.name, $0.value, labels: $0.labels)
    }
  }

  func separates(_ given: [Int]) -> Bool {
    base.separates(positions.indices.filter { given.contains(positions[$0]) })
  }

  /// Reads the parameters that bear the prefix, and leaves the others to other factors.
  func component(from parameters: [String: ParameterValue]) throws -> Component {
    try base.component(from: parameters.withPrefix(prefix))
  }

  /// The moments of its columns; 0 in the others, so that those of factors add up.
  func moments(of component: Component) -> Moments? {
    guard let own = base.moments(of: component) else { return nil }
    var mean = [Double].zeros(dimension)
    for (a, i) in positions.enumerated() { mean[i] = own.mean[a] }
    return Moments(
      mean: mean, covariance: own.covariance.placed(at: positions, of: dimension))
  }

  /// Its columns; 0 in the others.
  func sample(_ component: Component, using random: inout CounterRandom) throws -> [Double] {
    placed(try base.sample(component, using: &random))
  }

  private func placed(_ own: [Double]) -> [Double] {
    var row = [Double].zeros(dimension)
    for (a, i) in positions.enumerated() { row[i] = own[a] }
    return row
  }

  /// Without the prefix where all of the columns are its own.
  func marginal(of components: [Component], columns: [Int]) throws -> (any ComponentSet)? {
    let own = columns.indices.compactMap { i in
      positions.firstIndex(of: columns[i]).map { (place: i, position: $0) }
    }
    guard !own.isEmpty,
      let marginal = try base.marginal(of: components, columns: own.map(\.position))
    else { return nil }
    return own.count == columns.count
      ? marginal : placed(marginal, own.map(\.place), dimension: columns.count)
  }

  private func placed<Set: ComponentSet>(_ set: Set, _ positions: [Int], dimension: Int)
    -> any ComponentSet
  {
    FamilyComponents(
      family: ColumnsFamily<Set.Family>(
        base: set.family, positions: positions, dimension: dimension, prefix: prefix),
      components: set.components)
  }

  func distribution(of component: Component) -> CumulativeDistribution? {
    dimension == 1 ? base.distribution(of: component) : nil
  }

  var hasLinearConditionalMeans: Bool { base.hasLinearConditionalMeans }

  func decodeComponent(from decoder: any Decoder) throws -> Component {
    try base.decodeComponent(from: decoder)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: FactorKeys.self)
    try container.encode(base.name, forKey: .name)
    try container.encodeIfPresent(base.origin, forKey: .origin)
    try container.encode(positions, forKey: .positions)
    try container.encode(dimension, forKey: .dimension)
    try container.encode(prefix, forKey: .prefix)
    try base.encode(to: container.superEncoder(forKey: .family))
  }
}

/// How factors are written: one with its columns, or two of them.
enum FactorKeys: String, CodingKey {
  case name, origin, positions, dimension, prefix, family
  case first, second
}

extension [String: ParameterValue] {
  /// What bears the prefix, without it.
  func withPrefix(_ prefix: String) -> [String: ParameterValue] {
    reduce(into: [:]) { result, entry in
      if entry.key.hasPrefix(prefix) {
        result[String(entry.key.dropFirst(prefix.count))] = entry.value
      }
    }
  }
}

private struct ColumnsMixture<Statistics: SufficientStatistics>: PreparedMixture {
  let base: any PreparedMixture<Statistics>
  let positions: [Int]

  func makeWorker(lanes: Int) -> any BlockWorker<Statistics> {
    ColumnsWorker(
      base.makeWorker(lanes: lanes), positions,
      buffer: BlockBuffer(columns: positions.count, capacity: lanes))
  }
}

private final class ColumnsWorker<Statistics: SufficientStatistics>: BlockWorker {
  private let base: any BlockWorker<Statistics>
  private let positions: [Int]
  private var buffer: BlockBuffer

  init(
    _ base: any BlockWorker<Statistics>, _ positions: [Int], buffer: consuming BlockBuffer
  ) {
    self.base = base
    self.positions = positions
    self.buffer = buffer
  }

  func addLogDensities(of block: borrowing Block, to joint: inout Joint) throws {
    let first = block.rowID(0)
    buffer.begin(first..<first + block.rows)
    for (j, position) in positions.enumerated() {
      let values = block.column(position)
      buffer.withColumn(j) { lanes in
        for i in values.indices { lanes[i] = values[i] }
      }
    }
    try Self.addLogDensities(buffer, base, &joint)
  }

  private static func addLogDensities(
    _ buffer: borrowing BlockBuffer, _ base: any BlockWorker<Statistics>, _ joint: inout Joint
  ) throws {
    try base.addLogDensities(of: buffer.block, to: &joint)
  }

  func accumulate(_ block: borrowing Block, responsibilities: borrowing Joint) throws {
    // The buffer still holds the block, which was evaluated right before.
    try Self.accumulate(buffer, base, responsibilities)
  }

  private static func accumulate(
    _ buffer: borrowing BlockBuffer, _ base: any BlockWorker<Statistics>,
    _ responsibilities: borrowing Joint
  ) throws {
    try base.accumulate(buffer.block, responsibilities: responsibilities)
  }

  func takeStatistics() -> Statistics { base.takeStatistics() }
}
