/// Variational Bayes for Gaussian mixtures: a posterior of weights, means and precisions in place of one value of each
/// (Attias 2000; Bishop 2006, section 10.2), so that components which the data don't need lose their rows.
///
/// Weights have a Dirichlet prior, or a truncated Dirichlet process (Blei & Jordan 2006); means and precisions a
/// Gaussian–Wishart one. Defaults, and what diagonal, spherical and tied covariances make of the Wishart, are those of
/// scikit-learn's `BayesianGaussianMixture`. What is maximised is the lower bound of the evidence, with all
/// its constants.
public struct VariationalBayes: Algorithm, Hashable, Codable {
  /// What weights are drawn from.
  public enum Weights: String, Sendable, Hashable, Codable, CaseIterable {
    /// Sticks broken one after the other, each in a proportion from Beta(1, concentration).
    case dirichletProcess = "dirichlet-process"
    /// Dirichlet, of the same concentration for all.
    case dirichlet
  }

  /// The prior of the weights.
  public var weights = Weights.dirichletProcess
  /// Its concentration, above 0: the smaller, the fewer components keep rows. 1/K by default.
  public var concentration: Double?
  /// The prior mean, d numbers; the means of the columns by default.
  public var mean: [Double]?
  /// How many rows it counts for, above 0; 1 by default.
  public var meanPrecision: Double?
  /// Those of the Wishart prior, above d − 1; d by default.
  public var degreesOfFreedom: Double?
  /// Its scale, of the form that the covariance model has; by default the covariance of the rows (divisor n − 1), their
  /// variances, or the mean of these.
  public var covariance: ParameterValue?

  /// Makes the algorithm.
  public init() {}

  /// `variational`.
  public var name: String { "variational" }
  /// Posterior probabilities.
  public func rule(_ step: AlgorithmStep) -> any PosteriorTransform { Softmax() }

  /// Posteriors of Gaussian components, in place of these.
  ///
  /// - Throws: `invalid-option` for other families and structures, and priors that don't fit the columns.
  public func family(_ family: any ComponentFamily, in context: FamilyContext) throws
    -> any ComponentFamily
  {
    let structures = ["full", "tied", "diagonal", "spherical"]
    guard let base = family as? GaussianFamily, base.prior == nil, base.constraints.isEmpty,
      structures.contains(base.covarianceModel.name)
    else {
      throw EmulsionError(
        .invalidOption,
        "algorithm: \"variational\" is for Gaussian components with full, tied, diagonal or spherical covariances, "
          + "nothing tied or fixed, and its own priors in place of `prior`; change that, or use \"em\""
      )
    }
    return VariationalGaussians(base, prior: try GaussianWishart(self, base, context))
  }

  /// From the posterior that a model was fitted as, or else from its parameters.
  public func initializer(
    resuming parameters: [[String: ParameterValue]], weights: [Double],
    posterior: VariationalPosterior?
  ) -> (any Initializer)? {
    // Under other priors a posterior is none.
    let known = posterior.flatMap { $0.algorithm == self ? $0 : nil }
    let all = parameters.enumerated().map { k, own in
      own.merging(known?.parameters(ofComponent: k) ?? [:]) { $1 }
    }
    return GivenParameters(all, weights: weights)
  }
}

/// What a variational fit knows beside the point estimate that its model is.
public struct VariationalPosterior: Sendable, Hashable, Codable {
  /// The algorithm, with all its options as they were used.
  public let algorithm: VariationalBayes
  /// The lower bound of the evidence at the end, nats.
  public internal(set) var lowerBound: Double
  /// The concentrations of each component's weight: one of the Dirichlet distribution, or both of its stick's Beta.
  public let concentrations: [[Double]]
  /// How many rows each mean counts for.
  public let meanPrecisions: [Double]
  /// Degrees of freedom of each precision's Wishart distribution.
  public let degreesOfFreedom: [Double]

  /// What ``VariationalGaussians`` take as parameters of a component.
  fileprivate func parameters(ofComponent k: Int) -> [String: ParameterValue] {
    [
      "concentration": .vector(concentrations[k]), "mean_precision": .scalar(meanPrecisions[k]),
      "degrees_of_freedom": .scalar(degreesOfFreedom[k]),
    ]
  }

  /// Whether it can be that of a model of so many components.
  func fits(_ components: Int) -> Bool {
    let width = algorithm.weights == .dirichlet ? 1 : 2
    return concentrations.count == components && meanPrecisions.count == components
      && degreesOfFreedom.count == components && concentrations.allSatisfy { $0.count == width }
      && (concentrations.joined() + meanPrecisions + degreesOfFreedom).allSatisfy { $0 > 0 }
  }
}
