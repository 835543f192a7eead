/// Densities of one number: what families of independent columns have in common.
///
/// The conforming type is the family's definition as well. Several columns are independent given
/// the component, each with parameters of its own. Conform through ``UnivariateExponentialFamily``
/// or, where the density is no exponential family, ``UnivariateComponentwiseFamily``.
public protocol UnivariateDensity: FamilyDefinition {
  /// The parameters of one column, in the order in which all functions take them.
  var parameters: [UnivariateParameter] { get }
  /// The numbers that have a density.
  var support: Support { get }
  /// The numbers that have a density where some of the parameters are fixed, `nil` for the others.
  func support(fixed: [Double?]) -> Support
  /// Draws a number.
  func sample(_ parameters: [Double], using random: inout CounterRandom) -> Double
  /// Mean and variance, where they exist.
  func moments(_ parameters: [Double]) -> (mean: Double, variance: Double)?
  /// Its distribution function, where it has one.
  func distribution(_ parameters: [Double]) -> CumulativeDistribution?
  /// What makes an estimate untrustworthy, as the end of a sentence; `nil` where nothing does.
  func problem(_ parameters: [Double], count: Double) -> String?
  /// The same, where the scale of all data tells more, such as how alike numbers may be.
  func problem(_ parameters: [Double], count: Double, in scale: ColumnScale) -> String?
}

/// Mean, deviation and floor of a column's numbers.
public struct ColumnScale: Sendable, Codable {
  /// Their mean.
  public let mean: Double
  /// Their standard deviation.
  public let deviation: Double
  /// The smallest variance of a component in terms of all data's; 0 where any is allowed.
  public let floor: Double

  /// Makes the scale of a column.
  public init(mean: Double, deviation: Double, floor: Double) {
    (self.mean, self.deviation, self.floor) = (mean, deviation, floor)
  }

  /// The least squared relative deviation of a component's numbers, `relative` being that of all numbers:
  /// the floor's, of at most 1; 10⁻²⁴ are alike for doubles.
  public func leastVariance(relative: Double) -> Double {
    max(1e-24, floor * min(1, relative))
  }
}

/// A parameter of a univariate family.
public struct UnivariateParameter: Sendable {
  /// Its name: `rate`.
  public let name: String
  /// The values that a start may give.
  public let domain: Support
  /// A value to begin with where nothing is known.
  public let neutral: Double

  /// Makes a parameter.
  public init(_ name: String, in domain: Support, neutral: Double) {
    self.name = name
    self.domain = domain
    self.neutral = neutral
  }
}

extension UnivariateDensity {
  /// Two levels, where it describes 0 and 1.
  public func reading(ofTextColumn name: String) -> TextReading? {
    support.isBinary ? .binary : .refused
  }
  /// None.
  public func distribution(_ parameters: [Double]) -> CumulativeDistribution? { nil }
  /// Nothing to say.
  public func problem(_ parameters: [Double], count: Double) -> String? { nil }
  /// The same.
  public func problem(_ parameters: [Double], count: Double, in scale: ColumnScale) -> String? {
    problem(parameters, count: count)
  }
  /// The same.
  public func support(fixed: [Double?]) -> Support { support }
  /// True.
  public var keepsConstraints: Bool { true }
}
