/// Free coordinates of d × q loadings about given ones, modulo rotations.
///
/// Turned loadings are Λ exp(A), with A skew, and so the directions ΛA change no covariance. Coordinates lead along an
/// orthonormal basis of what is orthogonal to all of these, in units of the columns: dq − q(q − 1)/2.
struct LoadingsChart: Sendable {
  private let base: Matrix
  private let units: [Double]
  /// Directions, one a row, of dq numbers each.
  private let directions: Matrix

  /// `nil` where a unit is not above 0.
  init?(_ loadings: Matrix, units: [Double]) {
    let (d, q) = (loadings.rows, loadings.columns)
    guard units.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    (base, self.units) = (loadings, units)
    // Of the sum of all turns' squares the eigenvectors of value 0, which come first, are orthogonal to every turn.
    var squares = Matrix(rows: d * q, columns: d * q)
    for a in 0..<q {
      for b in a + 1..<max(q, a + 1) {
        var turn = [Double].zeros(d * q)
        for j in 0..<d {
          turn[j * q + b] = loadings[j, a] / units[j]
          turn[j * q + a] = -loadings[j, b] / units[j]
        }
        for i in turn.indices where turn[i] != 0 {
          for j in turn.indices { squares[i, j] += turn[i] * turn[j] }
        }
      }
    }
    let count = d * q - q * (q - 1) / 2
    guard let vectors = LinearAlgebra.eigen(squares)?.vectors else { return nil }
    directions = Matrix(
      rows: count, columns: d * q, values: Array(vectors.values.prefix(count * d * q)))
  }

  /// How many coordinates there are.
  var count: Int { directions.rows }

  /// The loadings at coordinates, 0 being the given ones.
  func loadings(at x: [Double]) -> Matrix {
    var result = base
    for (m, step) in x.enumerated() where step != 0 {
      for j in 0..<base.rows {
        for f in 0..<base.columns {
          result[j, f] += step * units[j] * directions[m, j * base.columns + f]
        }
      }
    }
    return result
  }
}
