/// The first column that the others explain, found by a pivoted Cholesky factorisation of the
/// correlation matrix: a pivot is the share of a column's variance that earlier ones leave.
struct Collinearity {
  /// The dependent column, if any.
  private(set) var dependent: Int?
  /// The columns that it depends on.
  private(set) var explaining: [Int] = []

  /// Factorises a full scatter matrix; pivots at or below `limit` are zero. O(d³).
  init(_ scatter: Scatter, limit: Double) {
    let d = scatter.dimension
    let matrix = scatter.matrix
    let deviations = (0..<d).map { matrix[$0, $0].squareRoot() }
    var rest = Matrix(rows: d, columns: d)
    for a in 0..<d {
      for b in 0..<d { rest[a, b] = matrix[a, b] / (deviations[a] * deviations[b]) }
    }
    // Gauss–Jordan on the pivots keeps, in each column, its regression on the pivots so far.
    var remaining = Array(0..<d)
    var pivots: [Int] = []
    while let best = remaining.max(by: { rest[$0, $0] < rest[$1, $1] }) {
      let pivot = rest[best, best]
      guard pivot > limit else {
        let column = remaining.max() ?? best
        dependent = column
        explaining = pivots.filter { abs(rest[$0, column]) > 1e-6 }.sorted()
        return
      }
      sweep(&rest, best)
      pivots.append(best)
      remaining.removeAll { $0 == best }
    }
  }

  /// The sweep operator (Goodnight 1979).
  private func sweep(_ matrix: inout Matrix, _ p: Int) {
    let d = matrix.rows
    let pivot = matrix[p, p]
    let old = matrix
    for i in 0..<d {
      for j in 0..<d where i != p && j != p {
        matrix[i, j] = old[i, j] - old[i, p] * old[p, j] / pivot
      }
    }
    for i in 0..<d where i != p {
      matrix[i, p] = -old[i, p] / pivot
      matrix[p, i] = old[p, i] / pivot
    }
    matrix[p, p] = 1 / pivot
  }
}
