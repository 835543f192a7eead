/// Where the features of an exponential family are measured from.
public struct References: Sendable {
  /// The point that most components share.
  public var shared: [Double]
  /// A point of its own for each component for which the shared one would cancel, else `nil`.
  public var own: [[Double]?]

  /// Makes references.
  public init(shared: [Double], own: [[Double]?]) {
    self.shared = shared
    self.own = own
  }

  /// The reference of component `k`.
  public func point(_ k: Int) -> [Double] { own[k] ?? shared }
}

/// Feature sums of all K components, K × F, each about its component's reference point.
public struct FeatureSums: NumberedStatistics {
  /// K.
  public let components: Int
  /// F.
  public let features: Int
  /// The sums, row-major.
  public var values: [Double]

  /// Summed weights of the rows without a value in a column, K × columns, for families that leave these out of
  /// the column's sums; `nil` where there are none.
  public var absent: [Double]?

  /// Makes sums of zero.
  public init(components: Int, features: Int) {
    self.components = components
    self.features = features
    values = .zeros(components * features)
  }

  /// The sums.
  public var numbers: [Double] {
    get { values }
    set { values = newValue }
  }

  /// The sums of component `k`.
  public subscript(k: Int) -> ArraySlice<Double> { values[k * features..<(k + 1) * features] }

  /// Adds the sums of other rows.
  public mutating func merge(_ other: FeatureSums) {
    for i in values.indices { values[i] += other.values[i] }
    guard let others = other.absent else { return }
    absent = absent.map { zip($0, others).map(+) } ?? others
  }

  /// Takes over the sums of some components.
  public mutating func replace(_ chosen: Set<Int>, by other: FeatureSums) -> Bool {
    guard (absent == nil) == (other.absent == nil) else { return false }
    let columns = (absent?.count ?? 0) / max(1, components)
    for k in chosen {
      for i in k * features..<(k + 1) * features { values[i] = other.values[i] }
      for i in k * columns..<(k + 1) * columns { absent?[i] = other.absent?[i] ?? 0 }
    }
    return true
  }

  /// Multiplies every sum.
  public mutating func scale(by factor: Double) {
    for i in values.indices { values[i] *= factor }
    absent = absent?.map { $0 * factor }
  }
}

/// Evaluates one component from features measured about its own reference, where the natural
/// form η·φ would lose digits.
public protocol CenteredLogDensity: Sendable {
  /// Adds ln p(x|k) to `lanes`, given the features about the component's own reference.
  func add(features: borrowing LaneMatrix, rows: Int, to lanes: inout MutableSpan<Double>)
}

/// Families of the form log p(x|k) = ηₖ·φ(x) − A(ηₖ) + log h(x).
///
/// The family writes the features φ of a block, the natural parameters η, and turns sums of features
/// into components; E and M step become one matrix product each: W(K×F)·Φ(F×rows) and
/// R(K×rows)·Φᵀ. Nothing of size N × K is ever stored.
public protocol ExponentialFamily: WholeFamily where Statistics == FeatureSums {
  /// F, the number of features.
  var featureCount: Int { get }
  /// Writes the features of every row of `block` about `reference`, one lane row a feature.
  ///
  /// - Throws: What ends the fit, where features come from elsewhere and can fail.
  func writeFeatures(
    of block: borrowing Block, about reference: [Double], into features: inout LaneMatrix) throws
  /// Writes η about `reference` (F numbers) and returns −A(η) plus constants of log h.
  func writeNaturalParameters(
    of component: Component, about reference: [Double], into eta: inout MutableSpan<Double>
  ) throws
    -> Double
  /// Where features are measured from; the M step asks again for the previous components.
  func references(for components: [Component]) -> References
  /// How a component with a reference of its own is evaluated; `nil` for η·φ about that reference.
  func centeredLogDensity(of component: Component) throws -> (any CenteredLogDensity)?
  /// How far log-densities can change within a ball; see ``PreparedMixture/bounds(in:)``.
  func densityBounds(of components: [Component], in units: [Double]?) -> DensityBounds?
  /// Whether log h varies with x.
  var hasBaseMeasure: Bool { get }
  /// Adds log h(x) to `lanes`, once a row.
  ///
  /// - Throws: As ``writeFeatures(of:about:into:)``.
  func addLogBaseMeasure(of block: borrowing Block, to lanes: inout MutableSpan<Double>) throws
}

extension ExponentialFamily {
  /// All features as they are.
  public func references(for components: [Component]) -> References {
    References(shared: [], own: components.map { _ in nil })
  }

  /// The shared one, unless a component has its own.
  public func reference(of components: [Component]) -> SumReference {
    let own = references(for: components).own
    let apart = own.indices.filter { own[$0] != nil }
    return apart.isEmpty ? .shared : .own(Set(apart))
  }

  /// The natural form.
  public func centeredLogDensity(of component: Component) -> (any CenteredLogDensity)? { nil }

  /// Not known.
  public func densityBounds(of components: [Component], in units: [Double]?) -> DensityBounds? {
    nil
  }

  /// False: log h is constant.
  public var hasBaseMeasure: Bool { false }

  /// Adds nothing.
  public func addLogBaseMeasure(of block: borrowing Block, to lanes: inout MutableSpan<Double>) {}

  /// Natural parameters of all components, ready for the products.
  public func prepare(_ components: [Component]) throws -> any PreparedMixture<FeatureSums> {
    try naturalMixture(components)
  }

  /// The same, for families that sometimes evaluate components otherwise.
  public func naturalMixture(_ components: [Component]) throws -> any PreparedMixture<FeatureSums> {
    try ExponentialMixture(self, components)
  }
}
