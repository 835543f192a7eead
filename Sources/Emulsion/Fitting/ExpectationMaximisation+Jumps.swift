extension ExpectationMaximisation {
  /// The parameters that extrapolated sums stand for, or some less far on, where they are sound.
  func jump(
    to proposal: PassResult<Family.Statistics>, from run: inout EMRun<Family>,
    _ execution: Execution
  ) throws -> MixtureParameters<Family.Component>? {
    var sums: PassResult<Family.Statistics>? = proposal
    for _ in 0..<Self.mostTries {
      guard let further = sums else { return nil }
      if let jump = parameters(from: further, after: run, execution) { return jump }
      sums = try run.extrapolation.shorter()
    }
    return nil
  }

  /// Tries cost an M step each.
  private static var mostTries: Int { 4 }

  private func parameters(
    from sums: PassResult<Family.Statistics>, after run: EMRun<Family>, _ execution: Execution
  ) -> MixtureParameters<Family.Component>? {
    guard family.reference(of: run.parameters.components) != .dependent,
      var far = try? maximisation(
        sums, previous: run.parameters, rule(run.iterations, run), execution),
      // Sums beyond what rows can have make parameters outside of their domains.
      let components = family.schema.restrained(far.components, from: run.parameters.components),
      let own = family.reference(of: components).ownComponents,
      own.isSubset(of: run.extrapolation.unmoved),
      isSound(components, sums.counts, besides: run)
    else { return nil }
    far.components = components
    return far
  }

  /// Whether components have no problem that those of the run don't have.
  private func isSound(
    _ components: [Family.Component], _ counts: [Double], besides run: EMRun<Family>
  ) -> Bool {
    let problems = family.properties.diagnose(components, counts: counts)
    guard !problems.isEmpty else { return true }
    let known = family.properties.diagnose(run.parameters.components, counts: run.counts)
    return Set(problems.map(\.component)).isSubset(of: known.map(\.component))
  }
}

extension DataSource {
  /// Whether a pass over them takes long enough for sorting their rows, and jumps after every second iteration,
  /// to pay.
  func isLong(components k: Int) -> Bool { rows.multipliedOrMax(by: k) >= 1 << 19 }
}
