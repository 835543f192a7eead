/// What happens between the E and the M step, once a block: from joint log-densities to
/// responsibilities.
///
/// Softmax is EM. Other algorithms have others, and so has every start, which is the same pass as an
/// iteration.
public protocol PosteriorTransform: Sendable {
  /// Whether components whose joint lies e⁻⁵⁰ below another's may be left out.
  var ignoresImprobable: Bool { get }
  /// Turns `joint`, ln πₖ + ln p(x|k) on entry, into responsibilities, and writes each row's
  /// log-density (nats).
  func transform(
    _ joint: inout Joint, block: borrowing Block, logDensity: inout MutableSpan<Double>)

  /// Whether some rows are known to belong to a component, so that they are no noise.
  var knowsRows: Bool { get }
  /// Whether the row with this identity is one of them.
  func isKnown(row: Int) -> Bool
  /// Whether something else than the log-likelihood is maximised under this rule.
  var hasObjective: Bool { get }
  /// The same as without `objective`, which gets each row's share of what is maximised, nats.
  func transform(
    _ joint: inout Joint, block: borrowing Block, logDensity: inout MutableSpan<Double>,
    objective: inout MutableSpan<Double>)
}

extension PosteriorTransform {
  /// False: the rule wants to see all components.
  public var ignoresImprobable: Bool { false }
  /// False.
  public var knowsRows: Bool { false }
  /// False.
  public func isKnown(row: Int) -> Bool { false }
  /// False.
  public var hasObjective: Bool { false }
  /// The log-densities.
  public func transform(
    _ joint: inout Joint, block: borrowing Block, logDensity: inout MutableSpan<Double>,
    objective: inout MutableSpan<Double>
  ) {
    transform(&joint, block: block, logDensity: &logDensity)
    for i in 0..<block.rows { objective[i] = logDensity[i] }
  }
}

/// The posterior probabilities of the components: EM's E step, in log-sum-exp form.
public struct Softmax: PosteriorTransform {
  /// Makes the transform.
  public init() {}
  /// True.
  public var ignoresImprobable: Bool { true }

  /// γ = exp(joint − ln Σ exp joint).
  public func transform(
    _ joint: inout Joint, block: borrowing Block, logDensity: inout MutableSpan<Double>
  ) {
    joint.normalise(rows: block.rows, logDensity: &logDensity)
  }
}
