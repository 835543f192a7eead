/// The M step of one column whose parameters are partly tied or fixed: the maximum of Σₖ Qₖ(θₖ) over
/// what is free, by L-BFGS.
///
/// Positive parameters are searched by their logarithms, shares by their logits. No step goes down, and
/// the search begins from the best of the points given.
struct ConstrainedColumn {
  /// What becomes of each parameter.
  let roles: [ParameterRole]
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

  /// Where a search may begin from a border, such as a mean of 0.
  private static let border = 600.0

  /// The coordinates of the search: K of a free parameter, one of a tied one, none of a fixed one.
  private func reduced(_ parameters: [[Double]]) -> [Double] {
    let total = counts.reduce(0, +)
    return roles.indices.flatMap { p -> [Double] in
      let scale = UnboundedScale(domains[p])
      let own = parameters.map {
        let coordinate = scale.coordinate(of: $0[p])
        return coordinate.isFinite ? coordinate : coordinate > 0 ? Self.border : -Self.border
      }
      switch roles[p] {
      case .free: return own
      case .tied: return [zip(own, counts).reduce(0) { $0 + $1.0 * $1.1 } / total]
      case .fixed: return []
      }
    }
  }

  /// The parameters of all components at a point of the search.
  private func expanded(_ point: [Double]) -> [[Double]] {
    var rest = point[...]
    let columns = roles.indices.map { p -> [Double] in
      let scale = UnboundedScale(domains[p])
      switch roles[p] {
      case .fixed(let value): return counts.map { _ in value }
      case .free:
        defer { rest = rest.dropFirst(counts.count) }
        return rest.prefix(counts.count).map(scale.value)
      case .tied:
        let shared = scale.value(at: rest.removeFirst())
        return counts.map { _ in shared }
      }
    }
    return counts.indices.map { k in columns.map { $0[k] } }
  }
}
