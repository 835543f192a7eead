extension GaussianFamily {
  /// Those of the structure.
  public func notes(on components: [Gaussian]) -> [String] {
    covarianceModel.notes(components: components.count, columns: dimension)
  }

  /// Covariances at the floor, components with fewer effective rows than the structure needs, and
  /// spurious ones; see ``Tightness``.
  ///
  /// A covariance shows by itself whether it is at the floor: S⁻¹Σ, S the covariance of all rows, has an
  /// eigenvalue there.
  public func diagnose(_ components: [Gaussian], counts: [Double]) -> [Diagnosis] {
    // A prior holds up what has few rows.
    guard constraints.covariance == nil && prior == nil else { return [] }
    let isShared = covarianceModel.sharesCovariance
    if isShared, let first = components.first, limits.isAtFloor(first.covariance) {
      return [
        Diagnosis(
          component: nil,
          problem: "the covariance that all components share has collapsed: \(atFloor)")
      ]
    }
    let tightness = Tightness(
      of: components.map(\.covariance), counts: counts, model: covarianceModel)
    let needed = covarianceModel.rowsNeeded(dimension: dimension)
    return components.indices.compactMap { k in
      if !isShared && limits.isAtFloor(components[k].covariance) {
        return Diagnosis(component: k, problem: "has collapsed: \(atFloor)")
      }
      // Sums of responsibilities come to whole rows but for rounding.
      let isSmall = counts[k] < 0.999 * Double(needed)
      let rows = counts[k]
      if isSmall {
        return Diagnosis(
          component: k,
          problem:
            "has only \(rows.counted(significant: 4, "effective row")), fewer than the \(needed) "
            + "that it needs" + weightHint)
      }
      guard let ratio = tightness.spuriousRatio(k) else { return nil }
      return Diagnosis(
        component: k,
        problem: "is spurious: its \(rows.counted(significant: 3, "row")) lie within "
          + "\(ratio.squareRoot().formatted(significant: 2)) pooled standard deviations of " + flat,
        isSpurious: true)
    }
  }

  var atFloor: String { "a variance is at the covariance_floor" }

  /// What to do where weights make few rows of many.
  private var weightHint: String {
    guard let meanWeight, meanWeight < 0.5 else { return "" }
    return "; a weight says how many rows a row counts for, and these are "
      + "\(meanWeight.formatted(significant: 3)) on average: multiply them so that their sum is the "
      + "number of rows that they stand for"
  }

  /// What a component closes in on.
  private var flat: String {
    let names = ["a point", "a line", "a plane"]
    return form == .spherical || dimension == 1
      ? names[0] : dimension <= 3 ? names[dimension - 1] : "a hyperplane"
  }
}
