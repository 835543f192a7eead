/// Components as distributions of what the family describes; what would need a distribution of the
/// covariates is none.
public struct ConcomitantProperties<Base: ComponentFamily>: ComponentProperties {
  /// The family's component and coefficients.
  public typealias Member = ConcomitantComponent<Base.Component>

  private let family: ConcomitantFamily<Base>
  private let base: Base.Properties
  private var mixing: MixingLogit { family.mixing }

  init(family: ConcomitantFamily<Base>) {
    self.family = family
    base = family.base.properties
  }

  /// The family's.
  public func objective(of components: [Member], logLikelihood: Double, previous: Double?)
    -> Double?
  {
    base.objective(of: components.map(\.base), logLikelihood: logLikelihood, previous: previous)
  }

  /// What the family says.
  public func diagnose(_ components: [Member], counts: [Double]) -> [Diagnosis] {
    base.diagnose(components.map(\.base), counts: counts)
  }

  /// Which covariates tell components apart without error, so that coefficients have no end.
  public func notes(on components: [Member]) -> [String] {
    let titles = mixing.covariates.titles
    return base.notes(on: components.map(\.base))
      + components.enumerated().flatMap { k, component in
        (component.separating ?? []).map {
          "concomitant: \(quoted(titles[$0])) separates component \(k + 1): its coefficient grows without end"
        }
      }
  }

  /// By the covariates.
  public func rowMixing(of components: [Member]) -> (any RowMixing)? {
    mixing.isConstant
      ? nil : LogitWeights(mixing: mixing, coefficients: components.flatMap(\.mixing))
  }

  /// Of groups, where there are no covariates.
  public func shares(of components: [Member]) -> [Double]? {
    guard mixing.isConstant else { return nil }
    let logarithms = components.map { $0.mixing[0] }
    let sum = logSumExp(logarithms)
    return logarithms.map { exponential($0 - sum) }
  }

  /// The family's, 0 in the columns of covariates.
  public func moments(of component: Member) -> Moments? { base.moments(of: component.base) }

  /// The family's, without the covariates: with the mean of their rows' probabilities as weights that is the
  /// mixture of all rows.
  ///
  /// - Throws: `invalid-option` for covariates.
  public func marginal(of components: [Member], columns: [Int]) throws -> (any ComponentSet)? {
    if columns == Array(0..<family.base.traits.dimension) {
      return FamilyComponents(family: family, components: components)
    }
    guard let concomitant = family.concomitant else {
      return try base.marginal(of: components.map(\.base), columns: columns)
    }
    guard !columns.contains(where: concomitant.columns.contains) else {
      throw EmulsionError(
        .invalidOption,
        "marginal: mixing probabilities depend on the covariates (concomitant = \(quoted(concomitant.formula))), "
          + "which have no distribution; leave these columns out")
    }
    return try base.marginal(of: components.map(\.base), columns: columns)
  }

  /// Those of the family, covariates apart.
  public func separates(_ given: [Int]) -> Bool {
    !given.contains { family.concomitant?.columns.contains($0) ?? true }
      && base.separates(given)
  }

  /// The family's.
  public var hasLinearConditionalMeans: Bool { base.hasLinearConditionalMeans }

  /// The family's, and probabilities by the covariates.
  public func responder(_ components: [Member], weights: [Double]) throws -> (any Responder)? {
    try base.responder(components.map(\.base), weights: weights).map {
      ConcomitantResponder(base: $0, mixing: mixing, coefficients: components.flatMap(\.mixing))
    }
  }

  /// The family's: covariates have values in all rows.
  public func completed(
    _ component: Member, _ row: [Double], observed: [Int], drawing random: inout CounterRandom?
  ) throws -> [Double]? {
    try base.completed(component.base, row, observed: observed, drawing: &random)
  }

  /// Covariates have no distribution to be drawn from.
  ///
  /// - Throws: `invalid-option`, always.
  public func sample(_ component: Member, using random: inout CounterRandom) throws -> [Double] {
    if family.concomitant == nil { return try base.sample(component.base, using: &random) }
    throw EmulsionError(
      .invalidOption,
      "sample: mixing probabilities depend on the covariates (concomitant), which have no distribution to be "
        + "drawn from; give their rows, as in model:sample(n, { data = table })")
  }
}

/// Mixing probabilities by a multinomial logit.
private struct LogitWeights: RowMixing {
  let mixing: MixingLogit
  /// K × q.
  let coefficients: [Double]

  func writeLogWeights(_ block: borrowing Block, into lanes: inout LaneMatrix) {
    var scratch = LaneMatrix(rows: mixing.width, lanes: block.rows)
    mixing.writeLogarithms(coefficients, block, scratch: &scratch, into: &lanes)
  }
}
