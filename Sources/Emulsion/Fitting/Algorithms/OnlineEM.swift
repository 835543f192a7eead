/// Online EM (Cappé & Moulines 2009): an M step after every block of rows, from sums that are moving averages over
/// the blocks.
///
/// With s the sums of block t under the parameters at hand, brought to the weight of all rows, the sums become
/// (1 − γ) S + γ s with γ = (t + 1)^−f. Of many rows a few passes come near to where EM needs dozens; the
/// log-likelihood may fall on the way.
public struct OnlineEM: Algorithm, Hashable {
  /// Rows of a block.
  public var block: Int
  /// f, in (½, 1]: how fast what was seen first is forgotten; of small numbers fastest.
  public var forgetting: Double
  /// The most passes over the rows.
  public var passes: Int

  /// Makes the algorithm.
  public init(block: Int = 1000, forgetting: Double = 0.6, passes: Int = 10) {
    self.block = max(1, block)
    self.forgetting = forgetting
    self.passes = max(1, passes)
  }

  /// `online`.
  public var name: String { "online" }
  /// Posterior probabilities.
  public func rule(_ step: AlgorithmStep) -> any PosteriorTransform { Softmax() }
  /// False.
  public func ascends(iteration: Int) -> Bool { false }
  /// By moving averages.
  public var blending: SumBlending? {
    SumBlending(rowsPerBlock: block, forgetting: forgetting, passes: passes)
  }

  /// The family as it is, where sums taken under different components may be added.
  ///
  /// - Throws: `invalid-option` for other families, and for missing cells.
  public func family(_ family: any ComponentFamily, in context: FamilyContext) throws
    -> any ComponentFamily
  {
    guard context.data.missing == nil else {
      throw EmulsionError(
        .invalidOption,
        "algorithm: \"online\" is not there yet beside missing = \"likelihood\"; use missing = \"drop\""
      )
    }
    guard try family.addsUp(components: context.components) else {
      throw EmulsionError(
        .invalidOption,
        "algorithm: \"online\" averages sums that are taken under different components, which those of the family "
          + "\(quoted(family.name)) here are not for: they depend on the components; use \"em\"")
    }
    return family
  }
}

extension ComponentFamily {
  /// Whether sums taken under different components may be added.
  fileprivate func addsUp(components k: Int) throws -> Bool {
    try reference(of: schema.neutralComponents(k)) == .shared
  }
}

/// Moving averages of sums, and how many blocks are in them.
struct BlendedSums<Statistics: SufficientStatistics>: Sendable, Codable {
  var sums: PassResult<Statistics>
  var blocks = 0

  /// Takes in the sums of a block.
  mutating func blend(_ own: PassResult<Statistics>, by weight: Double) throws {
    var own = own
    own.scale(by: weight * sums.totalWeight / own.totalWeight)
    sums.scale(by: 1 - weight)
    try sums.merge(own)
  }
}

extension ExpectationMaximisation {
  /// One pass over the blocks of rows, with an M step after each.
  func online(
    _ blending: SumBlending, from parameters: MixtureParameters<Family.Component>,
    _ blended: inout BlendedSums<Family.Statistics>, _ rule: any PosteriorTransform,
    _ execution: Execution
  ) throws -> MixtureParameters<Family.Component> {
    let count = max(1, (data.rows + blending.rowsPerBlock - 1) / blending.rowsPerBlock)
    var result = parameters
    var evaluator: BlockEvaluator<Family.Statistics>?
    for part in 0..<count {
      try execution.checkCancellation()
      guard family.reference(of: result.components) == .shared else {
        throw EmulsionError(
          .degenerate,
          "algorithm: \"online\": a component became so narrow that its sums are measured from a place of its own, "
            + "which moving averages can't do; use \"em\"")
      }
      let own = try execution.pass(
        family.prepare(result.components, for: data),
        over: PartSource(data, part: part, of: count),
        logWeights: family.logWeights(result.weights), transform: rule,
        shape: family.traits.passShape, reusing: &evaluator)
      guard own.totalWeight > 0 else { continue }
      blended.blocks += 1
      try blended.blend(own, by: blending.weight(blended.blocks))
      result.components = try family.estimate(
        blended.sums.statistics, counts: blended.sums.counts, previous: result.components)
      result.weights = result.mixing.weights(blended.sums.counts, previous: result.weights)
    }
    return result
  }
}
