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
    means.reserveCapacity(previous.count)
    scatters.reserveCapacity(previous.count)
    for (k, component) in previous.enumerated() {
      guard counts[k] > negligible else {
        if limits.floor == 0 && !limits.isRegularized {
          throw collapse(of: k, because: "no row belongs to it any more")
        }
        means.append(component.mean)
        scatters.append(component.covariance.scaled(by: 0))
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
    try refuseSharedNoise(scatters, statistics)
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
      let component = Gaussian(mean: means[0], covariance: shared)
      try refuseSingular(component, 0, of: previous.count)
      return means.map { component.moved(to: $0) }
    }
    return try previous.indices.map { k in
      guard used[k] > 0 else { return previous[k].moved(to: means[k]) }
      let component = Gaussian(mean: means[k], covariance: covariances[k])
      try refuseSingular(component, k, of: previous.count)
      return component
    }
  }

  /// The covariance model's M step within the limits.
  ///
  /// The regularization is added to what comes out, or to the scatters that go in where the model can't do
  /// with singular ones; then what comes out keeps the structure exactly.
  private func covariances(of scatters: [Scatter], counts: [Double], previous: [Gaussian]) throws
    -> [Scatter]
  {
    if let fixed = constraints.covariance { return scatters.map { _ in fixed } }
    let previous = previous.map(\.covariance)
    let isBefore = covarianceModel.needsDefiniteScatters
    let isShared = covarianceModel.sharesCovariance
    var scatters = scatters
    if isBefore && limits.isRegularized {
      scatters = zip(scatters, counts).map {
        limits.regularize($0.divided(by: $1)).scaled(by: $1)
      }
    }
    let found =
      if let floor {
        try floor.covariances(
          of: scatters, counts: counts, previous: previous, model: covarianceModel,
          refusal: endsAtFloor ? { collapse(of: isShared ? nil : $0, because: atFloor) } : nil)
      } else {
        try covarianceModel.covariances(of: scatters, counts: counts, previous: previous)
      }
    return isBefore ? found : found.map(limits.regularize)
  }

  /// As they are: the M step makes no others, and a singular covariance is an error there.
  public func restrained(_ far: [Gaussian], from near: [Gaussian]) -> [Gaussian]? { far }

  /// The mean, and the scatter about it, from one component's sums about `reference`.
  func centre(_ sums: ArraySlice<Double>, count: Double, reference: [Double])
    -> (mean: [Double], scatter: Scatter)
  {
    let d = dimension
    let own = sums.span
    var mean = reference
    for j in 0..<d { mean[j] += own[j] / count }
    var values: [Double] = []
    values.reserveCapacity(own.count - d)
    for a in 0..<(form == .spherical ? 1 : d) {
      let shift = own[a] / count
      switch form {
      case .full:
        for b in a..<d {
          values.append(own[d + values.count] - count * shift * (own[b] / count))
        }
      case .diagonal: values.append(own[d + a] - count * shift * shift)
      case .spherical:
        var square = 0.0
        for j in 0..<d { square += (own[j] / count) * (own[j] / count) }
        values.append(own[d] - count * square)
      }
    }
    return (mean, Scatter(form, dimension: d, values: values))
  }

  /// A variance that can't be told from the rounding of its sums is zero.
  private func refuseNoise(_ scatter: Scatter, component k: Int, _ sums: ArraySlice<Double>) throws
  {
    guard limits.floor == 0, !covarianceModel.sharesCovariance else { return }
    let constant = constantColumns(of: scatter, raw: sums.dropFirst(dimension))
    if form != .spherical, covarianceModel.needsDefiniteScatters, let column = constant.first {
      let place = "in column \(quoted(columnNames[column]))"
      throw collapse(of: k, because: "its variance \(place) is zero")
    }
    if constant.count == (form == .spherical ? 1 : dimension) {
      throw collapse(of: k, because: "its variance is zero")
    }
  }

  /// The same of what all components share: a column that is constant in each of them.
  private func refuseSharedNoise(_ scatters: [Scatter], _ raw: FeatureSums) throws {
    guard limits.floor == 0, !covarianceModel.needsDefiniteScatters, !limits.isRegularized,
      constraints.isEmpty
    else { return }
    var sums = [Double].zeros(form.count(dimension))
    for k in 0..<raw.components {
      for (i, value) in raw[k].dropFirst(dimension).enumerated() { sums[i] += value }
    }
    guard let column = constantColumns(of: Scatter.sum(scatters), raw: sums[...]).first else {
      return
    }
    let place = form == .spherical ? "" : " of column \(quoted(columnNames[column]))"
    throw collapse(
      of: nil, because: "the variance\(place) within components, which they share, is zero",
      components: scatters.count)
  }

  private func constantColumns(of scatter: Scatter, raw: ArraySlice<Double>) -> [Int] {
    (0..<(form == .spherical ? 1 : dimension)).filter { j in
      let index = scatter.diagonalIndex(j)
      return !(scatter.values[index] > 64 * Double.ulpOfOne * raw[raw.startIndex + index])
    }
  }

  private func refuseSingular(_ component: Gaussian, _ k: Int, of components: Int) throws {
    let subject = covarianceModel.sharesCovariance ? nil : k
    guard let factor = component.factor else {
      throw collapse(
        of: subject, because: "its covariance is singular", components: components)
    }
    let smallest = limits.isRegularized || limits.floor > 0 ? 0 : pivotLimit
    if factor.smallestPivot <= smallest {
      throw collapse(
        of: subject, because: "its columns are collinear to rounding", components: components)
    }
  }

  /// Relative residual variances below this are the rounding of the sums.
  var pivotLimit: Double { 64 * Double(dimension) * Double.ulpOfOne }

  private func collapse(of k: Int?, because reason: String, components: Int = 2) -> EmulsionError {
    let subject = k.map { "component \($0 + 1) has collapsed" } ?? "the fit is degenerate"
    var remedies = components > 1 ? ["fewer components"] : []
    if limits.floor == 0 && !limits.isRegularized {
      remedies.append("a covariance_floor or regularization above 0")
    }
    if form != .spherical && dimension > 1 { remedies.append("a simpler covariance model") }
    let others = remedies.dropLast().joined(separator: ", ")
    let advice = remedies.last.map { "; use " + (others.isEmpty ? $0 : "\(others), or \($0)") }
    return EmulsionError(.degenerate, "\(subject): \(reason)\(advice ?? "")")
  }
}
