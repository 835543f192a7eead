import Emulsion

// The shape of gamma responses and the size of negative binomial ones, given the coefficients: a conditional maximisation
// (Meng & Rubin 1993).
extension RegressionFamily {
  /// The components that share a dispersion, or each with rows by itself; none where it is fixed.
  private func groups(_ counts: [Double]) -> [[Int]] {
    let used = counts.indices.filter { counts[$0] > 0 }
    switch deviationRole {
    case .fixed: return []
    case .tied: return [used]
    case .free: return used.map { [$0] }
    }
  }

  /// Puts the value of each group into its components, and that of a tied dispersion or a fixed one into all.
  private func replacing(
    _ components: [RegressionComponent],
    _ values: [(members: [Int], value: Double, problem: String?)]
  ) -> [RegressionComponent] {
    var result = components
    func put(_ value: Double, _ problem: String?, into k: Int) {
      result[k] = RegressionComponent(
        coefficients: result[k].coefficients, deviation: value,
        problem: result[k].problem ?? problem, separating: result[k].separating)
    }
    for (members, value, problem) in values { for k in members { put(value, problem, into: k) } }
    if let fixed = deviationRole.fixedValue { for k in result.indices { put(fixed, nil, into: k) } }
    if deviationRole == .tied, let value = values.first?.value {
      for k in result.indices { put(value, nil, into: k) }
    }
    return result
  }

  /// The shape α for which ln α − ψ(α) is the mean of y/μ − 1 − ln(y/μ).
  ///
  /// - Throws: `degenerate` where responses lie on their curve and there is no floor.
  func shaped(_ components: [RegressionComponent], squares: [Double], counts: [Double]) throws
    -> [RegressionComponent]
  {
    try replacing(
      components,
      groups(counts).map { members in
        let count = members.reduce(0) { $0 + counts[$1] }
        let mean = members.reduce(0) { $0 + squares[$1] } / count
        // 1/α ≈ 2d is the squared coefficient of variation.
        guard 2 * mean > max(floor, 1e-15) else {
          guard floor > 0 else {
            throw EmulsionError(
              .degenerate,
              "component \(members[0] + 1) has collapsed: its residuals are zero; use fewer components, or a "
                + "covariance_floor above 0")
          }
          return (
            members, 1 / max(floor, 1e-15),
            "has collapsed: its shape was held down by the covariance_floor"
          )
        }
        return (members, GammaResponse.shape(mean), nil)
      })
  }

  /// The size by Newton's method in its logarithm, one look at the data a step; no step goes down.
  func sized(
    _ components: [RegressionComponent], counts: [Double],
    remeasured: (_ trial: [RegressionComponent]) throws -> RegressionSums
  ) throws -> [RegressionComponent] {
    let groups = groups(counts)
    guard !groups.isEmpty else { return replacing(components, []) }
    let bounds =
      Elementary.log(
        NegativeBinomialResponse.leastSize)...Elementary.log(
        NegativeBinomialResponse.largestSize)
    func clamped(_ t: Double) -> Double { min(max(t, bounds.lowerBound), bounds.upperBound) }
    var searches = groups.map { members in
      SizeSearch(members: members, at: clamped(Elementary.log(components[members[0]].deviation)))
    }
    for _ in 0..<40 where searches.contains(where: \.isOpen) {
      let sums = try remeasured(
        replacing(components, searches.map { ($0.members, Elementary.exp($0.trial), nil) }))
      for i in searches.indices { searches[i].take(sums, clamped) }
    }
    return replacing(components, searches.map { ($0.members, Elementary.exp($0.point), nil) })
  }
}

/// A search for the logarithm of a size.
private struct SizeSearch {
  let members: [Int]
  /// The best that was looked at.
  private(set) var point: Double
  private(set) var trial: Double
  private var value = -Double.infinity
  private(set) var isOpen = true

  init(members: [Int], at point: Double) {
    (self.members, self.point, trial) = (members, point, point)
  }

  /// Goes to the trial where it is no worse, else half as far.
  mutating func take(_ sums: RegressionSums, _ clamped: (Double) -> Double) {
    guard isOpen else { return }
    let now = members.reduce(0) { $0 + sums.objectives[$1] }
    guard now >= value - 1e-12 * abs(value) else {
      trial = point + (trial - point) / 2
      isOpen = abs(trial - point) > 1e-9
      return
    }
    (point, value) = (trial, now)
    let slope = members.reduce(0) { $0 + sums.sizes[$1] }
    let curvature = members.reduce(0) { $0 + sums.sizes[sums.squares.count + $1] }
    // Where the likelihood is not concave, uphill is all that is known.
    let step = curvature > 0 ? slope / curvature : slope > 0 ? 1 : -1
    trial = clamped(point + min(2, max(-2, step)))
    isOpen = abs((trial - point) * slope) > 1e-8
  }
}
