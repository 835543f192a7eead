/// Components of a factor among the columns of the data: 0 stands in the others, so that moments and
/// rows of factors add up.
struct ColumnsProperties<Base: ComponentProperties>: ComponentProperties {
  let base: Base
  let columns: ColumnPlaces
  let prefix: String

  init(base: Base, _ columns: ColumnPlaces, _ prefix: String) {
    (self.base, self.columns, self.prefix) = (base, columns, prefix)
  }

  func objective(of components: [Base.Component], logLikelihood: Double, previous: Double?)
    -> Double?
  { base.objective(of: components, logLikelihood: logLikelihood, previous: previous) }

  /// None: it would be of other columns.
  func pointEstimate(of components: [Base.Component]) -> PointEstimate? { nil }

  func diagnose(_ components: [Base.Component], counts: [Double]) -> [Diagnosis] {
    base.diagnose(components, counts: counts)
  }

  func notes(on components: [Base.Component]) -> [String] { base.notes(on: components) }

  func drift(from previous: [Base.Component], to components: [Base.Component]) -> [DensityDrift]? {
    base.drift(from: previous, to: components)
  }

  func moments(of component: Base.Component) -> Moments? {
    base.moments(of: component).map {
      Moments(
        mean: columns.placed($0.mean),
        covariance: $0.covariance.placed(at: columns.positions, of: columns.dimension))
    }
  }

  /// Without the prefix where all of the columns are its own.
  func marginal(of components: [Base.Component], columns chosen: [Int]) throws
    -> (any ComponentSet)?
  {
    let own = chosen.indices.compactMap { i in
      columns.positions.firstIndex(of: chosen[i]).map { (place: i, position: $0) }
    }
    guard !own.isEmpty,
      let marginal = try base.marginal(of: components, columns: own.map(\.position))
    else { return nil }
    guard own.count < chosen.count else { return marginal }
    return placed(
      marginal, ColumnPlaces(positions: own.map(\.place), dimension: chosen.count))
  }

  private func placed<Set: ComponentSet>(_ set: Set, _ columns: ColumnPlaces) -> any ComponentSet {
    FamilyComponents(
      family: ColumnsFamily(base: set.family, columns: columns, prefix: prefix),
      components: set.components)
  }

  func distribution(of component: Base.Component) -> CumulativeDistribution? {
    columns.dimension == 1 ? base.distribution(of: component) : nil
  }

  func separates(_ given: [Int]) -> Bool {
    base.separates(columns.positions.indices.filter { given.contains(columns.positions[$0]) })
  }

  var hasLinearConditionalMeans: Bool { base.hasLinearConditionalMeans }

  /// Only of all columns: a responder tells positions.
  func responder(_ components: [Base.Component], weights: [Double]) throws -> (any Responder)? {
    columns.isAll ? try base.responder(components, weights: weights) : nil
  }

  /// What has all of its values needs no distribution of them.
  func completed(
    _ component: Base.Component, _ row: [Double], observed: [Int],
    drawing random: inout CounterRandom?
  ) throws -> [Double]? {
    let own = columns.positions.map { row[$0] }
    let known = columns.positions.indices.filter { observed.contains(columns.positions[$0]) }
    if known.count == own.count { return columns.placed(own) }
    // What is not known is NaN in these columns alone.
    let found = try base.completed(component, own, observed: known, drawing: &random)
    return columns.placed(found ?? own.map { _ in .nan })
  }

  func sample(_ component: Base.Component, using random: inout CounterRandom) throws -> [Double] {
    columns.placed(try base.sample(component, using: &random))
  }

  func sampler(_ components: [Base.Component]) throws -> any BlockSampler {
    columns.isAll
      ? try base.sampler(components) : RowSampler(properties: self, components: components)
  }
}
