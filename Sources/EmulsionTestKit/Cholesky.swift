import Emulsion

/// A = LLᵀ of a small matrix.
struct Cholesky {
  private var factor: Matrix

  /// `nil` where it is not positive definite.
  init?(_ matrix: Matrix) {
    let d = matrix.rows
    factor = Matrix(rows: d, columns: d)
    for i in 0..<d {
      for j in 0...i {
        var sum = matrix[i, j]
        for c in 0..<j { sum -= factor[i, c] * factor[j, c] }
        if i == j {
          guard sum > 0, sum.isFinite else { return nil }
          factor[i, i] = sum.squareRoot()
        } else {
          factor[i, j] = sum / factor[j, j]
        }
      }
    }
  }

  var logDeterminant: Double {
    (0..<factor.rows).reduce(0) { $0 + 2 * Elementary.log(factor[$1, $1]) }
  }

  /// xᵀA⁻¹x.
  func square(of x: [Double]) -> Double {
    var y = x
    for i in y.indices {
      for c in 0..<i { y[i] -= factor[i, c] * y[c] }
      y[i] /= factor[i, i]
    }
    return y.reduce(0) { $0 + $1 * $1 }
  }

  /// tr(A⁻¹W).
  func trace(of scatter: Matrix) -> Double {
    let d = factor.rows
    var total = 0.0
    for column in 0..<d {
      // L y = W e, Lᵀ z = y, and z's own element.
      var y = (0..<d).map { scatter[$0, column] }
      for i in 0..<d {
        for c in 0..<i { y[i] -= factor[i, c] * y[c] }
        y[i] /= factor[i, i]
      }
      for i in stride(from: d - 1, through: 0, by: -1) {
        for c in i + 1..<max(d, i + 1) { y[i] -= factor[c, i] * y[c] }
        y[i] /= factor[i, i]
      }
      total += y[column]
    }
    return total
  }
}
