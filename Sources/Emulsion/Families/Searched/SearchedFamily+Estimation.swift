extension SearchedFamily {
  /// The most looks at the data in one M step.
  private static var mostLooks: Int { 40 }
  /// A gain of the mean log-density, in nats, that is not worth a look.
  private static var tolerance: Double { 1e-12 }

  /// The family's own M step, made to keep to the restrictions.
  func estimate(_ statistics: Statistics, counts: [Double], previous: [Point]) throws
    -> [Point]
  {
    let found = try base.estimate(
      statistics.base, counts: counts, previous: previous.map(\.base))
    let parameters = found.map(base.schema.parameters)
    let numbers = roles.applied(
      to: parameters.map { $0.flatMap(\.value.numbers) }, weights: counts)
    return try found.indices.map { k in
      component(
        of: try base.schema.component(
          from: parameters[k].with(numbers[k]).byName, replacing: found[k]))
    }
  }

  /// The maximum over what is free or tied.
  func estimate(
    _ statistics: Statistics, counts: [Double], previous: [Point],
    remeasured: (_ trial: [Point]) throws -> Statistics
  ) throws -> [Point] {
    let own = try estimate(statistics, counts: counts, previous: previous)
    let system = JointNormalEquations(
      space(previous[0].base).coordinateRoles, components: previous.count)
    guard system.count > 0 else { return own }
    var (sums, begin) = (statistics, previous)
    if let other = try beyondBorders(nil, { try remeasured(own) }),
      total(other, counts) >= total(sums, counts)
    {
      (sums, begin) = (other, own)
    }

    let spaces = begin.map { space($0.base) }
    let origins = spaces.map(\.coordinates)
    var differences = begin.enumerated().map { k, component in
      component.differences ?? CentralDifferences(at: origins[k])
    }
    // Unknowns are steps from where the search begins, so that what is tied moves alike.
    var search = QuasiNewton(
      at: Array(repeating: 0, count: system.count), tolerance: Self.tolerance)
    func coordinates(_ unknowns: [Double]) -> [[Double]] {
      zip(origins, system.steps(unknowns)).map { zip($0, $1).map { $0 + $1 } }
    }
    for look in 1...Self.mostLooks {
      let point = search.trial
      let places = coordinates(point)
      let samples = places.indices.map { k in
        differences[k].sample(around: places[k], values: sums.values[k])
      }
      search.tell(joined(samples, system, counts))
      if search.best == point {
        for k in samples.indices {
          var sample = samples[k]
          let scale = max(counts[k], 1e-300)
          sample.value /= scale
          sample.curvature = sample.curvature.map { $0 / scale }
          differences[k].adapt(to: sample, at: places[k], most: spaces[k].largestSteps)
        }
      }
      if search.isSettled || look == Self.mostLooks { break }
      let trial = coordinates(search.trial)
      let nothing = SearchedStatistics(
        base: sums.base, values: sums.values.map { $0.map { _ in .nan } })
      sums = try beyondBorders(nothing) {
        try remeasured(made(trial, spaces, own, differences))
      }
    }
    guard search.best.contains(where: { $0 != 0 }) else {
      return zip(begin, differences).map { Point(base: $0.base, differences: $1) }
    }
    return try made(coordinates(search.best), spaces, own, differences)
  }

  private func made(
    _ places: [[Double]], _ spaces: [SearchSpace], _ own: [Point],
    _ differences: [CentralDifferences]
  ) throws -> [Point] {
    try places.indices.map { k in
      Point(
        base: try base.schema.component(
          from: spaces[k].parameters(at: places[k]).byName, replacing: own[k].base),
        differences: differences[k])
    }
  }

  /// The mean log-density of the rows.
  private func total(_ sums: Statistics, _ counts: [Double]) -> Double {
    zip(sums.values, counts).reduce(0) { $1.1 > 0 ? $0 + $1.0[0] : $0 } / counts.reduce(0, +)
  }

  /// The mean log-density as a function of the unknowns.
  private func joined(
    _ samples: [QuasiNewton.Sample], _ system: JointNormalEquations, _ counts: [Double]
  ) -> QuasiNewton.Sample {
    let total = counts.reduce(0, +)
    let used = zip(samples, counts).map { sample, count in
      count > total * 1e-15
        ? sample
        : QuasiNewton.Sample(
          value: 0, gradient: sample.gradient.map { _ in 0 },
          curvature: sample.curvature.map { _ in 0 })
    }
    return QuasiNewton.Sample(
      value: used.reduce(0) { $0 + $1.value } / total,
      gradient: system.slope(used.map { $0.gradient[...] }).map { $0 / total },
      curvature: system.slope(used.map { $0.curvature[...] }).map { $0 / total })
  }
}
