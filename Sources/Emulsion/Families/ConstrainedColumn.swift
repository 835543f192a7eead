/// The M step of one column whose parameters are partly tied or fixed: the maximum of Σₖ Qₖ(θₖ) over
/// what is free, by L-BFGS.
///
/// Positive parameters are searched by their logarithms, shares by their logits. No step goes down, and
/// the search begins from the best of the points given.
struct ConstrainedColumn {
  /// What becomes of a parameter.
  enum Role {
    case free
    case tied
    case fixed(Double)
  }

  /// Of each parameter.
  let roles: [Role]
  /// The values each may take.
  let domains: [Support]
  /// Nₖ; components that are 0 count for nothing.
  let counts: [Double]

  /// - Parameters:
  ///   - starts: Parameters of all components, K × p, to begin from after they are made to obey.
  ///   - objective: Qₖ = Σγ ln p(x|θₖ), nats.
  func maximum(
    from starts: [[[Double]]], of objective: (_ k: Int, _ parameters: [Double]) -> Double
  ) -> [[Double]] {
    func value(at point: [Double]) -> Double {
      let parameters = expanded(point)
      return counts.indices.reduce(0) { sum, k in
        counts[k] > 0 ? sum + objective(k, parameters[k]) : sum
      }
    }
    let points = starts.map(reduced)
    let values = points.map(value)
    let place = values.indices.max { values[$0] < values[$1] || values[$0].isNaN } ?? 0
    var search = QuasiNewton(at: points[place], tolerance: 1e-9)
    var differences = CentralDifferences(at: points[place])
    var looks = 0
    while !search.isSettled && looks < 500 {
      let trial = search.trial
      let sample = differences.sample(
        around: trial, values: differences.points(around: trial).map(value))
      differences.adapt(to: sample, at: trial, most: trial.map { _ in 0.01 })
      search.tell(sample)
      looks += 1
    }
    return expanded(search.best)
  }

  /// The coordinates of the search: K of a free parameter, one of a tied one, none of a fixed one.
  private func reduced(_ parameters: [[Double]]) -> [Double] {
    let total = counts.reduce(0, +)
    return roles.indices.flatMap { p -> [Double] in
      let own = parameters.map { Unbounded(domains[p]).coordinate(of: $0[p]) }
      switch roles[p] {
      case .free: return own
      case .tied: return [zip(own, counts).reduce(0) { $0 + $1.0 * $1.1 } / total]
      case .fixed: return []
      }
    }
  }

  /// The parameters of all components at a point of the search.
  private func expanded(_ point: [Double]) -> [[Double]] {
    var result = counts.map { _ in [Double](repeating: 0, count: roles.count) }
    var next = 0
    for p in roles.indices {
      for k in result.indices {
        switch roles[p] {
        case .fixed(let value): result[k][p] = value
        case .free: result[k][p] = Unbounded(domains[p]).value(at: point[next + k])
        case .tied: result[k][p] = Unbounded(domains[p]).value(at: point[next])
        }
      }
      switch roles[p] {
      case .fixed: break
      case .free: next += result.count
      case .tied: next += 1
      }
    }
    return result
  }
}

/// A domain stretched over all numbers.
private enum Unbounded {
  case identity
  case logarithm
  case logit

  /// The stretching that fits the domain's borders.
  init(_ domain: Support) {
    self = domain.contains(-1) ? .identity : domain.contains(2) ? .logarithm : .logit
  }

  private static let reach = 600.0

  func coordinate(of value: Double) -> Double {
    switch self {
    case .identity: value
    case .logarithm: Elementary.log(value, atLeast: -Self.reach)
    case .logit:
      Elementary.log(value, atLeast: -Self.reach) - Elementary.log(1 - value, atLeast: -Self.reach)
    }
  }

  func value(at coordinate: Double) -> Double {
    let bounded = min(max(coordinate, -Self.reach), Self.reach)
    switch self {
    case .identity: return coordinate
    case .logarithm: return Elementary.exp(bounded)
    case .logit: return 1 / (1 + Elementary.exp(-bounded))
    }
  }
}
