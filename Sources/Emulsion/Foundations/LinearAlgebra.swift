import COpenBLAS

/// Factorisations and eigenvalues, as far as the core needs them.
///
/// Small matrices, of which EM has many, are worked on by plain loops; larger ones by LAPACK. Matrices
/// are row-major, so LAPACK's "upper" is our lower.
enum LinearAlgebra {
  /// Up to this order loops beat a call of LAPACK.
  private static let largestLooped = 16
  /// Up to this order rotations beat a reduction to tridiagonal form.
  private static let largestRotated = 8

  /// Whether OpenBLAS works in the caller's thread; its own would fight with ours for the cores.
  static let isSingleThreaded: Bool = {
    use_callers_thread()
    return true
  }()

  /// The lower Cholesky factor L of a symmetric positive definite matrix, A = LLᵀ; `nil` where A is
  /// not positive definite to working precision. O(d³/3).
  static func cholesky(_ matrix: Matrix) -> Matrix? {
    var factor = matrix
    guard factorise(&factor.values, order: matrix.rows) else { return nil }
    let d = factor.rows
    for i in 0..<d {
      for j in i + 1..<max(d, i + 1) { factor[i, j] = 0 }
    }
    return factor
  }

  /// Replaces the lower triangle of a symmetric matrix of order d by that of its Cholesky factor, and
  /// says whether it has one. O(d³/3).
  static func factorise(_ values: inout [Double], order d: Int) -> Bool {
    var span = values.mutableSpan
    return factorise(&span, order: d)
  }

  /// The same in place of a matrix of d² numbers.
  static func factorise(_ values: inout MutableSpan<Double>, order d: Int) -> Bool {
    guard d > largestLooped else { return factoriseByLoops(&values, d) }
    for i in values.indices where !values[i].isFinite { return false }
    guard isSingleThreaded else { return false }
    var (order, info) = (Int32(d), Int32(0))
    unsafe values.withUnsafeMutableBufferPointer {
      unsafe dpotrf_("U", &order, $0.baseAddress, &order, &info)
    }
    return info == 0
  }

  private static func factoriseByLoops(_ a: inout MutableSpan<Double>, _ d: Int) -> Bool {
    for j in 0..<d {
      let row = j * d
      var pivot = a[row + j]
      for q in 0..<j { pivot -= a[row + q] * a[row + q] }
      guard pivot > 0 && pivot.isFinite else { return false }
      let root = pivot.squareRoot()
      a[row + j] = root
      for i in j + 1..<max(d, j + 1) {
        var sum = a[i * d + j]
        for q in 0..<j { sum -= a[i * d + q] * a[row + q] }
        a[i * d + j] = sum / root
      }
    }
    return true
  }

  /// Replaces a lower triangular matrix of order d, with a diagonal that is not 0, by its inverse.
  /// O(d³/3).
  static func invertLower(_ values: inout [Double], order d: Int) {
    guard d > largestLooped else {
      var span = values.mutableSpan
      return invertLower(&span, order: d)
    }
    var (order, info) = (Int32(d), Int32(0))
    dtrtri_("U", "N", &order, &values, &order, &info)
  }

  private static func invertLower(_ a: inout MutableSpan<Double>, order d: Int) {
    for i in 0..<d {
      let reciprocal = 1 / a[i * d + i]
      // Rows above are inverted already: row i becomes −(L⁻¹)ᵢᵢ · Lᵢ · L⁻¹.
      for j in 0..<i {
        var sum = 0.0
        for q in j..<i { sum += a[i * d + q] * a[q * d + j] }
        a[i * d + j] = -sum * reciprocal
      }
      a[i * d + i] = reciprocal
    }
  }

  /// Eigenvalues of a symmetric matrix, ascending; `nil` where the iteration does not converge. O(d³).
  static func eigenvalues(_ matrix: Matrix) -> [Double]? {
    eigen(matrix, wantsVectors: false)?.values
  }

  /// Eigenvalues, ascending, and eigenvectors, one a row, of a symmetric matrix; `nil` where the
  /// iteration does not converge. O(d³).
  static func eigen(_ matrix: Matrix) -> (values: [Double], vectors: Matrix)? {
    eigen(matrix, wantsVectors: true)
  }

  private static func eigen(_ matrix: Matrix, wantsVectors: Bool)
    -> (values: [Double], vectors: Matrix)?
  {
    guard matrix.values.allSatisfy(\.isFinite) else { return nil }
    let d = matrix.rows
    guard d > 0 else { return ([], matrix) }
    if d <= largestRotated { return SymmetricRotations(matrix, wantsVectors: wantsVectors).result }
    guard isSingleThreaded else { return nil }
    var vectors = matrix
    var values = [Double].zeros(d)
    var workCount = Int32(max(1, 34 * d))
    var work = [Double].zeros(Int(workCount))
    var (order, info) = (Int32(d), Int32(0))
    dsyev_(
      wantsVectors ? "V" : "N", "U", &order, &vectors.values, &order, &values, &work, &workCount,
      &info)
    return info == 0 ? (values, vectors) : nil
  }
}
