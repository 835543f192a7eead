/// Eigenvalues and eigenvectors of a small symmetric matrix by Jacobi's rotations.
///
/// An element counts as zero where it is beside its own row and column, |aⱼₗ| ≤ ε·√|aⱼⱼ·aₗₗ|, not beside
/// the largest: then small eigenvalues of a positive definite matrix keep their digits whatever the
/// scales of its columns (Demmel & Veselić 1992).
struct SymmetricRotations {
  /// Quadratic convergence needs five or six.
  private static let sweepLimit = 60

  private let order: Int
  /// With the eigenvalues on its diagonal.
  private let matrix: [Double]
  /// Eigenvectors, one a row; none where they aren't wanted.
  private let vectors: [Double]

  /// O(d³) a sweep.
  init(_ symmetric: Matrix, wantsVectors: Bool = true) {
    order = symmetric.rows
    var matrix = symmetric.values
    var vectors = wantsVectors ? Matrix.identity(order).values : []
    var a = matrix.mutableSpan
    var v = vectors.mutableSpan
    for _ in 0..<Self.sweepLimit where !Self.sweep(&a, &v, order) { break }
    Self.sort(&a, &v, order)
    (self.matrix, self.vectors) = (matrix, vectors)
  }

  /// Eigenvalues, ascending, and their vectors, one a row; none where they aren't wanted.
  var result: (values: [Double], vectors: Matrix) {
    let count = vectors.isEmpty ? 0 : order
    return (
      (0..<order).map { matrix[$0 * order + $0] },
      Matrix(rows: count, columns: count, values: vectors)
    )
  }

  /// Puts eigenvalues, and with them their vectors, in order; equal ones stay as they come.
  private static func sort(
    _ a: inout MutableSpan<Double>, _ v: inout MutableSpan<Double>, _ d: Int
  ) {
    for last in 1..<max(d, 1) {
      var j = last
      while j > 0 && a[j * d + j] < a[(j - 1) * d + j - 1] {
        a.swapAt(j * d + j, (j - 1) * d + j - 1)
        if !v.isEmpty { for q in 0..<d { v.swapAt(j * d + q, (j - 1) * d + q) } }
        j -= 1
      }
    }
  }

  /// Rotates in every plane where there is something to be rotated away, and says whether there was.
  private static func sweep(
    _ a: inout MutableSpan<Double>, _ v: inout MutableSpan<Double>, _ d: Int
  ) -> Bool {
    var hasTurned = false
    for j in 0..<d {
      for l in j + 1..<max(d, j + 1) {
        let (x, y, between) = (a[j * d + j], a[l * d + l], a[j * d + l])
        let size = abs(x).squareRoot() * abs(y).squareRoot()
        guard abs(between) > Double.ulpOfOne * size else { continue }
        hasTurned = true
        let ratio = (y - x) / (2 * between)
        let tangent = (ratio < 0 ? -1 : 1) / (abs(ratio) + (1 + ratio * ratio).squareRoot())
        let cosine = 1 / (1 + tangent * tangent).squareRoot()
        let sine = tangent * cosine
        for q in 0..<d where q != j && q != l {
          let (p, r) = (a[q * d + j], a[q * d + l])
          let (new, other) = (cosine * p - sine * r, sine * p + cosine * r)
          (a[q * d + j], a[j * d + q]) = (new, new)
          (a[q * d + l], a[l * d + q]) = (other, other)
        }
        (a[j * d + j], a[l * d + l]) = (x - tangent * between, y + tangent * between)
        (a[j * d + l], a[l * d + j]) = (0, 0)
        guard !v.isEmpty else { continue }
        for q in 0..<d {
          let (p, r) = (v[j * d + q], v[l * d + q])
          v[j * d + q] = cosine * p - sine * r
          v[l * d + q] = sine * p + cosine * r
        }
      }
    }
    return hasTurned
  }
}
