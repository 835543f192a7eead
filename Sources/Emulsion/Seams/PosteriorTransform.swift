/// What happens between the E and the M step, once a block: from joint log-densities to
/// responsibilities.
///
/// Softmax is EM. Classification EM, and every rule for the first responsibilities of a start, are
/// others, so that a start is the same pass as an iteration.
public protocol PosteriorTransform: Sendable {
  /// Whether components whose joint lies e⁻⁵⁰ below another's may be left out.
  var ignoresImprobable: Bool { get }
  /// Turns `joint`, ln πₖ + ln p(x|k) on entry, into responsibilities, and writes each row's
  /// log-density (nats).
  func transform(
    _ joint: inout Joint, block: borrowing Block, logDensity: inout MutableSpan<Double>)
}

extension PosteriorTransform {
  /// False: the rule wants to see all components.
  public var ignoresImprobable: Bool { false }
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

/// All weight on the most probable component: classification EM (Celeux & Govaert 1992).
///
/// The log-density is that of the chosen component; ties go to the first.
public struct Classification: PosteriorTransform {
  /// Makes the transform.
  public init() {}
  /// True.
  public var ignoresImprobable: Bool { true }

  /// 1 for the largest joint of each row, 0 elsewhere.
  public func transform(
    _ joint: inout Joint, block: borrowing Block, logDensity: inout MutableSpan<Double>
  ) {
    for i in 0..<block.rows {
      var best = 0
      var value = -Double.infinity
      for k in 0..<joint.components {
        let candidate = joint[component: k][i]
        if candidate > value { (best, value) = (k, candidate) }
      }
      logDensity[i] = value
      for k in 0..<joint.components {
        var row = joint[component: k]
        row[i] = k == best ? 1 : 0
      }
    }
  }
}
