/// The coordinates that a family works in: z = (x − origin)·2⁻ᵉ, column by column.
///
/// Centred and scaled by powers of two, so that neither an offset of 1e12 nor units of 1e±150 cost a
/// digit: the subtraction is exact for values on the origin's own grid, the scaling always.
struct Frame: Sendable, Hashable, Codable {
  /// Where zero lies, in the units of the data.
  var origin: [Double]
  /// e of each column.
  var exponents: [Int]

  var dimension: Int { origin.count }

  /// 2⁻ᵉ of each column.
  var scales: [Double] { exponents.map { Double(sign: .plus, exponent: -$0, significand: 1) } }

  /// Σ ln 2⁻ᵉ: what a density in the frame gains in the units of the data.
  var logJacobian: Double { exponents.reduce(0.0) { $0 - Double($1) } * 0x1.62e42fefa39efp-1 }

  func toFrame(point: [Double]) -> [Double] {
    zip(zip(point, origin), scales).map { ($0.0 - $0.1) * $1 }
  }

  func fromFrame(point: [Double]) -> [Double] {
    zip(zip(point, origin), exponents).map {
      $0.1 + Double(sign: .plus, exponent: $1, significand: $0.0)
    }
  }

  func toFrame(covariance: Matrix) -> Matrix { rescaled(covariance, by: -1) }

  func fromFrame(covariance: Matrix) -> Matrix { rescaled(covariance, by: 1) }

  private func rescaled(_ matrix: Matrix, by sign: Int) -> Matrix {
    var result = matrix
    for i in 0..<matrix.rows {
      for j in 0..<matrix.columns {
        let exponent = sign * (exponents[i] + exponents[j])
        result[i, j] = Double(sign: .plus, exponent: exponent, significand: matrix[i, j])
      }
    }
    return result
  }
}
