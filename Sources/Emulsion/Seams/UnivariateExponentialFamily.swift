/// Densities of one number of the form ln p(x) = η·φ(x) − A(η) + ln h(x): a family in a page.
///
/// The conforming type is the family's definition as well. Several columns are independent given
/// the component, each with parameters of its own. E and M step are one matrix product each.
public protocol UnivariateExponentialFamily: FamilyDefinition {
  /// The parameters of one column, in the order in which all functions take them.
  var parameters: [UnivariateParameter] { get }
  /// The numbers that have a density.
  var support: Support { get }
  /// The number of features φ of one number.
  var featureCount: Int { get }
  /// Writes feature `i` of every number; the numbers themselves by default.
  func writeFeature(_ i: Int, of values: Span<Double>, into lanes: inout MutableSpan<Double>)
  /// η of a column with these parameters, one number a feature, and −A(η) plus constants of ln h.
  func naturalForm(_ parameters: [Double]) -> (eta: [Double], constant: Double)
  /// Whether ln h varies with x.
  var hasBaseMeasure: Bool { get }
  /// Adds ln h of every number to `lanes`.
  func addLogBaseMeasure(of values: Span<Double>, to lanes: inout MutableSpan<Double>)
  /// The parameters that maximise η·sums − count·A(η).
  ///
  /// - Parameters:
  ///   - sums: Σ γφ(x), one number a feature.
  ///   - count: Σ γ, above 0.
  ///   - previous: The parameters before.
  func estimate(sums: ArraySlice<Double>, count: Double, previous: ArraySlice<Double>) -> [Double]
  /// Draws a number.
  func sample(_ parameters: [Double], using random: inout CounterRandom) -> Double
  /// Mean and variance, where they exist.
  func moments(_ parameters: [Double]) -> (mean: Double, variance: Double)?
  /// What makes an estimate untrustworthy, as the end of a sentence; `nil` where nothing does.
  func problem(_ parameters: [Double], count: Double) -> String?
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

extension UnivariateExponentialFamily {
  /// One.
  public var featureCount: Int { 1 }
  /// The numbers as they are.
  public func writeFeature(
    _ i: Int, of values: Span<Double>, into lanes: inout MutableSpan<Double>
  ) {
    for r in values.indices { lanes[r] = values[r] }
  }
  /// False: h is constant.
  public var hasBaseMeasure: Bool { false }
  /// Adds nothing.
  public func addLogBaseMeasure(of values: Span<Double>, to lanes: inout MutableSpan<Double>) {}
  /// Nothing to say.
  public func problem(_ parameters: [Double], count: Double) -> String? { nil }
  /// All of them.
  public var constrainableParameters: [String] { parameters.map(\.name) }

  /// Independent columns of this family.
  public func makeFamily(in context: FamilyContext) throws -> any ComponentFamily {
    try IndependentColumns(
      self, columnNames: context.data.columnNames, constraints: context.constraints)
  }

  /// Independent columns of this family, read back.
  public func decodeFamily(from decoder: any Decoder, catalogue: Catalogue) throws
    -> any ComponentFamily
  {
    try IndependentColumns<Self>(reading: decoder, as: self)
  }
}
