/// One component's parameters.
public protocol MixtureComponent: Sendable, Codable {}

/// A family of densities: the unit of extension.
///
/// It owns all K components, their share of the E step and the whole of the M step, so that
/// structures tied across components need no special case. The EM driver knows families through
/// this protocol alone.
///
/// What else there is to say of a family stands in three parts, each with defaults: ``traits`` of rows
/// and columns, the ``schema`` of its parameters, and the ``properties`` of components as
/// distributions. Most families are all three themselves, as ``WholeFamily``; a family that wraps
/// another passes on what it does not change, whole.
///
/// Most families conform through a refinement that writes the worker for them:
/// ``ExponentialFamily``, ``UnivariateExponentialFamily`` or ``ComponentwiseFamily``.
public protocol ComponentFamily: Sendable, Encodable {
  /// One component's parameters.
  associatedtype Component: MixtureComponent
  /// The sums over rows from which all K components are estimated.
  associatedtype Statistics: SufficientStatistics
  /// What it says of rows and columns.
  associatedtype Traits: FamilyTraits = Self
  /// How its parameters are read and written.
  associatedtype Schema: ParameterSchema<Component> = Self
  /// What its components are as distributions.
  associatedtype Properties: ComponentProperties<Component> = Self

  /// The name it is registered by.
  var name: String { get }
  /// What it says of rows and columns, whatever its components are.
  var traits: Traits { get }
  /// How its parameters are read and written, what is fixed or tied of them, and how many are free.
  var schema: Schema { get }
  /// What its components are as distributions.
  var properties: Properties { get }

  /// Everything the E step needs, worked out once an iteration and shared by the threads.
  ///
  /// - Throws: `degenerate` where a component has no density.
  func prepare(_ components: [Component]) throws -> any PreparedMixture<Statistics>
  /// The same for rows with values in some columns alone, ascending: densities of these, and sums that hold for
  /// the others what is expected of them, or whatever else makes the M step right. Workers get all columns, and
  /// look at these alone.
  ///
  /// - Throws: `invalid-option` where the family can't.
  func prepare(_ components: [Component], observing columns: [Int]) throws
    -> any PreparedMixture<Statistics>
  /// The same for rows that were measured with known errors: densities of what was measured, and sums that hold what
  /// is expected of the values without errors.
  ///
  /// - Throws: `invalid-option` where the family can't.
  func prepare(
    _ components: [Component], observing columns: [Int], errors: MeasurementErrors
  ) throws -> any PreparedMixture<Statistics>
  /// From where sums are measured that are taken under these components.
  func reference(of components: [Component]) -> SumReference
  /// The M step.
  ///
  /// - Parameters:
  ///   - statistics: Sums over the rows, weighted by responsibility × row weight.
  ///   - counts: Nₖ, the summed weights of each component.
  ///   - previous: The components that the statistics were taken under.
  func estimate(_ statistics: Statistics, counts: [Double], previous: [Component]) throws
    -> [Component]
  /// The M step of families that must look at the data more than once, such as by Newton's method.
  ///
  /// - Parameter remeasured: The sums taken again under other components, with the responsibilities
  ///   of `previous`; one pass over the data.
  func estimate(
    _ statistics: Statistics, counts: [Double], previous: [Component],
    remeasured: (_ trial: [Component]) throws -> Statistics
  ) throws -> [Component]
}

/// A family whose traits, schema and properties are its own.
public typealias WholeFamily = ComponentFamily & FamilyTraits & ParameterSchema
  & ComponentProperties

/// From where sums over rows are measured.
public enum SumReference: Sendable, Hashable {
  /// From the same place for these components and ones near them, so that such sums may be added and
  /// scaled: what extrapolation rests on.
  case shared
  /// From the components that they are taken under.
  case dependent
  /// Those of these components, from 0, from places of their own, without which they would lose digits, and the
  /// others from the same place: a start is measured a second time, from its own result.
  case own(Set<Int>)

  /// Those of all components, from places of their own.
  public static func own(components k: Int) -> SumReference { .own(Set(0..<k)) }

  /// Whether any component's are measured from a place of its own.
  public var isOwn: Bool {
    if case .own = self { true } else { false }
  }

  /// The components that have places of their own; `nil` where all sums depend on what they are taken under.
  var ownComponents: Set<Int>? {
    switch self {
    case .shared: []
    case .own(let components): components
    case .dependent: nil
    }
  }
}

extension ComponentFamily where Traits == Self {
  /// Its own.
  public var traits: Self { self }
}

extension ComponentFamily where Schema == Self {
  /// Its own.
  public var schema: Self { self }
}

extension ComponentFamily where Properties == Self {
  /// Its own.
  public var properties: Self { self }
}

extension ComponentFamily {
  /// From the components.
  public func reference(of components: [Component]) -> SumReference { .dependent }

  /// One look is enough.
  public func estimate(
    _ statistics: Statistics, counts: [Double], previous: [Component],
    remeasured: (_ trial: [Component]) throws -> Statistics
  ) throws -> [Component] {
    try estimate(statistics, counts: counts, previous: previous)
  }

  /// What the driver adds to log-densities.
  func logWeights(_ weights: [Double]) -> [Double] {
    weights.map { traits.mixesItself ? 0 : naturalLog($0) }
  }
}
