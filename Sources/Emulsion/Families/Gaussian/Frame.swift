/// The coordinates that a family works in: y = (x − origin)·2⁻ᵉ, column by column, and for columns that
/// nearly depend on each other z = C⁻¹y.
///
/// Centred and scaled by powers of two, so that neither an offset of 1e12 nor units of 1e±150 cost a
/// digit: the subtraction is exact for values on the origin's own grid, the scaling always. C makes
/// what a column has of its own as long as the others, before anything is squared: of a column that
/// differs from another by 1e-7 of its deviation, a covariance of both would keep one digit, where z
/// has nine.
struct Frame: Sendable, Hashable, Codable {
  /// Where zero lies, in the units of the data.
  var origin: [Double]
  /// e of each column.
  var exponents: [Int]
  /// C, lower triangular with a positive diagonal, d × d row-major; `nil` for the identity.
  var map: Matrix?

  init(origin: [Double], exponents: [Int], map: Matrix? = nil) {
    (self.origin, self.exponents, self.map) = (origin, exponents, map)
  }

  var dimension: Int { origin.count }

  /// 2⁻ᵉ of each column.
  var scales: [Double] { exponents.map { Double(sign: .plus, exponent: -$0, significand: 1) } }

  /// ln |∂z/∂x|: what a density in the frame gains in the units of the data.
  var logJacobian: Double {
    let scaling = exponents.reduce(0.0) { $0 - Double($1) } * 0x1.62e42fefa39efp-1
    guard let map else { return scaling }
    return (0..<dimension).reduce(scaling) { $0 - naturalLog(map[$1, $1]) }
  }

  func toFrame(point: [Double]) -> [Double] {
    let scaled = zip(zip(point, origin), scales).map { ($0.0 - $0.1) * $1 }
    return map.map { $0.solvedLower(scaled) } ?? scaled
  }

  func fromFrame(point: [Double]) -> [Double] {
    let scaled = map.map { $0.timesLower(point) } ?? point
    return zip(zip(scaled, origin), exponents).map {
      $0.1 + Double(sign: .plus, exponent: $1, significand: $0.0)
    }
  }

  /// The features' own coordinates of a point of the frame: Cz.
  func scaled(_ point: [Double]) -> [Double] { map.map { $0.timesLower(point) } ?? point }
}

extension Frame {
  /// A covariance in the frame, of a given form.
  func toFrame(_ covariance: Covariance, form: ScatterForm) -> Scatter {
    guard form == .full else {
      let variances = zip(covariance.variances, exponents).map {
        Double(sign: .plus, exponent: -2 * $1, significand: $0)
      }
      guard form == .spherical else {
        return Scatter(form, dimension: dimension, values: variances)
      }
      let mean = variances.reduce(0, +) / Double(dimension)
      return Scatter(form, dimension: dimension, values: [mean])
    }
    guard let map else { return Scatter(.full, of: rescaled(covariance.matrix, by: -1)) }
    if let factor = covariance.factor {
      // ΣF = FFᵀ becomes (C⁻¹F)(C⁻¹F)ᵀ, and no digit of what is small is lost.
      return Scatter(.full, of: map.solvedLower(rescaledRows(factor, by: -1)).timesTransposed)
    }
    let half = map.solvedLower(rescaled(covariance.matrix, by: -1))
    return Scatter(.full, of: map.solvedLower(half.transposed()))
  }

  /// A covariance of the frame in the units of the data.
  func fromFrame(_ covariance: Scatter) -> Covariance {
    switch covariance.form {
    case .full:
      guard map != nil, let factor = factor(of: covariance) else {
        return Covariance(rescaled(covariance.matrix, by: 1))
      }
      return Covariance(factor: factor)
    case .diagonal:
      return Covariance(
        variances: zip(covariance.values, exponents).map {
          Double(sign: .plus, exponent: 2 * $1, significand: $0)
        })
    case .spherical:
      return Covariance(
        variances: exponents.map {
          Double(sign: .plus, exponent: 2 * $0, significand: covariance.values[0])
        })
    }
  }

  /// A lower triangular F in the units of the data with FFᵀ the covariance; `nil` where that is not
  /// positive definite.
  func factor(of covariance: Scatter) -> Matrix? {
    guard let lower = LinearAlgebra.cholesky(covariance.matrix) else { return nil }
    return rescaledRows(map.map { $0.timesLower(lower) } ?? lower, by: 1)
  }

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

  private func rescaledRows(_ matrix: Matrix, by sign: Int) -> Matrix {
    var result = matrix
    for i in 0..<matrix.rows {
      for j in 0..<matrix.columns {
        result[i, j] = Double(
          sign: .plus, exponent: sign * exponents[i], significand: matrix[i, j])
      }
    }
    return result
  }
}

extension Matrix {
  /// Lv of a lower triangular L. O(d²).
  func timesLower(_ vector: [Double]) -> [Double] {
    (0..<rows).map { a in (0...a).reduce(0) { $0 + self[a, $1] * vector[$1] } }
  }

  /// LM of a lower triangular L. O(d³).
  func timesLower(_ other: Matrix) -> Matrix {
    var result = Matrix(rows: rows, columns: other.columns)
    for a in 0..<rows {
      for q in 0...a {
        let factor = self[a, q]
        for b in 0..<other.columns { result[a, b] += factor * other[q, b] }
      }
    }
    return result
  }

  /// L⁻¹v of a lower triangular L. O(d²).
  func solvedLower(_ vector: [Double]) -> [Double] {
    var result = vector
    for a in 0..<rows {
      for q in 0..<a { result[a] -= self[a, q] * result[q] }
      result[a] /= self[a, a]
    }
    return result
  }

  /// L⁻¹M of a lower triangular L. O(d³).
  func solvedLower(_ other: Matrix) -> Matrix {
    var result = other
    for a in 0..<rows {
      for q in 0..<a {
        let factor = self[a, q]
        for b in 0..<other.columns { result[a, b] -= factor * result[q, b] }
      }
      for b in 0..<other.columns { result[a, b] /= self[a, a] }
    }
    return result
  }

  /// MMᵀ. O(d³).
  var timesTransposed: Matrix {
    var result = Matrix(rows: rows, columns: rows)
    for a in 0..<rows {
      for b in 0...a {
        var sum = 0.0
        for q in 0..<columns { sum += self[a, q] * self[b, q] }
        (result[a, b], result[b, a]) = (sum, sum)
      }
    }
    return result
  }
}

extension LaneMatrix {
  /// z = C⁻¹y for every lane of the first d rows, C lower triangular. O(d²) a lane.
  mutating func solveLower(_ map: Matrix, rows count: Int) {
    let d = map.rows
    precondition(d <= rows && count <= stride)
    for a in 0..<d {
      let own = base + a * stride
      for b in 0..<a where map[a, b] != 0 {
        let (other, factor) = (base + b * stride, map[a, b])
        for lane in 0..<count { own[lane] -= factor * other[lane] }
      }
      let diagonal = map[a, a]
      for lane in 0..<count { own[lane] /= diagonal }
    }
  }
}
