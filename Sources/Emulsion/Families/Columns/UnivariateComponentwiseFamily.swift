/// Densities of one number that are no exponential family: a log-density, sums of one column, and
/// the parameters that these make.
public protocol UnivariateComponentwiseFamily: UnivariateDensity {
  /// The sums of one column under one component.
  associatedtype ColumnStatistics: SufficientStatistics
  /// What the E step needs of a column's parameters, worked out once an iteration.
  associatedtype Prepared: Sendable

  /// Works out what the E step needs.
  func prepare(_ parameters: [Double]) -> Prepared
  /// Sums of no rows.
  func emptyStatistics() -> ColumnStatistics
  /// Adds ln p(x) of every number to `lanes`.
  func addLogDensity(
    of values: Span<Double>, under prepared: Prepared, to lanes: inout MutableSpan<Double>)
  /// Adds every number, times its weight ≥ 0, to the sums taken under `prepared`.
  func accumulate(
    _ values: Span<Double>, weights: Span<Double>, under prepared: Prepared,
    into sums: inout ColumnStatistics)
  /// The parameters that maximise Σ γ ln p(x), or raise it where `isSettled` says so.
  ///
  /// - Parameters:
  ///   - sums: The sums of the column.
  ///   - count: Σ γ, above 0.
  ///   - previous: The parameters that the sums were taken under.
  func estimate(_ sums: ColumnStatistics, count: Double, previous: [Double]) -> [Double]
  /// Σγ ln p(x|θ) at any parameters θ, nats, from the sums of a column, up to a constant; `nil` for
  /// families whose sums don't tell. Where some parameters are tied or fixed, it finds the others.
  func logLikelihood(of sums: ColumnStatistics, at parameters: [Double]) -> Double?
  /// The parameters of all components, K × p, where some are tied or fixed and a closed form finds the
  /// others; `nil` where there is none.
  ///
  /// - Parameters:
  ///   - sums: The sums of the column under each component.
  ///   - counts: Σ γ of each; 0 for components to be left where they are.
  ///   - previous: The parameters that the sums were taken under.
  ///   - roles: What is tied or fixed.
  func estimate(
    _ sums: [ColumnStatistics], counts: [Double], previous: [[Double]], roles: [ParameterRole]
  ) -> [[Double]]?
  /// Whether an estimate will do; if not, sums are taken under it and it is improved, with the same
  /// responsibilities. For estimators that close in on their result look by look.
  func isSettled(_ parameters: [Double], measuredUnder previous: [Double]) -> Bool
}

extension UnivariateComponentwiseFamily {
  /// Not known.
  public func logLikelihood(of sums: ColumnStatistics, at parameters: [Double]) -> Double? { nil }

  /// None.
  public func estimate(
    _ sums: [ColumnStatistics], counts: [Double], previous: [[Double]], roles: [ParameterRole]
  ) -> [[Double]]? { nil }

  /// True: one look is enough.
  public func isSettled(_ parameters: [Double], measuredUnder previous: [Double]) -> Bool { true }

  /// Independent columns of this family.
  public func makeFamily(in context: FamilyContext) throws -> any ComponentFamily {
    ComponentwiseColumns(columns: try UnivariateColumns(self, in: context))
  }

  /// Independent columns of this family, read back.
  public func decodeFamily(from decoder: any Decoder, catalogue: Catalogue) throws
    -> any ComponentFamily
  {
    ComponentwiseColumns(columns: try UnivariateColumns(reading: decoder, as: self))
  }
}

extension UnivariateComponentwiseFamily where Prepared == [Double] {
  /// The parameters as they are.
  public func prepare(_ parameters: [Double]) -> [Double] { parameters }
}
