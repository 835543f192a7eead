extension ExpectationMaximisation {
  /// The share of every row that a softened start leaves to all components.
  private static var softShare: Double { 0.1 }

  /// The parameters after one M step from a rule for the responsibilities: a start.
  func start(
    from rule: any PosteriorTransform, components k: Int, execution: Execution
  ) throws -> MixtureParameters<Family.Component> {
    let rule = labels?.overriding(rule) ?? rule
    let neutral = MixtureParameters(
      components: try family.schema.neutralComponents(k),
      weights: Array(repeating: 1 / Double(k), count: k))
    var sums = try pass(neutral, rule, execution, isExact: true)
    var start: MixtureParameters<Family.Component>
    do {
      start = try maximisation(sums, previous: neutral, rule, execution)
    } catch let error as EmulsionError where error.code == .degenerate && softensFlatStarts {
      // Where even equal clusters would have hardly rows enough, it is of no use.
      let half = sums.counts.reduce(0, +) / Double(2 * k)
      guard
        family.properties.diagnose(neutral.components, counts: sums.counts.map { _ in half })
          .isEmpty
      else { throw error }
      var soft = self
      soft.softensFlatStarts = false
      return try soft.start(
        from: SharedRule(base: rule, share: Self.softShare), components: k, execution: execution)
    }
    if family.reference(of: start.components).isOwn {
      sums = try pass(start, rule, execution, isExact: true)
      start = try maximisation(sums, previous: start, rule, execution)
    }
    // What the rule gives to no component.
    let rest = 1 - sums.counts.reduce(0, +) / sums.totalWeight
    start.noise = rest > 1e-9 ? noise?.weighing(rest) : noise
    return start
  }
}
