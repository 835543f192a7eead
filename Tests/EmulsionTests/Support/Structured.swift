import Emulsion

/// Small symmetric matrices, written without the library's own linear algebra.
enum Small {
  /// Eigenvalues, ascending, and eigenvectors, one a row, by Jacobi's method.
  static func eigen(_ matrix: Matrix) -> (values: [Double], vectors: Matrix) {
    let d = matrix.rows
    var (a, v) = (matrix, Matrix.identity(d))
    for _ in 0..<60 {
      for p in 0..<d {
        for q in p + 1..<max(d, p + 1) where a[p, q] != 0 {
          let theta = (a[q, q] - a[p, p]) / (2 * a[p, q])
          let t = (theta >= 0 ? 1.0 : -1) / (abs(theta) + (theta * theta + 1).squareRoot())
          let c = 1 / (t * t + 1).squareRoot()
          let s = t * c
          for i in 0..<d {
            let (x, y) = (a[i, p], a[i, q])
            (a[i, p], a[i, q]) = (c * x - s * y, s * x + c * y)
          }
          for i in 0..<d {
            let (x, y) = (a[p, i], a[q, i])
            (a[p, i], a[q, i]) = (c * x - s * y, s * x + c * y)
            let (m, n) = (v[p, i], v[q, i])
            (v[p, i], v[q, i]) = (c * m - s * n, s * m + c * n)
          }
        }
      }
    }
    let order = (0..<d).sorted { a[$0, $0] < a[$1, $1] }
    let vectors = order.flatMap { Array(v.row($0)) }
    return (order.map { a[$0, $0] }, Matrix(rows: d, columns: d, values: vectors))
  }

  static func product(_ a: Matrix, _ b: Matrix) -> Matrix {
    var result = Matrix(rows: a.rows, columns: b.columns)
    for i in 0..<a.rows {
      for j in 0..<b.columns {
        for q in 0..<a.columns { result[i, j] += a[i, q] * b[q, j] }
      }
    }
    return result
  }

  /// VᵀSV.
  static func turned(_ s: Matrix, by v: Matrix) -> Matrix {
    product(product(v.transposed(), s), v)
  }

  /// A random rotation, by eigenvectors of a random symmetric matrix.
  static func rotation(_ d: Int, _ random: inout CounterRandom) -> Matrix {
    eigen(scatter(d, rows: 2 * d, &random)).vectors
  }

  /// Σ x xᵀ of normal rows, of which each column has a scale of its own.
  static func scatter(_ d: Int, rows: Int, _ random: inout CounterRandom) -> Matrix {
    let mixing = (0..<d * d).map { _ in random.normal() }
    var sum = Matrix(rows: d, columns: d)
    for _ in 0..<rows {
      let z = (0..<d).map { _ in random.normal() }
      let x = (0..<d).map { i in (0..<d).reduce(0) { $0 + mixing[i * d + $1] * z[$1] } }
      for a in 0..<d { for b in 0..<d { sum[a, b] += x[a] * x[b] } }
    }
    return sum
  }

  /// −½ Σₖ (Nₖ ln|Σₖ| + tr(WₖΣₖ⁻¹)).
  static func logLikelihood(_ covariances: [Matrix], _ scatters: [Matrix], _ counts: [Double])
    -> Double
  {
    covariances.indices.reduce(0) { sum, k in
      let (values, vectors) = eigen(covariances[k])
      let along = product(product(vectors, scatters[k]), vectors.transposed())
      return sum
        - 0.5
        * values.indices.reduce(0) {
          $0 + counts[k] * logarithm(values[$1]) + along[$1, $1] / values[$1]
        }
    }
  }
}

extension CovarianceModel {
  /// The M step on full scatters, as full matrices, from the previous ones or from the identity.
  func fit(_ scatters: [Matrix], _ counts: [Double], previous: [Matrix]? = nil) throws -> [Matrix] {
    let d = scatters[0].rows
    return try covariances(
      of: scatters.map { scatter($0) }, counts: counts,
      previous: (previous ?? scatters.map { _ in .identity(d) }).map { Scatter(form, of: $0) }
    ).map(\.matrix)
  }

  /// Where M steps on the same scatters come to: one that iterates may leave something to the next.
  func settled(_ scatters: [Matrix], _ counts: [Double], from start: [Matrix]? = nil) throws
    -> [Matrix]
  {
    var found = try fit(scatters, counts, previous: start)
    for _ in 0..<20 { found = try fit(scatters, counts, previous: found) }
    return found
  }

  /// A spherical scatter holds the trace, a spherical covariance the variance.
  private func scatter(_ matrix: Matrix) -> Scatter {
    var result = Scatter(form, of: matrix)
    if form == .spherical { result.values[0] *= Double(matrix.rows) }
    return result
  }
}
