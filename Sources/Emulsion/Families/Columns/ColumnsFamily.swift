/// A family on some of the columns of the data: a factor of a product.
///
/// Blocks are copied column by column for the family's own worker; its parameters bear a prefix, so
/// that those of several factors don't clash.
struct ColumnsFamily<Base: ComponentFamily>: ComponentFamily {
  let base: Base
  /// Which columns of the data the family describes.
  let columns: ColumnPlaces
  /// What its parameters' names begin with.
  let prefix: String

  var name: String { base.name }
  var traits: ColumnsTraits<Base.Traits> { ColumnsTraits(base: base.traits, columns, prefix) }
  var schema: PrefixedSchema<Base.Schema> {
    PrefixedSchema(base: base.schema, prefix: prefix, columns: columns.positions)
  }
  var properties: ColumnsProperties<Base.Properties> {
    ColumnsProperties(base: base.properties, columns, prefix)
  }

  func prepare(_ components: [Base.Component]) throws -> any PreparedMixture<Base.Statistics> {
    ColumnsMixture(base: try base.prepare(components), columns: columns)
  }

  func prepare(_ components: [Base.Component], observing observed: [Int]) throws
    -> any PreparedMixture<Base.Statistics>
  {
    let own = columns.positions.indices.filter { observed.contains(columns.positions[$0]) }
    guard own.count < columns.positions.count else { return try prepare(components) }
    return ColumnsMixture(base: try base.prepare(components, observing: own), columns: columns)
  }

  /// Where none of the columns has errors, as without.
  func prepare(
    _ components: [Base.Component], observing observed: [Int], errors: MeasurementErrors
  ) throws -> any PreparedMixture<Base.Statistics> {
    let errors = errors.selecting(columns.positions)
    guard !errors.areZero else { return try prepare(components, observing: observed) }
    let own = columns.positions.indices.filter { observed.contains(columns.positions[$0]) }
    return ColumnsMixture(
      base: try base.prepare(components, observing: own, errors: errors), columns: columns,
      keepsRecords: true)
  }

  func reference(of components: [Base.Component]) -> SumReference {
    base.reference(of: components)
  }

  func estimate(_ statistics: Base.Statistics, counts: [Double], previous: [Base.Component]) throws
    -> [Base.Component]
  { try base.estimate(statistics, counts: counts, previous: previous) }

  func estimate(
    _ statistics: Base.Statistics, counts: [Double], previous: [Base.Component],
    remeasured: (_ trial: [Base.Component]) throws -> Base.Statistics
  ) throws -> [Base.Component] {
    try base.estimate(statistics, counts: counts, previous: previous, remeasured: remeasured)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: FactorKeys.self)
    try container.encode(base.name, forKey: .name)
    try container.encodeIfPresent(base.traits.origin, forKey: .origin)
    try container.encode(columns.positions, forKey: .positions)
    try container.encode(columns.dimension, forKey: .dimension)
    try container.encode(prefix, forKey: .prefix)
    try base.encode(to: container.superEncoder(forKey: .family))
  }
}

/// Where the columns of a factor stand among those of the data.
struct ColumnPlaces: Sendable {
  /// One a column of the factor.
  let positions: [Int]
  /// The number of columns of the data.
  let dimension: Int

  /// Whether they are all columns as they stand.
  var isAll: Bool { positions == Array(0..<dimension) }

  /// A row of the factor among the columns of the data, 0 in the others.
  func placed(_ own: [Double]) -> [Double] {
    var row = [Double].zeros(dimension)
    for (a, i) in positions.enumerated() { row[i] = own[a] }
    return row
  }
}

/// How factors are written: one with its columns, or two of them.
enum FactorKeys: String, CodingKey {
  case name, origin, positions, dimension, prefix, family
  case first, second
}
