/// How parameters follow from data, iteration by iteration: EM, or a relative of it.
///
/// An iteration evaluates the parameters at hand under the algorithm's rule and makes new ones of the sums
/// that the rule leads to, by the family's M step.
public protocol Algorithm: Sendable {
  /// The name it is chosen by.
  var name: String { get }
  /// From joint log-densities to responsibilities. The objective is the rule's, where it has
  /// one of its own, else the log-likelihood.
  func rule(_ step: AlgorithmStep) -> any PosteriorTransform
  /// Whether an iteration never lowers the objective, so that a step that does is refused and its course
  /// tells how much is left to be gained.
  func ascends(iteration: Int) -> Bool
  /// Whether the objective is the log-likelihood: it may be extrapolated, and larger models reach no less
  /// of it than those nested in them.
  var maximizesLikelihood: Bool { get }
  /// The family that it works on, given the one that was asked for; components of another kind tell their
  /// ``ComponentProperties/pointEstimate(of:)``.
  ///
  /// - Throws: `invalid-option` for families that it is not for.
  func family(_ family: any ComponentFamily, in context: FamilyContext) throws
    -> any ComponentFamily
  /// Where it goes on from a fitted mixture; `nil` where its components are all there is to know.
  ///
  /// - Parameters:
  ///   - parameters: Those of each component, by name.
  ///   - weights: Their weights.
  ///   - posterior: The posterior distribution, where the mixture is a point estimate.
  func initializer(
    resuming parameters: [[String: ParameterValue]], weights: [Double],
    posterior: (any ParameterPosterior)?
  ) -> (any Initializer)?
  /// The iterations whose mean parameters are the result, after which it ends; `nil` where it goes on until
  /// little is left to be gained.
  var averaging: Range<Int>? { get }
  /// How sums of parts of the rows are blended, with an M step after each; `nil` for one M step an iteration, from
  /// the sums of all rows.
  var blending: SumBlending? { get }
}

extension Algorithm {
  /// True.
  public func ascends(iteration: Int) -> Bool { true }
  /// That one.
  public func family(_ family: any ComponentFamily, in context: FamilyContext) throws
    -> any ComponentFamily
  { family }
  /// `nil`.
  public func initializer(
    resuming parameters: [[String: ParameterValue]], weights: [Double],
    posterior: (any ParameterPosterior)?
  ) -> (any Initializer)? { nil }
  /// False.
  public var maximizesLikelihood: Bool { false }
  /// `nil`.
  public var averaging: Range<Int>? { nil }
  /// `nil`.
  public var blending: SumBlending? { nil }
}

/// How sums of blocks of rows become those that M steps are made from.
public struct SumBlending: Sendable, Hashable {
  /// Rows of a block.
  public let rowsPerBlock: Int
  /// f of the weight (t + 1)^−f that the block t = 1, 2, … has.
  public let forgetting: Double
  /// The most passes over the rows.
  public let passes: Int

  /// The weight of block `t`, from 1.
  func weight(_ t: Int) -> Double { exponential(-forgetting * naturalLog(Double(t + 1))) }
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
  public var maximizesLikelihood: Bool { true }
}
