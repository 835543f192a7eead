import Emulsion

extension ScriptFamily {
  /// The most looks at the data in one M step.
  private static var mostLooks: Int { 60 }
  /// A gain of the mean log-density, in nats, that is not worth a look.
  private static var tolerance: Double { 1e-13 }

  /// The parameters that maximise the weighted log-density of each component, by quasi-Newton steps from
  /// the previous ones; all components take their steps side by side, a pass over the data for each.
  func maximised(
    _ statistics: Statistics, counts: [Double], previous: [ScriptComponent],
    _ remeasured: (_ trial: [ScriptComponent]) throws -> Statistics
  ) throws -> [ScriptComponent] {
    let total = counts.reduce(0, +)
    var searches = previous.indices.map { k in
      Search(
        previous[k], functions.transforms, weight: counts[k] > total * 1e-15 ? counts[k] : 0,
        tolerance: Self.tolerance)
    }
    var sums = statistics
    for look in 1...Self.mostLooks {
      for k in searches.indices { searches[k].learn(sums[k].values) }
      if look == Self.mostLooks || searches.allSatisfy(\.isSettled) { break }
      sums = try remeasured(searches.map(\.trial))
    }
    return try previous.indices.map { k in
      let search = searches[k]
      var component = previous[k]
      if search.hasMoved { component = try made(of: search.parameters, "log_density's maximum") }
      component.differences = search.differences
      component.height = counts[k] > 0 ? statistics[k].logDensity / counts[k] : nil
      return component
    }
  }
}

/// The maximisation of one component.
private struct Search {
  private let space: ParameterSpace
  private let weight: Double
  private let start: [Double]
  private var steps: QuasiNewton
  private(set) var differences: CentralDifferences

  /// - Parameter weight: Σ γ of the component; with none it stays where it is.
  init(
    _ component: ScriptComponent, _ transforms: [String: ParameterTransform], weight: Double,
    tolerance: Double
  ) {
    space = ParameterSpace(component.parameters, transforms)
    self.weight = weight
    start = space.coordinates
    steps = QuasiNewton(at: start, tolerance: tolerance)
    differences = component.differences ?? CentralDifferences(at: start)
  }

  var isSettled: Bool { weight == 0 || steps.isSettled }
  var hasMoved: Bool { steps.best != start }
  var parameters: [NamedParameter] { space.parameters(at: steps.best) }

  /// What is to be looked at next; nothing once settled.
  var trial: ScriptComponent {
    var component = ScriptComponent(space.parameters(at: steps.trial))
    component.isTrial = true
    if !isSettled { component.differences = differences }
    return component
  }

  /// Learns the weighted log-densities around the last trial.
  mutating func learn(_ sums: [Double]) {
    guard !isSettled, !sums.isEmpty else { return }
    let point = steps.trial
    let sample = differences.sample(around: point, values: sums.map { $0 / weight })
    steps.tell(sample)
    if steps.best == point {
      differences.adapt(to: sample, at: point, most: space.largestSteps)
    }
  }
}

extension ScriptStatistics {
  /// The sums at each point around the parameters.
  fileprivate var values: [Double] {
    if case .vector(let values)? = sum { values } else { [] }
  }
}
