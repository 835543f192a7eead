extension GaussianFamily {
  /// The M step: means from the linear sums, then the covariance model on scatters about them.
  ///
  /// Scatters are W − N·s·sᵀ with s the shift of the mean from the reference of the sums. An empty
  /// component keeps its parameters where a floor or regularization allows it, and is an error
  /// otherwise.
  public func estimate(_ statistics: FeatureSums, counts: [Double], previous: [Gaussian]) throws
    -> [Gaussian]
  { try estimate(statistics, masses: counts, counts: counts, previous: previous) }

  /// The M step where rows have latent weights u, as for scale mixtures: means are Σrux/Σru, and the
  /// covariance model gets Σru(x − μ)(x − μ)ᵀ.
  ///
  /// - Parameters:
  ///   - statistics: Sums weighted by r·u.
  ///   - masses: Σ r·u of each component.
  ///   - counts: Σ r of each component.
  ///   - previous: The components that the statistics were taken under.
  public func estimate(
    _ statistics: FeatureSums, masses: [Double], counts: [Double], previous: [Gaussian]
  ) throws -> [Gaussian] {
    let references = references(for: previous)
    let negligible = counts.reduce(0, +) * 1e-15
    var means: [[Double]] = []
    var scatters: [Scatter] = []
    for (k, component) in previous.enumerated() {
      guard counts[k] > negligible else {
        try refuseCollapse(of: k, because: "no row belongs to it any more")
        means.append(component.mean)
        scatters.append(component.covariance.zeroed(form))
        continue
      }
      let (mean, scatter) = centre(
        statistics[k], count: masses[k], reference: references.point(k))
      if !limits.isRegularized && constraints.isEmpty {
        try refuseNoise(scatter, component: k, statistics[k])
      }
      means.append(mean)
      scatters.append(scatter)
    }
    let used = counts.map { $0 > negligible ? $0 : 0 }
    if !constraints.isEmpty {
      let used = zip(used, masses).map { $0 > 0 ? $1 : 0 }
      let obeying = constrained(means, masses: used, previous: previous)
      for k in means.indices {
        scatters[k].addSquare(of: zip(means[k], obeying[k]).map { $0 - $1 }, times: used[k])
      }
      means = obeying
    }
    let covariances = try covariances(of: scatters, counts: used, previous: previous)
    if covarianceModel.sharesCovariance, let shared = covariances.first {
      let component = Gaussian(
        mean: means[0], covariance: shared.covariance, isFloored: shared.isFloored)
      try refuseSingular(component, 0)
      return means.map { component.moved(to: $0) }
    }
    return try previous.indices.map { k in
      guard used[k] > 0 else { return previous[k].moved(to: means[k]) }
      let component = Gaussian(
        mean: means[k], covariance: covariances[k].covariance, isFloored: covariances[k].isFloored)
      try refuseSingular(component, k)
      return component
    }
  }

  /// The covariance model's M step within the limits.
  ///
  /// Limits are set to what comes out, or to the scatters that go in where the model can't do with
  /// singular ones; then what comes out keeps the structure exactly.
  private func covariances(of scatters: [Scatter], counts: [Double], previous: [Gaussian]) throws
    -> [(covariance: Scatter, isFloored: Bool)]
  {
    if let fixed = constraints.covariance { return scatters.map { _ in (fixed, false) } }
    let previous = previous.map(\.covariance)
    guard covarianceModel.needsDefiniteScatters else {
      let found = try covarianceModel.covariances(
        of: scatters, counts: counts, previous: previous)
      guard covarianceModel.sharesCovariance, let first = found.first else {
        return found.map { limits.apply(to: $0) }
      }
      let shared = limits.apply(to: first)
      return found.map { _ in shared }
    }
    let limited = zip(scatters, counts).map { scatter, count in
      let (covariance, isFloored) = limits.apply(to: scatter.divided(by: count))
      let isChanged = isFloored || limits.isRegularized
      return (scatter: isChanged ? covariance.scaled(by: count) : scatter, isFloored: isFloored)
    }
    let covariances = try covarianceModel.covariances(
      of: limited.map(\.scatter), counts: counts, previous: previous)
    return Array(zip(covariances, limited.map(\.isFloored)))
  }

  /// The mean, and the scatter about it, from one component's sums about `reference`.
  func centre(_ sums: ArraySlice<Double>, count: Double, reference: [Double])
    -> (mean: [Double], scatter: Scatter)
  {
    let d = dimension
    let shift = sums.prefix(d).map { $0 / count }
    var scatter = Scatter(form, dimension: d, values: Array(sums.dropFirst(d)))
    scatter.addSquare(of: shift, times: -count)
    return (zip(reference, shift).map { $0 + $1 }, scatter)
  }

  /// A variance that can't be told from the rounding of its sums is zero.
  private func refuseNoise(_ scatter: Scatter, component k: Int, _ sums: ArraySlice<Double>) throws
  {
    guard limits.floor == 0, !covarianceModel.sharesCovariance else { return }
    let raw = Array(sums.dropFirst(dimension))
    let constant = (0..<(form == .spherical ? 1 : dimension)).filter { j in
      let index = scatter.diagonalIndex(j)
      return !(scatter.values[index] > 64 * Double.ulpOfOne * raw[index])
    }
    if form != .spherical, covarianceModel.needsDefiniteScatters, let column = constant.first {
      let place = "in column \(quoted(columnNames[column]))"
      try refuseCollapse(of: k, because: "its variance \(place) is zero")
    }
    if constant.count == (form == .spherical ? 1 : dimension) {
      try refuseCollapse(of: k, because: "its variance is zero")
    }
  }

  private func refuseSingular(_ component: Gaussian, _ k: Int) throws {
    let subject = covarianceModel.sharesCovariance ? nil : k
    guard let factor = component.factor else {
      throw collapse(of: subject, because: "its covariance is singular")
    }
    let smallest = limits.isRegularized || limits.floor > 0 ? 0 : pivotLimit
    if factor.smallestPivot <= smallest {
      throw collapse(of: subject, because: "its columns are collinear to rounding")
    }
  }

  /// Relative residual variances below this are the rounding of the sums.
  var pivotLimit: Double { 64 * Double(dimension) * Double.ulpOfOne }

  private func refuseCollapse(of k: Int, because reason: String) throws {
    guard limits.floor == 0 && !limits.isRegularized else { return }
    throw collapse(of: k, because: reason)
  }

  private func collapse(of k: Int?, because reason: String) -> EmulsionError {
    let subject = k.map { "component \($0 + 1) has collapsed" } ?? "the fit is degenerate"
    return EmulsionError(
      .degenerate,
      "\(subject): \(reason); use fewer components, a covariance_floor or regularization above 0, "
        + "or a simpler covariance model")
  }

  /// Floored covariances, components with fewer effective rows than the structure needs, and
  /// spurious ones; see ``Tightness``.
  public func diagnose(_ components: [Gaussian], counts: [Double]) -> [Diagnosis] {
    let tightness = Tightness(
      of: components.map(\.covariance), counts: counts, model: covarianceModel)
    return components.indices.compactMap { k in
      if components[k].isFloored {
        return Diagnosis(
          component: k, problem: "has collapsed: its covariance was raised to the covariance_floor")
      }
      guard constraints.covariance == nil else { return nil }
      let needed = covarianceModel.rowsNeeded(dimension: dimension)
      let isSmall = counts[k] < Double(needed)
      guard isSmall || tightness.isSpurious(k) else { return nil }
      let rows = counts[k].formatted(significant: 3)
      if isSmall {
        return Diagnosis(
          component: k,
          problem: "has only \(rows) effective rows, fewer than the \(needed) that it needs")
      }
      let width = tightness.smallestRatios[k].squareRoot().formatted(significant: 2)
      return Diagnosis(
        component: k,
        problem: "is spurious: its \(rows) rows lie within \(width) pooled standard deviations of "
          + flat,
        isSpurious: true)
    }
  }

  /// What a component closes in on.
  private var flat: String {
    let names = ["a point", "a line", "a plane"]
    return form == .spherical || dimension == 1
      ? names[0] : dimension <= 3 ? names[dimension - 1] : "a hyperplane"
  }
}

extension Scatter {
  fileprivate func zeroed(_ form: ScatterForm) -> Scatter {
    Scatter(
      form, dimension: dimension, values: Array(repeating: 0, count: form.count(dimension)))
  }
}
