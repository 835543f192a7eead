import Emulsion

extension RegressionFamily {
  /// One Newton step: exact for a Gaussian response, the first of several for others.
  public func estimate(
    _ statistics: RegressionSums, counts: [Double], previous: [RegressionComponent]
  ) throws -> [RegressionComponent] {
    try estimate(statistics, counts: counts, previous: previous) { _ in statistics }
  }

  /// Weighted maximum likelihood: least squares, or Newton's method (iteratively reweighted least
  /// squares, McCullagh & Nelder 1989, section 2.5) with halved steps where one overshoots.
  ///
  /// A step's predicted gain is g²/2 with g² = sᵀH⁻¹s; once it is below 1e-7 nats, what is left after
  /// the step is far below rounding, and no further look at the data is needed.
  public func estimate(
    _ statistics: RegressionSums, counts: [Double], previous: [RegressionComponent],
    remeasured: (_ trial: [RegressionComponent]) throws -> RegressionSums
  ) throws -> [RegressionComponent] {
    if distribution.hasDeviation {
      return try leastSquares(statistics, counts: counts, previous: previous)
    }
    let isGamma = distribution.dispersion == .shape
    var searches = searches(
      statistics, counts: counts, previous: previous,
      scales: isGamma ? previous.map(\.deviation) : nil)
    func coefficients() -> [[Double]] {
      var result = previous.map(\.coefficients)
      for search in searches {
        for (k, trial) in zip(search.members, search.trial) { result[k] = trial }
      }
      return sharing(result, as: searches)
    }
    var squares = statistics.squares
    for _ in 0..<Self.mostLooks where searches.contains(where: { $0.isOpen }) {
      let trial = zip(coefficients(), previous).map {
        RegressionComponent(coefficients: $0, deviation: $1.deviation, problem: nil)
      }
      let sums = try remeasured(trial)
      for i in searches.indices {
        let isOpen = searches[i].isOpen
        searches[i].take(sums)
        if isOpen { for k in searches[i].members { squares[k] = sums.squares[k] } }
      }
    }
    let problems = searches.problems(components: previous.count)
    var found = zip(zip(coefficients(), previous), problems).map {
      RegressionComponent(coefficients: $0.0, deviation: $0.1.deviation, problem: $1)
    }
    if !distribution.separated.isEmpty {
      for search in searches {
        let places = search.separating(
          statistics.extents, hasIntercept: design.predictors.hasIntercept)
        for (k, own) in zip(search.members, places) where !own.isEmpty { found[k].separating = own }
      }
    }
    switch distribution.dispersion {
    case .shape: return try shaped(found, squares: squares, counts: counts)
    case .size: return try sized(found, counts: counts, remeasured: remeasured)
    case .deviation, nil: return found
    }
  }

  private static var mostLooks: Int { 100 }

  /// What is tied, also where a component has no rows.
  private func sharing(_ coefficients: [[Double]], as searches: [NewtonSearch]) -> [[Double]] {
    guard coefficientRoles.hasTied, let model = searches.first?.members.first else {
      return coefficients
    }
    return coefficients.map { own in
      zip(coefficientRoles, zip(own, coefficients[model])).map { $0 == .tied ? $1.1 : $1.0 }
    }
  }

  /// A search for each component, or one for all where they share coefficients.
  private func searches(
    _ statistics: RegressionSums, counts: [Double], previous: [RegressionComponent],
    scales: [Double]? = nil
  ) -> [NewtonSearch] {
    let roles = coefficientRoles
    let used = previous.indices.filter { counts[$0] > 0 }
    return (roles.hasTied ? [used] : used.map { [$0] }).map { members in
      NewtonSearch(
        members.map { previous[$0].coefficients }, statistics, members: members, roles: roles,
        scales: members.map { scales?[$0] ?? 1 })
    }
  }

  /// β + H⁻¹s about the previous coefficients β; RSS = Σγ(y − η)² − 2δᵀs + δᵀHδ for a step δ, which is less by
  /// sᵀH⁻¹s where the step is a component's own.
  ///
  /// Tied coefficients weigh each component by its precision before; deviations then follow (a
  /// conditional maximisation: Meng & Rubin 1993).
  private func leastSquares(
    _ statistics: RegressionSums, counts: [Double], previous: [RegressionComponent]
  ) throws -> [RegressionComponent] {
    let isShared = coefficientRoles.hasTied
    let searches = searches(
      statistics, counts: counts, previous: previous,
      scales: isShared ? previous.map { 1 / ($0.deviation * $0.deviation) } : nil)
    var coefficients = previous.map(\.coefficients)
    var residuals = statistics.squares
    for search in searches {
      for (k, trial) in zip(search.members, search.trial) {
        let step = zip(trial, coefficients[k]).map { $0 - $1 }
        let gained = isShared ? statistics.squaresGained(by: step, component: k) : 2 * search.gain
        residuals[k] = max(0, statistics.squares[k] - gained)
        coefficients[k] = trial
      }
    }
    coefficients = sharing(coefficients, as: searches)
    let problems = searches.problems(components: previous.count)
    let pooled = residuals.reduce(0, +) / counts.reduce(0, +)
    return try previous.indices.map { k in
      guard counts[k] > 0 || !roles.isEmpty else { return previous[k] }
      var variance =
        deviationRole == .tied
        ? pooled
        : counts[k] > 0
          ? residuals[k] / counts[k] : previous[k].deviation * previous[k].deviation
      var problem = problems[k]
      if let fixed = deviationRole.fixedValue {
        let deviation = fixed / design.frame.scale
        variance = deviation * deviation
      } else if counts[k] > 0,
        !(variance > max(floor, Self.rounding * statistics.squares[k] / counts[k]))
      {
        guard floor > 0 else {
          throw EmulsionError(
            .degenerate,
            "component \(k + 1) has collapsed: its residuals are zero; use fewer components, or a "
              + "covariance_floor above 0")
        }
        variance = max(variance, floor)
        problem = "has collapsed: its residual variance was raised to the covariance_floor"
      }
      return RegressionComponent(
        coefficients: coefficients[k], deviation: variance.squareRoot(), problem: problem)
    }
  }

  /// Residual variances below this share of the sums they come from are rounding.
  private static var rounding: Double { 64 * Double.ulpOfOne }
}

extension RegressionSums {
  /// 2δᵀs − δᵀHδ: what a step takes off a component's sum of squares.
  fileprivate func squaresGained(by step: [Double], component k: Int) -> Double {
    let p = step.count
    let (slope, curvature) = (slope(of: k), curvature(of: k))
    var gained = 2 * zip(step, slope).reduce(0) { $0 + $1.0 * $1.1 }
    for a in 0..<p {
      for b in a..<p {
        let product = step[a] * step[b] * curvature[curvature.startIndex + Scatter.packed(a, b, p)]
        gained -= a == b ? product : 2 * product
      }
    }
    return gained
  }
}

extension [NewtonSearch] {
  /// What the searches say of each component.
  fileprivate func problems(components k: Int) -> [String?] {
    reduce(into: [String?](repeating: nil, count: k)) { problems, search in
      for k in search.members { problems[k] = search.problem }
    }
  }
}
