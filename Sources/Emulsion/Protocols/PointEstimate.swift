/// What is known of a mixture's parameters beside a point estimate.
public protocol ParameterPosterior: Sendable {}

/// What a fit is told as, where its components are posteriors: ordinary components, and what is known beside.
public struct PointEstimate: Sendable {
  /// The components.
  public let components: any ComponentSet
  /// Their weights, which sum to 1.
  public let weights: [Double]
  /// What else is known.
  public let posterior: any ParameterPosterior

  /// Makes an estimate.
  public init(
    components: any ComponentSet, weights: [Double], posterior: any ParameterPosterior
  ) {
    (self.components, self.weights, self.posterior) = (components, weights, posterior)
  }
}
