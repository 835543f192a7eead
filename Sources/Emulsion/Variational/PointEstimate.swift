/// What a fit is told as, where its components are posteriors: a mixture of ordinary components, and what is known beside.
public struct PointEstimate: Sendable {
  /// The components.
  public let components: any ComponentSet
  /// Their weights, which sum to 1.
  public let weights: [Double]
  /// What else is known.
  public let posterior: VariationalPosterior

  /// Makes an estimate.
  public init(components: any ComponentSet, weights: [Double], posterior: VariationalPosterior) {
    (self.components, self.weights, self.posterior) = (components, weights, posterior)
  }
}
