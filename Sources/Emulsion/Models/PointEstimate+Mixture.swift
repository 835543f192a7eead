extension PointEstimate {
  /// The mixture that results report.
  var mixture: any AnyMixture { mixture(of: components) }

  private func mixture<Set: ComponentSet>(of set: Set) -> any AnyMixture {
    Mixture<Set.Family>(
      family: set.family,
      parameters: MixtureParameters(components: set.components, weights: weights))
  }
}
