extension MixingLogit {
  /// What an M step comes to.
  public struct Estimate: Sendable {
    /// Of each component, the first being the baseline.
    public var coefficients: [[Double]]
    /// Of each component, the covariates by which rows can be told apart from those of the first.
    public var separating: [[Int]]
  }

  /// The M step: shares where probabilities are constant, else Newton's method for the multinomial
  /// logit with the first component as the baseline.
  public func estimate(
    _ sums: MixingSums, previous: [[Double]], remeasured: ([[Double]]) throws -> MixingSums
  ) rethrows -> Estimate {
    guard !isConstant else {
      let total = sums.shares.reduce(0, +)
      return Estimate(
        coefficients: sums.shares.map { [Elementary.log($0 / total, atLeast: -700)] },
        separating: previous.map { _ in [] })
    }
    var (point, sums) = (baselined(previous), sums)
    for _ in 0..<100 {
      let step = newtonStep(sums, components: point.count)
      let gain =
        0.5 * zip(step.joined(), sums.slopes).reduce(0) { $0 + $1.0 * $1.1 }
      guard gain > 0 else { break }
      var length = 1.0
      var trial = moved(point, step, length)
      if gain < 1e-7 {
        point = trial
        break
      }
      var next = try remeasured(trial)
      while !(next.objective >= sums.objective - 1e-12 * abs(sums.objective)) {
        length /= 2
        guard length > 1e-10 else {
          return Estimate(coefficients: point, separating: separating(point, sums))
        }
        trial = moved(point, step, length)
        next = try remeasured(trial)
      }
      (point, sums) = (trial, next)
    }
    return Estimate(coefficients: point, separating: separating(point, sums))
  }

  private func moved(_ point: [[Double]], _ step: [[Double]], _ length: Double) -> [[Double]] {
    zip(point, step).map { zip($0, $1).map { $0 + length * $1 } }
  }

  /// Where the free coefficients of all components but the first stand.
  private func places(_ k: Int) -> [Int] {
    (1..<max(k, 1)).flatMap { c in free.map { c * width + $0 } }
  }

  private func newtonStep(_ sums: MixingSums, components k: Int) -> [[Double]] {
    let q = width
    let places = places(k)
    var step = Array(repeating: [Double].zeros(q), count: k)
    guard !places.isEmpty else { return step }
    let slope = places.map { sums.slopes[$0] }
    let solution = solved(slope, sums, places, k)
    for (place, value) in zip(places, solution) { step[place / q][place % q] = value }
    return step
  }

  /// Curvature⁻¹ times `right`; where probabilities are 0 or 1 rows say nothing of some directions, which
  /// are held back.
  private func solved(_ right: [Double], _ sums: MixingSums, _ places: [Int], _ k: Int) -> [Double]
  {
    let (n, order) = (places.count, k * width)
    var packed: [Double] = []
    for (i, a) in places.enumerated() {
      for b in places[i...] { packed.append(sums.curvature[a * order + b]) }
    }
    var ridge = 1e-14
    var solved = NormalEquations.solve(packed, right)
    while !(solved?.smallestPivot ?? 0 > 1e-13), ridge < 1 {
      let scale = (0..<n).map { packed[Scatter.packed($0, $0, n)] }.max() ?? 0
      for j in 0..<n { packed[Scatter.packed(j, j, n)] += ridge * max(scale, 1e-300) }
      solved = NormalEquations.solve(packed, right)
      ridge *= 10
    }
    return solved?.solution ?? right.map { _ in 0 }
  }

  /// Coefficients that grow without end where a covariate tells components apart without error: odds
  /// change by more than e⁴ along it, though its standard error is half of it or more. (Under separation
  /// estimates of Wald's statistic go to 0: W. W. Hauck and A. Donner, JASA 72, 1977.)
  private func separating(_ point: [[Double]], _ sums: MixingSums) -> [[Int]] {
    let (k, q) = (point.count, width)
    var result = point.map { _ in [Int]() }
    let all = places(k)
    let suspects = all.enumerated().filter { _, place in
      !(covariates.hasIntercept && place % q == 0)
        && abs(point[place / q][place % q]) * sums.extents[place % q] > 4
    }
    for (i, place) in suspects {
      let unit = all.indices.map { $0 == i ? 1.0 : 0 }
      let variance = solved(unit, sums, all, k)[i]
      let value = point[place / q][place % q]
      if !(value * value > 4 * variance) { result[place / q].append(place % q) }
    }
    return result
  }
}
