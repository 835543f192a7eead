extension GaussianFamily {
  /// The family of some of the columns, in this order.
  ///
  /// A block of a covariance of any structure is of a simpler one: spheres stay spheres, what is shared by
  /// all components stays shared, what lies along the axes does, and all else is free.
  public func selecting(_ columns: [Int]) -> GaussianFamily {
    GaussianFamily(
      covarianceModel.ofBlocks, columnNames: columns.map { columnNames[$0] },
      frame: Frame(
        origin: columns.map { frame.origin[$0] }, exponents: columns.map { frame.exponents[$0] },
        map: frame.map.map { $0.selectingRows(columns).lower }),
      limits: CovarianceLimits(
        floor: limits.floor, scale: columns.map { limits.scale[$0] },
        regularization: columns.map { limits.regularization[$0] },
        total: limits.total.map { block($0, columns) }), meanWeight: meanWeight)
  }

  /// A component in these columns. O(m²), or O(md²) where columns nearly depend on each other.
  public func selecting(_ columns: [Int], of component: Gaussian) -> Gaussian {
    let mean =
      frame.map.map { $0.selectingRows(columns).rotation.times(component.mean) }
      ?? columns.map { component.mean[$0] }
    return Gaussian(mean: mean, covariance: block(component.covariance, columns))
  }

  /// A covariance of the frame in the frame of these columns.
  private func block(_ whole: Scatter, _ columns: [Int]) -> Scatter {
    switch whole.form {
    case .spherical:
      return Scatter(.spherical, dimension: columns.count, values: whole.values)
    case .diagonal:
      return Scatter(
        .diagonal, dimension: columns.count, values: columns.map { whole.values[$0] })
    case .full:
      let matrix = whole.matrix
      var block = Matrix(rows: columns.count, columns: columns.count)
      let rotation = frame.map.map { $0.selectingRows(columns).rotation }
      let half = rotation.map { rotation in
        (0..<rotation.rows).map { matrix.times(Array(rotation.row($0))) }
      }
      for a in columns.indices {
        let own = half.flatMap { half in rotation?.times(half[a]) }
        for b in columns.indices { block[a, b] = own?[b] ?? matrix[columns[a], columns[b]] }
      }
      return Scatter(.full, of: block)
    }
  }

  /// Blocks of mean and covariance (Anderson 2003, section 2.4).
  public func marginal(of components: [Gaussian], columns: [Int]) -> (any ComponentSet)? {
    FamilyComponents(
      family: selecting(columns), components: components.map { selecting(columns, of: $0) })
  }

  /// ½ erfc(−z/√2) of a component of one column.
  public func distribution(of component: Gaussian) -> CumulativeDistribution? {
    guard let standardized = self.standardized(component) else { return nil }
    return CumulativeDistribution { .gaussian(standardized($0)) }
  }

  /// (x − μ)/σ of a component of one column, worked out in the frame; `nil` for several columns.
  public func standardized(_ component: Gaussian) -> (@Sendable (Double) -> Double)? {
    guard dimension == 1 else { return nil }
    let (origin, mean) = (frame.origin[0], component.mean[0])
    let scale = frame.scales[0] / (frame.map?[0, 0] ?? 1)
    let deviation = component.covariance.variance(0).squareRoot()
    return { (($0 - origin) * scale - mean) / deviation }
  }

  /// True.
  public var hasLinearConditionalMeans: Bool { true }
}

extension CovarianceModel {
  /// The structure of blocks of its covariances.
  var ofBlocks: any CovarianceModel {
    if factorPattern != nil { return sharesCovariance ? EqualEllipsoids() : Ellipsoids() }
    if form == .spherical || sharesCovariance { return self }
    return form == .diagonal ? AxisAligned() : Ellipsoids()
  }
}

extension Matrix {
  /// Some of the rows of a lower triangular map C as LQ, L lower triangular with a positive diagonal and the
  /// rows of Q orthonormal: in coordinates L⁻¹y of the rows y = Cz, a covariance of z is that of Qz. O(m²d).
  fileprivate func selectingRows(_ chosen: [Int]) -> (lower: Matrix, rotation: Matrix) {
    var lower = Matrix(rows: chosen.count, columns: chosen.count)
    var rotation = Matrix(rows: chosen.count, columns: columns)
    for (a, row) in chosen.enumerated() {
      var rest = Array(self.row(row))
      // Twice is enough (Giraud, Langou & Rozložník 2005).
      for _ in 0..<2 {
        for b in 0..<a {
          let part = (0..<columns).reduce(0) { $0 + rest[$1] * rotation[b, $1] }
          lower[a, b] += part
          for j in 0..<columns { rest[j] -= part * rotation[b, j] }
        }
      }
      let length = rest.reduce(0) { $0 + $1 * $1 }.squareRoot()
      lower[a, a] = length
      for j in 0..<columns { rotation[a, j] = rest[j] / length }
    }
    return (lower, rotation)
  }

  /// Mv. O(md).
  fileprivate func times(_ vector: [Double]) -> [Double] {
    (0..<rows).map { i in (0..<columns).reduce(0) { $0 + self[i, $1] * vector[$1] } }
  }
}
