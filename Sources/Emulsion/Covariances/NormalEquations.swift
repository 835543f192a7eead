/// Symmetric positive definite systems Ax = b, as least squares and Newton's method have them.
public enum NormalEquations {
  /// The solution, and the smallest pivot of the correlation matrix of A, in (0, 1]: near 0 the
  /// columns behind A are collinear. `nil` where A is not positive definite. O(p³).
  ///
  /// - Parameters:
  ///   - packed: The upper triangle of A by rows, p(p+1)/2 numbers.
  ///   - right: b, p numbers.
  public static func solve(_ packed: [Double], _ right: [Double]) -> (
    solution: [Double], smallestPivot: Double
  )? {
    let p = right.count
    guard let factor = CovarianceFactor(Scatter(.full, dimension: p, values: packed)) else {
      return nil
    }
    let solution = (0..<p).map { a in
      (0..<p).reduce(0.0) {
        $0 + factor.precision[Scatter.packed(min(a, $1), max(a, $1), p)] * right[$1]
      }
    }
    return (solution, factor.smallestPivot)
  }
}
