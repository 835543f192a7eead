extension Moments {
  /// A row moved by the regression on those of its columns that have values: x + Σₘₒ Σₒₒ⁻¹ (xₒ − centreₒ) for those
  /// without. Of means that is their mean given the others, of a draw from a Gaussian a draw given the others.
  ///
  /// - Parameters:
  ///   - row: d numbers, any where none is known.
  ///   - observed: The columns with values.
  ///   - centre: What is moved: a mean, or a draw.
  /// - Throws: `degenerate` where the covariance of these is not positive definite.
  /// - Complexity: O(d³).
  public func completed(_ row: [Double], observed: [Int], from centre: [Double]) throws -> [Double]
  {
    let others = row.indices.filter { !observed.contains($0) }
    let moves = try covariance.matrix.regressed(
      others, on: observed, observed.map { row[$0] - centre[$0] })
    var result = centre
    for (j, move) in zip(others, moves) { result[j] += move }
    return result
  }

  /// The squared Mahalanobis distance of a row from the mean in some of the columns. O(d³).
  ///
  /// - Throws: `degenerate` where their covariance is not positive definite.
  public func squaredDistance(of row: [Double], in columns: [Int]) throws -> Double {
    guard !columns.isEmpty else { return 0 }
    let (lower, deviations) = try covariance.matrix.correlationFactor(columns)
    return lower.solvedLower(zip(columns, deviations).map { (row[$0] - mean[$0]) / $1 })
      .reduce(0) { $0 + $1 * $1 }
  }
}

extension ComponentProperties {
  /// By the regression on the columns with values, or of columns that are independent of these as they are; `nil`
  /// where neither is so, or there are no means.
  public func completed(
    _ component: Component, _ row: [Double], observed: [Int], drawing random: inout CounterRandom?
  ) throws -> [Double]? {
    let isSeparate = separates(observed)
    guard isSeparate || hasLinearConditionalMeans else { return nil }
    let own = moments(of: component)
    var centre = own?.mean
    if var source = random {
      centre = try sample(component, using: &source)
      random = source
    }
    guard let centre else { return nil }
    if isSeparate { return centre }
    return try own?.completed(row, observed: observed, from: centre)
  }
}

extension Matrix {
  /// Σₘₒ Σₒₒ⁻¹ v of a covariance. O(d³).
  fileprivate func regressed(_ others: [Int], on observed: [Int], _ vector: [Double]) throws
    -> [Double]
  {
    guard !observed.isEmpty else { return others.map { _ in 0 } }
    let (lower, deviations) = try correlationFactor(observed)
    let half = lower.solvedLower(zip(vector, deviations).map { $0 / $1 })
    return others.map { i in
      let own = lower.solvedLower(zip(observed, deviations).map { self[i, $0] / $1 })
      return zip(own, half).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }

  /// Cholesky's factor of the correlations of some columns of a covariance, and their deviations: columns of any
  /// scale do. O(m³).
  fileprivate func correlationFactor(_ columns: [Int]) throws -> (
    lower: Matrix, deviations: [Double]
  ) {
    let m = columns.count
    let deviations = columns.map { self[$0, $0].squareRoot() }
    var block = Matrix(rows: m, columns: m)
    for a in 0..<m {
      for b in 0..<m {
        block[a, b] =
          a == b ? 1 : self[columns[a], columns[b]] / deviations[a] / deviations[b]
      }
    }
    guard let lower = LinearAlgebra.cholesky(block) else {
      throw EmulsionError(.degenerate, "impute: a covariance is not positive definite")
    }
    return (lower, deviations)
  }
}
