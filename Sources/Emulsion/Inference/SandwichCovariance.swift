extension ParameterSpace {
  /// Covariances of the coordinates that hold whether or not the model is true: A⁻¹BA⁻¹ with A⁻¹ the inverse of the
  /// observed information and B = Σ wₙ gₙgₙᵀ of the rows' scores gₙ (Huber 1967; White 1982).
  ///
  /// Rows that share a component are one row here. Weights that are whole numbers are numbers of rows; of others each
  /// is its row's own share in the estimating equation, and counts by its square. No correction is made for small
  /// numbers of rows. O(rows × coordinates²) beside four passes a coordinate.
  ///
  /// - Parameters:
  ///   - inverse: A⁻¹.
  ///   - steps: How far to go along each coordinate for differences; their error is of fourth order.
  func sandwich(
    _ inverse: Matrix, _ steps: [Double], _ data: any DataSource, _ rule: any PosteriorTransform,
    _ execution: Execution
  ) throws -> Matrix {
    let p = steps.count
    let weights = try data.shares(execution)
    let rows = (0..<data.rows).filter { weights[$0] > 0 }
    // Fillers between groups weigh next to nothing.
    let countsRows = weights.allSatisfy { $0 == $0.rounded() || $0 < 1e-200 }
    let roots = weights.map { countsRows ? $0.squareRoot() : $0 }
    var scores: [[Double]] = []
    for (j, step) in steps.enumerated() {
      let moved = try [1.0, -1, 2, -2].map { factor in
        var x = [Double].zeros(p)
        x[j] = factor * step
        return try mixture(at: x).logDensity(data, execution, rule)
      }
      scores.append(
        rows.map { n in
          let slope =
            (8 * (moved[0][n] - moved[1][n]) - (moved[2][n] - moved[3][n])) / (12 * step)
          return slope * roots[n]
        })
    }
    var middle = Matrix(rows: p, columns: p)
    for i in 0..<p {
      for j in 0...i {
        var sum = 0.0
        for n in rows.indices { sum += scores[i][n] * scores[j][n] }
        (middle[i, j], middle[j, i]) = (sum, sum)
      }
    }
    return inverse * middle * inverse
  }
}
