/// The directions of the data's space that show a mixture's clusters, and the data in them (Scrucca
/// 2010).
public struct ClusterDirections: Sendable {
  /// The directions, d × m, one a column of length 1, the most telling first.
  public let directions: Matrix
  /// How much each tells, m numbers > 0.
  public let eigenvalues: [Double]
  /// The mean of the data, d numbers, from which they are measured.
  public let center: [Double]
  /// The rows in the directions, n × m.
  public let data: Matrix
}

extension Model {
  /// The directions in which the components differ most in their means and covariances, and given rows in
  /// them (Scrucca 2010; with `lambda`, Scrucca 2014).
  ///
  /// They solve Mv = lΣv with Σ the covariance of the rows and
  /// M = 2λ BΣ⁻¹B + 2(1 − λ) Σₖ πₖ(Σₖ − S)Σ⁻¹(Σₖ − S), where B = Σₖ πₖ(μₖ − x̄)(μₖ − x̄)ᵀ and S = Σₖ πₖΣₖ.
  /// λ = ½ is the method of 2010; with λ = 1 means alone count, which gives at most K − 1 directions.
  /// In each the coordinate that is largest is positive. O(nd² + Kd³).
  ///
  /// - Throws: `invalid-option` for families without means and covariances and a λ outside of [0, 1],
  ///   `degenerate` where the columns are collinear or the components all alike.
  public func reduce(
    _ data: any DataSource, lambda: Double = 0.5, threads: Int? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> ClusterDirections {
    guard lambda >= 0, lambda <= 1 else {
      throw EmulsionError(
        .invalidOption,
        "reduce: lambda is from 0 (covariances alone) to 1 (means alone), not "
          + lambda.formatted(significant: 6))
    }
    if concomitant != nil {
      // Covariates of the weights are no part of what is described.
      let names = describedColumns.map { columnNames[$0] }
      return try marginal(names).reduce(
        ColumnSelection(base: columns(of: data), positions: describedColumns, columnNames: names),
        lambda: lambda, threads: threads, isCancelled: isCancelled)
    }
    guard let means, let covariances else {
      throw EmulsionError(
        .invalidOption,
        "reduce: components of the family \(quoted(family)) have no means and covariances")
    }
    let execution = execution(threads, isCancelled)
    let own = try checked(data, execution)
    let centre = try DataSummary(own, execution: execution).means
    let rows = try Matrix(reading: own).subtracting(centre)
    let shares = weights.map { $0 / weights.reduce(0, +) }
    guard
      let factor = CovarianceFactor(
        Scatter(.full, of: rows.secondMoments(weights: try own.rowWeights())))
    else {
      throw EmulsionError(
        .degenerate,
        "reduce: a column is constant or a linear combination of others; leave it out of the model")
    }
    let d = dimension
    func whitened(_ matrix: Matrix) -> Matrix { factor.whitened(Scatter(.full, of: matrix)) }
    let between = whitened(means.subtracting(centre).secondMoments(weights: shares))
    let within = covariances.map(whitened)
    let average = Matrix.weightedSum(within, shares)
    var kernel = (between * between).scaled(by: 2 * lambda)
    for (own, share) in zip(within, shares) {
      let difference = Matrix.weightedSum([own, average], [1, -1])
      kernel = Matrix.weightedSum(
        [kernel, difference * difference], [1, 2 * (1 - lambda) * share])
    }
    guard let (values, vectors) = LinearAlgebra.eigen(kernel) else {
      throw EmulsionError(.degenerate, "reduce: the directions can't be told")
    }
    let used = (0..<d).reversed().filter { values[$0] > Double.ulpOfOne.squareRoot() }
    guard !used.isEmpty else {
      throw EmulsionError(
        .degenerate,
        components == 1
          ? "reduce: one component has no clusters to show"
          : "reduce: the components are alike\(lambda == 1 ? " in their means" : "")")
    }
    var directions = Matrix(rows: d, columns: used.count)
    for (m, i) in used.enumerated() {
      // v = L⁻ᵀu.
      let raw = (0..<d).map { a in
        (a..<d).reduce(0) { $0 + factor.inverse[$1 * d + a] * vectors[i, $1] }
      }
      let largest = raw.max { abs($0) < abs($1) } ?? 1
      // Scaled first: squares of columns in tiny units would underflow.
      let scaled = raw.map { $0 / largest }
      let length = scaled.reduce(0) { $0 + $1 * $1 }.squareRoot()
      for a in 0..<d { directions[a, m] = scaled[a] / length }
    }
    return ClusterDirections(
      directions: directions, eigenvalues: used.map { values[$0] }, center: centre,
      data: rows * directions)
  }
}

extension Matrix {
  /// Less a vector in every row.
  fileprivate func subtracting(_ vector: [Double]) -> Matrix {
    var result = self
    for i in 0..<rows { for j in 0..<columns { result[i, j] -= vector[j] } }
    return result
  }

  /// Σ w xxᵀ / Σ w over the rows x.
  fileprivate func secondMoments(weights: [Double]?) -> Matrix {
    var result = Matrix(rows: columns, columns: columns)
    var total = 0.0
    for i in 0..<rows {
      let weight = weights?[i] ?? 1
      guard weight > 0 else { continue }
      total += weight
      for a in 0..<columns {
        let factor = weight * self[i, a]
        for b in a..<columns { result[a, b] += factor * self[i, b] }
      }
    }
    for a in 0..<columns {
      for b in a..<columns {
        result[a, b] /= total
        result[b, a] = result[a, b]
      }
    }
    return result
  }

  fileprivate static func weightedSum(_ list: [Matrix], _ weights: [Double]) -> Matrix {
    var result = list[0].scaled(by: weights[0])
    for (matrix, weight) in zip(list, weights).dropFirst() {
      for i in result.values.indices { result.values[i] += weight * matrix.values[i] }
    }
    return result
  }
}
