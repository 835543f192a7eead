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
    var searches = previous.indices.map {
      NewtonSearch(previous[$0].coefficients, statistics, component: $0, count: counts[$0])
    }
    for _ in 0..<Self.mostLooks where searches.contains(where: { $0.isOpen }) {
      let trial = searches.map {
        RegressionComponent(coefficients: $0.trial, deviation: 1, problem: nil)
      }
      let sums = try remeasured(trial)
      for k in searches.indices { searches[k].take(sums, component: k) }
    }
    return searches.map {
      RegressionComponent(coefficients: $0.trial, deviation: 1, problem: $0.problem)
    }
  }

  private static var mostLooks: Int { 100 }

  /// β + H⁻¹s about the previous coefficients β; RSS = Σγ(y − η)² − sᵀH⁻¹s.
  private func leastSquares(
    _ statistics: RegressionSums, counts: [Double], previous: [RegressionComponent]
  ) throws -> [RegressionComponent] {
    var searches: [NewtonSearch] = []
    var residuals: [Double] = []
    for k in previous.indices {
      let search = NewtonSearch(
        previous[k].coefficients, statistics, component: k, count: counts[k])
      searches.append(search)
      residuals.append(max(0, statistics.squares[k] - 2 * search.gain))
    }
    let isTied = constraints.tied.contains("standard_deviation")
    let pooled = residuals.reduce(0, +) / counts.reduce(0, +)
    return try searches.enumerated().map { k, search in
      guard counts[k] > 0 else { return previous[k] }
      var variance = isTied ? pooled : residuals[k] / counts[k]
      var problem = search.problem
      if let fixedDeviation {
        let deviation = fixedDeviation / design.frame.scale
        variance = deviation * deviation
      } else if !(variance > max(floor, Self.rounding * statistics.squares[k] / counts[k])) {
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
        coefficients: search.trial, deviation: variance.squareRoot(), problem: problem)
    }
  }

  /// Residual variances below this share of the sums they come from are rounding.
  private static var rounding: Double { 64 * Double.ulpOfOne }
}

/// Newton's method for the coefficients of one component, one look at the data a step.
private struct NewtonSearch {
  /// The best coefficients that were looked at.
  private var point: [Double]
  private var objective: Double
  private var step: [Double]
  private var length = 1.0
  /// What the step promises, nats.
  private(set) var gain: Double
  private(set) var isOpen: Bool
  private(set) var problem: String?

  /// What to look at next, or the result.
  var trial: [Double] { zip(point, step).map { $0 + length * $1 } }

  /// Below this, a step needs no second look.
  private static let negligibleGain = 1e-7

  init(_ point: [Double], _ sums: RegressionSums, component k: Int, count: Double) {
    self.point = point
    objective = sums.objectives[k]
    step = Array(repeating: 0, count: point.count)
    gain = 0
    isOpen = false
    if count > 0 { aim(sums, k) }
  }

  /// Looks at the sums under `trial`: goes there where it is no worse, else half as far.
  mutating func take(_ sums: RegressionSums, component k: Int) {
    guard isOpen else { return }
    let value = sums.objectives[k]
    guard value.isFinite, value >= objective - 1e-12 * abs(objective) else {
      length /= 2
      // A step of no length is no step.
      if length < 1e-10 { (length, isOpen) = (0, false) }
      return
    }
    (point, objective, length) = (trial, value, 1)
    aim(sums, k)
  }

  private mutating func aim(_ sums: RegressionSums, _ k: Int) {
    let p = point.count
    let slope = Array(sums.slopes[k * p..<(k + 1) * p])
    let size = p * (p + 1) / 2
    var curvature = Array(sums.curvatures[k * size..<(k + 1) * size])
    let diagonal = (0..<p).map { Scatter.packed($0, $0, p) }
    let scale = diagonal.map { curvature[$0] }.max() ?? 0
    var ridge = 64 * Double(p) * Double.ulpOfOne
    var solved = NormalEquations.solve(curvature, slope)
    if !(solved?.smallestPivot ?? 0 > ridge) {
      problem = "has rows that don't determine its coefficients"
    }
    // Directions that the rows say nothing of are held back.
    while !(solved?.smallestPivot ?? 0 > 1e-13), ridge < 1 {
      for j in diagonal { curvature[j] += ridge * max(scale, 1e-300) }
      solved = NormalEquations.solve(curvature, slope)
      ridge *= 10
    }
    step = solved?.solution ?? step.map { _ in 0 }
    gain = 0.5 * zip(step, slope).reduce(0) { $0 + $1.0 * $1.1 }
    isOpen = gain > Self.negligibleGain
  }
}
