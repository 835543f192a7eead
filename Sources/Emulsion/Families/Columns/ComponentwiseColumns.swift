/// The sums of every component and column, and how much of each component has no value in a column.
public struct ComponentwiseSums<Column: SufficientStatistics>: SufficientStatistics {
  /// K × d.
  var columns: [[Column]]
  /// Σ γ of the rows without a value, K × d; `nil` where all have one.
  var absent: [Double]?

  /// Adds the sums of other rows.
  public mutating func merge(_ other: ComponentwiseSums) throws {
    for k in columns.indices {
      for j in columns[k].indices { try columns[k][j].merge(other.columns[k][j]) }
    }
    guard let others = other.absent else { return }
    absent = absent.map { zip($0, others).map(+) } ?? others
  }

  /// Multiplies every sum.
  public mutating func scale(by factor: Double) {
    for k in columns.indices {
      for j in columns[k].indices { columns[k][j].scale(by: factor) }
    }
    absent = absent?.map { $0 * factor }
  }
}

/// Columns that are independent given the component, each under one univariate density that is no
/// exponential family.
public struct ComponentwiseColumns<Density: UnivariateComponentwiseFamily>: ColumnwiseFamily {
  /// The sums of every component and column.
  public typealias Statistics = ComponentwiseSums<Density.ColumnStatistics>

  /// The columns with their constraints.
  public let columns: UnivariateColumns<Density>

  private static var mostLooks: Int { 100 }

  /// Every column under every component, prepared.
  public func prepare(_ components: [IndependentComponent]) -> any PreparedMixture<Statistics> {
    let prepared = components.map { component in
      (0..<dimension).map { columns.density.prepare(columns.parameters(of: component, column: $0)) }
    }
    return ComponentwiseColumnsMixture(density: columns.density, columns: prepared)
  }

  /// The columns with values; the others add to no sum, and the M step counts their rows apart.
  public func prepare(_ components: [IndependentComponent], observing positions: [Int]) throws
    -> any PreparedMixture<Statistics>
  {
    let part = ComponentwiseColumns(columns: columns.selecting(positions))
    let own = columns.selecting(positions, of: components)
    let (d, empty) = (dimension, columns.density.emptyStatistics())
    return ObservedMixture<Statistics, Statistics>(
      positions.isEmpty ? nil : part.prepare(own), columns: positions, components: components.count
    ) { sums, counts in
      var result = Statistics(
        columns: counts.map { _ in Array(repeating: empty, count: d) },
        absent: counts.flatMap { Array(repeating: $0, count: d) })
      for k in counts.indices {
        for (a, j) in positions.enumerated() {
          if let own = sums?.columns[k][a] { result.columns[k][j] = own }
          result.absent?[k * d + j] = 0
        }
      }
      return result
    }
  }

  /// The family of these columns.
  public func marginal(of components: [IndependentComponent], columns positions: [Int])
    -> (any ComponentSet)?
  {
    FamilyComponents(
      family: ComponentwiseColumns(columns: columns.selecting(positions)),
      components: columns.selecting(positions, of: components))
  }

  /// The univariate M step from one look at the data.
  public func estimate(
    _ statistics: Statistics, counts: [Double], previous: [IndependentComponent]
  ) throws -> [IndependentComponent] {
    let sums = statistics.columns
    var pooled = sums[0]
    for other in sums.dropFirst() { try pooled.merge(other) }
    func objective(_ k: Int, _ j: Int, _ parameters: [Double]) -> Double {
      columns.density.logLikelihood(of: sums[k][j], at: parameters) ?? .nan
    }
    let isKnown = !objective(0, 0, columns.parameters(of: previous[0], column: 0)).isNaN
    return columns.estimate(
      counts: counts, absent: statistics.absent, previous: previous,
      objective: isKnown ? objective : nil,
      joint: { j, counts, roles in
        columns.density.estimate(
          sums.map { $0[j] }, counts: counts,
          previous: previous.map { columns.parameters(of: $0, column: j) }, roles: roles)
      }
    ) { k, j, count, before in
      columns.density.estimate(
        (k.map { sums[$0] } ?? pooled)[j], count: count, previous: before)
    }
  }

  /// The univariate M step, with further looks until it has settled in every column.
  public func estimate(
    _ statistics: Statistics, counts: [Double], previous: [IndependentComponent],
    remeasured: (_ trial: [IndependentComponent]) throws -> Statistics
  ) throws -> [IndependentComponent] {
    var (sums, measured) = (statistics, previous)
    for _ in 1..<Self.mostLooks {
      let trial = try estimate(sums, counts: counts, previous: measured)
      if isSettled(trial, measuredUnder: measured) { return trial }
      (sums, measured) = (try remeasured(trial), trial)
    }
    return try estimate(sums, counts: counts, previous: measured)
  }

  private func isSettled(
    _ trial: [IndependentComponent], measuredUnder previous: [IndependentComponent]
  ) -> Bool {
    trial.indices.allSatisfy { k in
      (0..<dimension).allSatisfy { j in
        columns.density.isSettled(
          columns.parameters(of: trial[k], column: j),
          measuredUnder: columns.parameters(of: previous[k], column: j))
      }
    }
  }
}

private struct ComponentwiseColumnsMixture<Density: UnivariateComponentwiseFamily>: PreparedMixture
{
  let density: Density
  /// K × d.
  let columns: [[Density.Prepared]]

  func makeWorker(lanes: Int) -> any BlockWorker<ComponentwiseSums<Density.ColumnStatistics>> {
    ComponentwiseColumnsWorker(self)
  }
}

private final class ComponentwiseColumnsWorker<Density: UnivariateComponentwiseFamily>: BlockWorker
{
  private let mixture: ComponentwiseColumnsMixture<Density>
  private var sums: [[Density.ColumnStatistics]]

  init(_ mixture: ComponentwiseColumnsMixture<Density>) {
    self.mixture = mixture
    sums = Self.empty(mixture)
  }

  private static func empty(_ mixture: ComponentwiseColumnsMixture<Density>) -> [[Density
    .ColumnStatistics]]
  {
    mixture.columns.map { $0.map { _ in mixture.density.emptyStatistics() } }
  }

  func addLogDensities(of block: borrowing Block, to joint: inout Joint) {
    for (k, columns) in mixture.columns.enumerated() {
      var lanes = joint[component: k]
      for (j, prepared) in columns.enumerated() {
        mixture.density.addLogDensity(of: block.column(j), under: prepared, to: &lanes)
      }
    }
  }

  func accumulate(_ block: borrowing Block, responsibilities: borrowing Joint) {
    for (k, columns) in mixture.columns.enumerated() {
      for (j, prepared) in columns.enumerated() {
        mixture.density.accumulate(
          block.column(j), weights: responsibilities.lanes(k, block.rows), under: prepared,
          into: &sums[k][j])
      }
    }
  }

  func takeStatistics() -> ComponentwiseSums<Density.ColumnStatistics> {
    defer { sums = Self.empty(mixture) }
    return ComponentwiseSums(columns: sums)
  }
}
