/// Families whose components are evaluated one by one: the refinement for densities that are no
/// exponential family.
///
/// The family writes the log-density of a block under one component, and adds a block to one
/// component's sums with that component at hand, so that it can recompute latent quantities there.
public protocol ComponentwiseFamily: WholeFamily where Statistics == [ComponentStatistics] {
  /// The sums of one component.
  associatedtype ComponentStatistics: SufficientStatistics

  /// Sums of no rows.
  func emptyStatistics() -> ComponentStatistics
  /// Adds ln p(x|component) of every row of `block` to `lanes`.
  func addLogDensity(
    of block: borrowing Block, under component: Component, to lanes: inout MutableSpan<Double>)
    throws
  /// Adds the rows of `block`, each times its weight, to the sums of `component`.
  ///
  /// - Parameters:
  ///   - weights: Responsibility × row weight, one a row.
  ///   - component: The component that the sums are taken under.
  func accumulate(
    _ block: borrowing Block, weights: Span<Double>, under component: Component,
    into sums: inout ComponentStatistics) throws
}

extension ComponentwiseFamily {
  /// The components as they are.
  public func prepare(_ components: [Component]) throws -> any PreparedMixture<Statistics> {
    ComponentwiseMixture(family: self, components: components)
  }
}

/// Sums of a fixed number of quantities: statistics enough for most families.
public struct Sums: NumberedStatistics {
  /// The sums.
  public var values: [Double]

  /// Makes `count` sums of zero.
  public init(count: Int) { values = Array(repeating: 0, count: count) }

  /// The sums.
  public var numbers: [Double] {
    get { values }
    set { values = newValue }
  }

  /// Sum `i`.
  public subscript(i: Int) -> Double {
    get { values[i] }
    set { values[i] = newValue }
  }

  /// Adds the sums of other rows.
  public mutating func merge(_ other: Sums) {
    for i in values.indices { values[i] += other.values[i] }
  }

  /// Multiplies every sum.
  public mutating func scale(by factor: Double) {
    for i in values.indices { values[i] *= factor }
  }
}

private struct ComponentwiseMixture<Family: ComponentwiseFamily>: PreparedMixture {
  let family: Family
  let components: [Family.Component]

  func makeWorker(lanes: Int) -> any BlockWorker<Family.Statistics> {
    ComponentwiseWorker(family, components)
  }
}

private final class ComponentwiseWorker<Family: ComponentwiseFamily>: BlockWorker {
  typealias Statistics = Family.Statistics

  private let family: Family
  private let components: [Family.Component]
  private var sums: Statistics

  init(_ family: Family, _ components: [Family.Component]) {
    self.family = family
    self.components = components
    sums = components.map { _ in family.emptyStatistics() }
  }

  func addLogDensities(of block: borrowing Block, to joint: inout Joint) throws {
    for (k, component) in components.enumerated() {
      var lanes = joint[component: k]
      try family.addLogDensity(of: block, under: component, to: &lanes)
    }
  }

  func accumulate(_ block: borrowing Block, responsibilities: borrowing Joint) throws {
    for (k, component) in components.enumerated() {
      try family.accumulate(
        block, weights: responsibilities.lanes(k, block.rows), under: component, into: &sums[k])
    }
  }

  func takeStatistics() -> Statistics {
    defer { sums = components.map { _ in family.emptyStatistics() } }
    return sums
  }
}
