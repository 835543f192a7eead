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
  /// Eigenvectors, one a row.
  private let vectors: [Double]

  /// O(d³) a sweep.
  init(_ symmetric: Matrix) {
    order = symmetric.rows
    var (matrix, vectors) = (symmetric.values, Matrix.identity(symmetric.rows).values)
    var a = matrix.mutableSpan
    var v = vectors.mutableSpan
    for _ in 0..<Self.sweepLimit where !Self.sweep(&a, &v, order) { break }
    (self.matrix, self.vectors) = (matrix, vectors)
  }

  /// Eigenvalues, ascending, and their vectors.
  var sorted: (values: [Double], vectors: Matrix) {
    let d = order
    let places = (0..<d).sorted { (matrix[$0 * d + $0], $0) < (matrix[$1 * d + $1], $1) }
    return (
      places.map { matrix[$0 * d + $0] },
      Matrix(rows: d, columns: d, values: places.flatMap { vectors[$0 * d..<($0 + 1) * d] })
    )
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
