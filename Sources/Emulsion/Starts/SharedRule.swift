/// A rule that leaves a share of every row to all components alike: γ ← (1 − s)γ + s/K.
///
/// Probabilities of exactly 0, which EM never leaves, then come of no start.
struct SharedRule: PosteriorTransform {
  let base: any PosteriorTransform
  let share: Double

  func transform(
    _ joint: inout Joint, block: borrowing Block, logDensity: inout MutableSpan<Double>
  ) {
    base.transform(&joint, block: block, logDensity: &logDensity)
    let all = share / Double(joint.components)
    for k in 0..<joint.components {
      var lanes = joint[component: k]
      for i in 0..<block.rows { lanes[i] = (1 - share) * lanes[i] + all }
    }
  }
}

extension StartContext {
  /// The start in which every row belongs to its nearest centre, but for the ``share`` that is left to
  /// all components.
  ///
  /// - Parameter centres: K × d, points as ``sample`` has them.
  func start(nearest centres: Matrix) -> Start {
    let rule = NearestCentre(
      centres: centres, units: sample.points.units, levels: sample.levels)
    return .responsibilities(share > 0 ? SharedRule(base: rule, share: share) : rule)
  }
}
