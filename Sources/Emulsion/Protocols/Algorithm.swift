/// How parameters follow from data, iteration by iteration: EM, or a relative of it.
///
/// An iteration evaluates the parameters at hand under the algorithm's rule and makes new ones of the sums
/// that the rule leads to, by the family's M step.
public protocol Algorithm: Sendable {
  /// The name it is chosen by.
  var name: String { get }
  /// From joint log-densities to responsibilities. What is maximised is the rule's objective, where it has
  /// one of its own, else the log-likelihood.
  func rule(_ step: AlgorithmStep) -> any PosteriorTransform
  /// Whether an iteration never lowers the objective, so that a step that does is refused and its course
  /// tells how much is left to be gained.
  func ascends(iteration: Int) -> Bool
  /// Whether the objective is the log-likelihood: it may be extrapolated, and larger models reach no less
  /// of it than those nested in them.
  var maximisesLikelihood: Bool { get }
  /// The iterations whose mean parameters are the result, after which it ends; `nil` where it goes on until
  /// little is left to be gained.
  var averaging: Range<Int>? { get }
}

extension Algorithm {
  /// True.
  public func ascends(iteration: Int) -> Bool { true }
  /// False.
  public var maximisesLikelihood: Bool { false }
  /// `nil`.
  public var averaging: Range<Int>? { nil }
}

/// Which evaluation a rule is asked for, and what its random numbers are keyed by.
public struct AlgorithmStep: Sendable {
  /// 0 for the start.
  public let iteration: Int
  /// The seed of the fit.
  public let seed: UInt64
  /// The restart, from 0.
  public let restart: Int
}

/// The EM algorithm (Dempster, Laird & Rubin 1977).
public struct PlainEM: Algorithm {
  /// Makes the algorithm.
  public init() {}
  /// `em`.
  public var name: String { "em" }
  /// Posterior probabilities.
  public func rule(_ step: AlgorithmStep) -> any PosteriorTransform { Softmax() }
  /// True.
  public var maximisesLikelihood: Bool { true }
}
