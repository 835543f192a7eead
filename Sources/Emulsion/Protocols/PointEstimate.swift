/// The posterior distribution of a mixture's parameters, beside a point estimate.
public protocol ParameterPosterior: Sendable {}

/// The ordinary components by which a fit is reported whose own components are posteriors.
public struct PointEstimate: Sendable {
  /// The components.
  public let components: any ComponentSet
  /// Their weights, which sum to 1.
  public let weights: [Double]
  /// The posterior distribution.
  public let posterior: any ParameterPosterior

  /// Makes an estimate.
  public init(
    components: any ComponentSet, weights: [Double], posterior: any ParameterPosterior
  ) {
    (self.components, self.weights, self.posterior) = (components, weights, posterior)
  }
}
