/// Classification EM (Celeux & Govaert 1992): every row belongs to its most probable component alone.
///
/// It maximises the classification log-likelihood Σ w ln(πₖ p(x|k)), k the row's component, and
/// ends after a few iterations, when no row changes its component. Components come out smaller and
/// further apart than by EM, where they overlap.
public struct ClassificationEM: Algorithm {
  /// Makes the algorithm.
  public init() {}
  /// `cem`.
  public var name: String { "cem" }
  /// All weight on the most probable component.
  public func rule(_ step: AlgorithmStep) -> any PosteriorTransform { Classification() }
}

/// All weight on the most probable component; ties go to the first.
public struct Classification: PosteriorTransform {
  /// Makes the transform.
  public init() {}
  /// True.
  public var ignoresImprobable: Bool { true }
  /// True: the joint log-density of the row's component.
  public var hasObjective: Bool { true }

  /// 1 for the largest joint of each row, 0 elsewhere.
  public func transform(
    _ joint: inout Joint, block: borrowing Block, logDensity: inout MutableSpan<Double>
  ) {
    joint.normalise(rows: block.rows, logDensity: &logDensity)
    for i in 0..<block.rows { _ = harden(&joint, row: i) }
  }

  /// The same, with ln πₖ + ln p(x|k) of the chosen component beside.
  public func transform(
    _ joint: inout Joint, block: borrowing Block, logDensity: inout MutableSpan<Double>,
    objective: inout MutableSpan<Double>
  ) {
    joint.normalise(rows: block.rows, logDensity: &logDensity)
    for i in 0..<block.rows {
      objective[i] = logDensity[i] + naturalLog(harden(&joint, row: i))
    }
  }

  /// Gives a row to its most probable component, and says how probable that was.
  private func harden(_ joint: inout Joint, row: Int) -> Double {
    var (best, value) = (0, -1.0)
    for k in 0..<joint.components {
      let candidate = joint[component: k][row]
      if candidate > value { (best, value) = (k, candidate) }
    }
    for k in 0..<joint.components {
      var lanes = joint[component: k]
      lanes[row] = k == best ? 1 : 0
    }
    return value
  }
}
