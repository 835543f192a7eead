/// A family's own sums, and the weighted log-densities of each component at the points around it.
struct SearchedStatistics<Base: SufficientStatistics>: SufficientStatistics {
  var base: Base
  /// Σγ ln p, K × (2q + 1): at the component itself, then above and below it in each coordinate.
  var values: [[Double]]

  mutating func merge(_ other: SearchedStatistics) throws {
    try base.merge(other.base)
    for k in values.indices {
      for i in values[k].indices { values[k][i] += other.values[k][i] }
    }
  }

  mutating func scale(by factor: Double) {
    base.scale(by: factor)
    for k in values.indices { values[k] = values[k].map { $0 * factor } }
  }
}

/// Components, and their neighbours in every coordinate.
struct SearchedMixture<Base: ComponentFamily>: PreparedMixture {
  typealias Statistics = SearchedStatistics<Base.Statistics>

  let components: Int
  let base: any PreparedMixture<Base.Statistics>
  /// All components moved by the same coordinate; `nil` where one of them can't be.
  let neighbours: [(any PreparedMixture<Base.Statistics>)?]

  init(_ family: SearchedFamily<Base>, _ components: [SearchedComponent<Base.Component>]) throws {
    self.components = components.count
    base = try family.base.prepare(components.map(\.base))
    let points = components.map { component -> [[NamedParameter]] in
      guard let differences = component.differences else { return [] }
      let space = family.space(component.base)
      return differences.points(around: space.coordinates).dropFirst().map(space.parameters)
    }
    neighbours = try (0..<(points.first?.count ?? 0)).map { i in
      try beyondBorders(nil) {
        try family.base.prepare(points.map { try family.base.schema.component(from: $0[i].byName) })
      }
    }
  }

  func makeWorker(lanes: Int) -> any BlockWorker<Statistics> {
    SearchedWorker(
      base.makeWorker(lanes: lanes), neighbours.map { $0?.makeWorker(lanes: lanes) },
      components: components, lanes: lanes)
  }
}

private final class SearchedWorker<Base: SufficientStatistics>: BlockWorker {
  private let base: any BlockWorker<Base>
  private let neighbours: [(any BlockWorker<Base>)?]
  /// The log-densities of the block at the components.
  private var own: Joint
  /// Those at neighbours.
  private var other: Joint
  private var values: [[Double]]

  init(
    _ base: any BlockWorker<Base>, _ neighbours: [(any BlockWorker<Base>)?], components k: Int,
    lanes: Int
  ) {
    self.base = base
    self.neighbours = neighbours
    own = Joint(components: k, lanes: lanes)
    other = Joint(components: k, lanes: lanes)
    values = Self.zeros(k, neighbours.count)
  }

  private static func zeros(_ k: Int, _ neighbours: Int) -> [[Double]] {
    Array(repeating: Array(repeating: 0, count: neighbours + 1), count: k)
  }

  func addLogDensities(of block: borrowing Block, to joint: inout Joint) throws {
    own.begin(Array(repeating: 0, count: values.count), rows: block.rows)
    try base.addLogDensities(of: block, to: &own)
    for k in values.indices {
      let densities = own.lanes(k, block.rows)
      var lanes = joint[component: k]
      for i in densities.indices { lanes[i] += densities[i] }
    }
  }

  func accumulate(_ block: borrowing Block, responsibilities: borrowing Joint) throws {
    try base.accumulate(block, responsibilities: responsibilities)
    for k in values.indices {
      values[k][0] += Lanes.weightedSum(
        own.lanes(k, block.rows), responsibilities.lanes(k, block.rows))
    }
    for (i, neighbour) in neighbours.enumerated() {
      other.begin(Array(repeating: 0, count: values.count), rows: block.rows)
      let isKnown = try beyondBorders(false) {
        try neighbour?.addLogDensities(of: block, to: &other)
        return neighbour != nil
      }
      for k in values.indices {
        values[k][i + 1] +=
          isKnown
          ? Lanes.weightedSum(
            other.lanes(k, block.rows), responsibilities.lanes(k, block.rows)) : .nan
      }
    }
  }

  func takeStatistics() -> SearchedStatistics<Base> {
    defer { values = Self.zeros(values.count, neighbours.count) }
    return SearchedStatistics(base: base.takeStatistics(), values: values)
  }
}

/// What `body` gives, or `other` where parameters are beyond the borders of what has a density: a search
/// turns back there.
func beyondBorders<Result>(_ other: Result, _ body: () throws -> Result) throws -> Result {
  do {
    return try body()
  } catch let error as EmulsionError where error.code != .cancelled {
    return other
  }
}
