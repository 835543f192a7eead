import COpenBLAS

/// LAPACK, as far as the core needs it. Matrices are row-major, so LAPACK's "upper" is our lower.
enum LinearAlgebra {
  /// OpenBLAS starts threads of its own unless told not to, and then fights with ours.
  private static let isSingleThreaded: Bool = {
    use_callers_thread()
    return true
  }()

  /// The lower Cholesky factor L of a symmetric positive definite matrix, A = LLᵀ; `nil` where A is
  /// not positive definite to working precision. O(d³/3).
  static func cholesky(_ matrix: Matrix) -> Matrix? {
    guard isSingleThreaded, matrix.values.allSatisfy(\.isFinite) else { return nil }
    let d = matrix.rows
    var factor = matrix
    var (order, info) = (Int32(d), Int32(0))
    dpotrf_("U", &order, &factor.values, &order, &info)
    guard info == 0 else { return nil }
    for i in 0..<d {
      for j in i + 1..<max(d, i + 1) { factor[i, j] = 0 }
    }
    return factor
  }

  /// The inverse of a lower triangular matrix with a diagonal that is not 0. O(d³/3).
  static func lowerInverse(_ factor: Matrix) -> Matrix {
    var inverse = factor
    var (order, info) = (Int32(factor.rows), Int32(0))
    dtrtri_("U", "N", &order, &inverse.values, &order, &info)
    return inverse
  }

  /// Eigenvalues of a symmetric matrix, ascending; `nil` where the iteration does not converge. O(d³).
  static func eigenvalues(_ matrix: Matrix) -> [Double]? { eigen(matrix, job: "N")?.values }

  /// Eigenvalues, ascending, and eigenvectors, one a row, of a symmetric matrix; `nil` where the
  /// iteration does not converge. O(d³).
  static func eigen(_ matrix: Matrix) -> (values: [Double], vectors: Matrix)? {
    eigen(matrix, job: "V")
  }

  private static func eigen(_ matrix: Matrix, job: String) -> (values: [Double], vectors: Matrix)? {
    guard isSingleThreaded, matrix.values.allSatisfy(\.isFinite) else { return nil }
    let d = matrix.rows
    guard d > 0 else { return ([], matrix) }
    var vectors = matrix
    var values = [Double](repeating: 0, count: d)
    var workCount = Int32(max(1, 34 * d))
    var work = [Double](repeating: 0, count: Int(workCount))
    var (order, info) = (Int32(d), Int32(0))
    dsyev_(job, "U", &order, &vectors.values, &order, &values, &work, &workCount, &info)
    return info == 0 ? (values, vectors) : nil
  }
}
