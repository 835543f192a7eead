import Emulsion

/// What a mean log-density says about the component that has it.
///
/// A density without a floor grows without bound as it closes in on rows that happen to lie near each
/// other, and nothing is known of the parameters that would tell. But the density itself tells: a
/// component whose scale is a share ε of the data's has a mean log-density −ln ε a column above theirs.
struct DensityScale: Sendable {
  /// The mean log-density of the data under a Gaussian of their own variances, nats.
  private let whole: Double
  /// How far a component may lie above it.
  private let most: Double
  private let columns: Double

  /// The scale of the data of a fit; `nil` where a family describes no lengths.
  init?(_ context: FamilyContext) {
    // A constant column has no width of its own: its numbers are taken to have some digits.
    let deviations = zip(context.summary.standardDeviations, context.summary.means).map {
      $0 > 0 ? $0 : 1e-4 * max(1, abs($1))
    }
    guard context.covarianceFloor > 0 else { return nil }
    columns = Double(deviations.count)
    // ln √(2πe)
    whole = -deviations.reduce(0) { $0 + Elementary.log($1) + 1.4189385332046727 }
    // The floor is that of variances.
    most = -0.5 * Elementary.log(context.covarianceFloor) * columns
  }

  /// What is wrong with component `k`, given the mean log-densities of all.
  func diagnosis(_ k: Int, heights: [Double], counts: [Double]) -> Diagnosis? {
    let height = heights[k]
    if height - whole > most {
      return Diagnosis(
        component: k,
        problem: "has collapsed: its mean log-density is "
          + "\((height - whole).formatted(significant: 3)) above what the data's own width gives")
    }
    // The rule for spurious Gaussian components, e^−(Nₖ − d) for the ratio of variances, in nats.
    let mean = zip(heights, counts).reduce(0) { $0 + $1.0 * $1.1 } / counts.reduce(0, +)
    guard 2 * (height - mean) > columns * max(0, counts[k] - columns) else { return nil }
    return Diagnosis(
      component: k,
      problem:
        "is spurious: its \(counts[k].formatted(significant: 3)) rows have a mean log-density "
        + "\((height - mean).formatted(significant: 2)) above that of all",
      isSpurious: true)
  }
}

extension ScriptFamily {
  /// Components that have collapsed or are spurious, as far as their log-densities tell.
  func diagnose(_ components: [ScriptComponent], counts: [Double]) -> [Diagnosis] {
    let heights = components.compactMap(\.height)
    guard let scale, heights.count == components.count, counts.allSatisfy({ $0 > 0 }) else {
      return []
    }
    return components.indices.compactMap {
      scale.diagnosis($0, heights: heights, counts: counts)
    }
  }
}
