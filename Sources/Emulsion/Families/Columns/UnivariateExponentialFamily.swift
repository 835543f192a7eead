/// Densities of one number of the form ln p(x) = η·φ(x) − A(η) + ln h(x): a family in a page.
///
/// E and M step are one matrix product each.
public protocol UnivariateExponentialFamily: UnivariateDensity {
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
  /// Whether there are parameters that need centres; false by default.
  var hasCenters: Bool { get }
  /// Whether η·φ − A loses digits under these parameters, so that columns are to be measured about
  /// centres; asked where there are such.
  func needsCenter(_ parameters: [Double]) -> Bool
  /// The density about the centre that these parameters set; asked of all components, whatever their
  /// parameters, where one of them needs it.
  func centered(at parameters: [Double]) -> any CenteredDensity
  /// Adds what all centred densities lack, once a number; ln h by default.
  func addCenteredBaseMeasure(of values: Span<Double>, to lanes: inout MutableSpan<Double>)
  /// The parameters that maximise η·sums − count·A(η).
  ///
  /// - Parameters:
  ///   - sums: Σ γφ(x), one number a feature.
  ///   - count: Σ γ, above 0.
  ///   - previous: The parameters before.
  func estimate(sums: [Double], count: Double, previous: [Double]) -> [Double]
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

  /// False.
  public var hasCenters: Bool { false }
  /// False.
  public func needsCenter(_ parameters: [Double]) -> Bool { false }
  /// The natural form, about 0.
  public func centered(at parameters: [Double]) -> any CenteredDensity {
    UncenteredDensity(family: self, parameters: parameters)
  }
  /// Adds ln h.
  public func addCenteredBaseMeasure(of values: Span<Double>, to lanes: inout MutableSpan<Double>) {
    addLogBaseMeasure(of: values, to: &lanes)
  }

  /// Independent columns of this family.
  public func makeFamily(in context: FamilyContext) throws -> any ComponentFamily {
    IndependentColumns(columns: try UnivariateColumns(self, in: context))
  }

  /// Independent columns of this family, read back.
  public func decodeFamily(from decoder: any Decoder, catalogue: Catalogue) throws
    -> any ComponentFamily
  {
    IndependentColumns(columns: try UnivariateColumns(reading: decoder, as: self))
  }
}
