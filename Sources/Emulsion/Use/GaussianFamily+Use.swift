extension GaussianFamily {
  /// The family of some of the columns, in this order.
  ///
  /// A block of a covariance of any structure is of a simpler one: spheres stay spheres, what is shared by
  /// all components stays shared, what lies along the axes does, and all else is free.
  public func selecting(_ columns: [Int]) -> GaussianFamily {
    GaussianFamily(
      covarianceModel.ofBlocks, columnNames: columns.map { columnNames[$0] },
      frame: Frame(
        origin: columns.map { frame.origin[$0] }, exponents: columns.map { frame.exponents[$0] }),
      limits: CovarianceLimits(
        floor: limits.floor, scale: columns.map { limits.scale[$0] },
        regularization: columns.map { limits.regularization[$0] }))
  }

  /// A component in these columns. O(m²); O(d³) where the family works in mapped columns.
  public func selecting(_ columns: [Int], of component: Gaussian) -> Gaussian {
    if frame.map != nil { return told(columns, of: component) }
    let whole = component.covariance
    let d = dimension
    let values: [Double]
    switch form {
    case .spherical: values = whole.values
    case .diagonal: values = columns.map { whole.values[$0] }
    case .full:
      values = columns.indices.flatMap { a in
        columns[a...].map {
          whole.values[Scatter.packed(min(columns[a], $0), max(columns[a], $0), d)]
        }
      }
    }
    return Gaussian(
      mean: columns.map { component.mean[$0] },
      covariance: Scatter(form, dimension: columns.count, values: values))
  }

  /// The same by way of the units of the data, out of coordinates that mix columns.
  private func told(_ columns: [Int], of component: Gaussian) -> Gaussian {
    let frame = selecting(columns).frame
    let (mean, whole) = (
      self.frame.fromFrame(point: component.mean), self.frame.fromFrame(component.covariance)
    )
    var covariance = Matrix(rows: columns.count, columns: columns.count)
    for (a, i) in columns.enumerated() {
      for (b, j) in columns.enumerated() { covariance[a, b] = whole[i, j] }
    }
    return Gaussian(
      mean: frame.toFrame(point: columns.map { mean[$0] }),
      covariance: frame.toFrame(Covariance(covariance), form: form))
  }

  /// Blocks of mean and covariance (Anderson 2003, section 2.4).
  public func marginal(of components: [Gaussian], columns: [Int]) -> (any ComponentSet)? {
    FamilyComponents(
      family: selecting(columns), components: components.map { selecting(columns, of: $0) })
  }

  /// ½ erfc(−z/√2) of a component of one column.
  public func distribution(of component: Gaussian) -> CumulativeDistribution? {
    guard let standardised = standardised(component) else { return nil }
    return CumulativeDistribution { .gaussian(standardised($0)) }
  }

  /// (x − μ)/σ of a component of one column, worked out in the frame; `nil` for several columns.
  public func standardised(_ component: Gaussian) -> (@Sendable (Double) -> Double)? {
    guard dimension == 1 else { return nil }
    let (origin, scale, mean) = (frame.origin[0], frame.scales[0], component.mean[0])
    let deviation = component.covariance.variance(0).squareRoot()
    return { (($0 - origin) * scale - mean) / deviation }
  }

  /// True.
  public var hasLinearConditionalMeans: Bool { true }
}

extension CovarianceModel {
  /// The structure of blocks of its covariances.
  var ofBlocks: any CovarianceModel {
    if form == .spherical || sharesCovariance { return self }
    return form == .diagonal ? AxisAligned() : Ellipsoids()
  }
}
