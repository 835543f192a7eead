import Emulsion

/// Mixing probabilities that depend on the rows: rows of a group share one component, and covariates
/// may say which is likely (a multinomial logit; Dayton & Macready 1988).
struct Mixing: Sendable {
  /// The column of group numbers.
  let group: Int?
  /// Covariates; one row of ones where there are none.
  private(set) var predictors: Predictors
  /// What is tied or fixed of the coefficients, in the units of the data; none where nothing is.
  private(set) var roles: [ParameterRole] = []

  init(group: Int?, predictors: Predictors, roles: [ParameterRole] = []) {
    (self.group, self.predictors, self.roles) = (group, predictors, roles)
  }

  /// Takes on restrictions of the coefficients.
  ///
  /// Probabilities depend on the differences of coefficients between components alone: one that is
  /// tied or fixed is 0 to them, whatever it is called.
  mutating func restrict(to roles: [ParameterRole]) {
    self.roles = roles.isFree ? [] : roles
    if predictors.hasIntercept, let first = roles.first, first != .free { predictors.uncentre() }
  }

  /// The coefficients that probabilities depend on.
  var free: [Int] { (0..<width).filter { roles.isEmpty || roles[$0] == .free } }

  /// Coefficients with 0 where they are tied or fixed.
  func obeying(_ coefficients: [Double]) -> [Double] {
    roles.isEmpty ? coefficients : zip(roles, coefficients).map { $0 == .free ? $1 : 0 }
  }

  /// Number of coefficients of a component.
  var width: Int { predictors.width }
  /// Whether probabilities are the same everywhere, so that they are shares.
  var isConstant: Bool { predictors.terms.isEmpty }

  /// The blocks' runs of rows that share a component: each row by itself without groups.
  func forEachRun(_ block: borrowing Block, _ body: (Range<Int>) -> Void) {
    guard let group else {
      for i in 0..<block.rows { body(i..<i + 1) }
      return
    }
    let numbers = block.column(group)
    var first = 0
    for i in 1...block.rows where i == block.rows || numbers[i] != numbers[first] {
      body(first..<i)
      first = i
    }
  }
}

/// What the M step of mixing probabilities needs.
struct MixingSums: SufficientStatistics {
  /// Σ r of each component, one term a group.
  var shares: [Double]
  /// Σ (r − tπ)w, K × q, t the weight of a group.
  var slopes: [Double]
  /// Σ tπₖ(δₖₗ − πₗ)wwᵀ, (K·q)².
  var curvature: [Double]
  /// Σ r ln π.
  var objective = 0.0

  init(components k: Int, width q: Int) {
    shares = Array(repeating: 0, count: k)
    slopes = Array(repeating: 0, count: k * q)
    curvature = Array(repeating: 0, count: k * q * k * q)
  }

  mutating func merge(_ other: MixingSums) {
    for k in shares.indices { shares[k] += other.shares[k] }
    for i in slopes.indices { slopes[i] += other.slopes[i] }
    for i in curvature.indices { curvature[i] += other.curvature[i] }
    objective += other.objective
  }

  mutating func scale(by factor: Double) {
    shares = shares.map { $0 * factor }
    slopes = slopes.map { $0 * factor }
    curvature = curvature.map { $0 * factor }
    objective *= factor
  }
}

extension Mixing {
  /// The M step: shares where probabilities are constant, else Newton's method for the multinomial
  /// logit with the first component as the baseline.
  func estimate(
    _ sums: MixingSums, previous: [[Double]], remeasured: ([[Double]]) throws -> MixingSums
  ) rethrows -> [[Double]] {
    guard !isConstant else {
      let total = sums.shares.reduce(0, +)
      return sums.shares.map { [Elementary.log($0 / total, atLeast: -700)] }
    }
    var (point, sums) = (previous, sums)
    for _ in 0..<100 {
      let step = newtonStep(sums, components: point.count)
      let gain =
        0.5 * zip(step.joined(), sums.slopes).reduce(0) { $0 + $1.0 * $1.1 }
      guard gain > 0 else { return point }
      var length = 1.0
      var trial = moved(point, step, length)
      if gain < 1e-7 { return trial }
      var next = try remeasured(trial)
      while !(next.objective >= sums.objective - 1e-12 * abs(sums.objective)) {
        length /= 2
        guard length > 1e-10 else { return point }
        trial = moved(point, step, length)
        next = try remeasured(trial)
      }
      (point, sums) = (trial, next)
    }
    return point
  }

  private func moved(_ point: [[Double]], _ step: [[Double]], _ length: Double) -> [[Double]] {
    zip(point, step).map { zip($0, $1).map { $0 + length * $1 } }
  }

  private func newtonStep(_ sums: MixingSums, components k: Int) -> [[Double]] {
    let q = width
    let places = (1..<max(k, 1)).flatMap { c in free.map { c * q + $0 } }
    let n = places.count
    var step = Array(repeating: Array(repeating: 0.0, count: q), count: k)
    guard n > 0 else { return step }
    let order = k * q
    var packed: [Double] = []
    for (i, a) in places.enumerated() {
      for b in places[i...] { packed.append(sums.curvature[a * order + b]) }
    }
    let slope = places.map { sums.slopes[$0] }
    var ridge = 1e-14
    var solved = NormalEquations.solve(packed, slope)
    // Where probabilities are 0 or 1, rows say nothing of some directions.
    while !(solved?.smallestPivot ?? 0 > 1e-13), ridge < 1 {
      let scale = (0..<n).map { packed[Scatter.packed($0, $0, n)] }.max() ?? 0
      for j in 0..<n { packed[Scatter.packed(j, j, n)] += ridge * max(scale, 1e-300) }
      solved = NormalEquations.solve(packed, slope)
      ridge *= 10
    }
    for (place, value) in zip(places, solved?.solution ?? []) { step[place / q][place % q] = value }
    return step
  }
}
