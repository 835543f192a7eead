extension Scatter {
  /// The sum of scatters of one form and order, of which there must be at least one.
  static func sum(_ scatters: [Scatter]) -> Scatter {
    guard var sum = scatters.first else { return Scatter(.spherical, dimension: 1, values: [0]) }
    for scatter in scatters.dropFirst() {
      for i in sum.values.indices { sum.values[i] += scatter.values[i] }
    }
    return sum
  }

  /// Every value multiplied.
  func scaled(by factor: Double) -> Scatter {
    var result = self
    for i in result.values.indices { result.values[i] *= factor }
    return result
  }

  /// Every value divided by `count`; zero where the count is 0.
  func divided(by count: Double) -> Scatter {
    var result = self
    for i in result.values.indices { result.values[i] = count > 0 ? values[i] / count : 0 }
    return result
  }

  /// Σⱼ variance j.
  var trace: Double { (0..<dimension).reduce(0) { $0 + variance($1) } }

  /// Σⱼ sⱼ vⱼvⱼᵀ of axes vⱼ, one a row, and variances sⱼ, in full form. O(d³).
  init(axes: Matrix, variances: [Double]) {
    let d = variances.count
    var values: [Double] = []
    values.reserveCapacity(d * (d + 1) / 2)
    for a in 0..<d {
      for b in a..<d {
        var sum = 0.0
        for q in 0..<d { sum += variances[q] * axes[q, a] * axes[q, b] }
        values.append(sum)
      }
    }
    self.init(.full, dimension: d, values: values)
  }

  /// VSVᵀ for the rows vⱼ of V: the scatter along other axes. O(d³).
  func congruent(_ axes: Matrix) -> Matrix {
    let d = dimension
    let own = matrix
    var (half, result) = (Matrix(rows: d, columns: d), Matrix(rows: d, columns: d))
    for a in 0..<d {
      for b in 0..<d {
        for q in 0..<d { half[a, b] += axes[a, q] * own[q, b] }
      }
    }
    for a in 0..<d {
      for b in 0..<d {
        for q in 0..<d { result[a, b] += half[a, q] * axes[b, q] }
      }
    }
    return result
  }
}

extension CovarianceFactor {
  /// tr(WΣ⁻¹) of a scatter W in the same form, spherical apart. O(d²).
  func quotientTrace(_ scatter: Scatter) -> Double {
    var (sum, index) = (0.0, 0)
    guard form == .full else {
      return zip(precision, scatter.values).reduce(0) { $0 + $1.0 * $1.1 }
    }
    for a in 0..<dimension {
      sum += precision[index] * scatter.values[index]
      index += 1
      for _ in a + 1..<max(dimension, a + 1) {
        sum += 2 * precision[index] * scatter.values[index]
        index += 1
      }
    }
    return sum
  }
}
