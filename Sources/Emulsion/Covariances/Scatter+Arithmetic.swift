extension Scatter {
  /// The sum of scatters of one form and order, of which there must be at least one.
  static func sum(_ scatters: [Scatter]) -> Scatter {
    weightedSum(scatters) { _ in 1 }
  }

  /// The sum of scatters of one form and order, at least one, each times its weight.
  static func weightedSum(_ scatters: [Scatter], _ weight: (Int) -> Double) -> Scatter {
    guard let first = scatters.first else {
      return Scatter(.spherical, dimension: 1, values: [0])
    }
    var values = [Double].zeros(first.values.count)
    var sums = values.mutableSpan
    for (k, scatter) in scatters.enumerated() {
      let weight = weight(k)
      let values = scatter.values.span
      for i in sums.indices { sums[i] += weight * values[i] }
    }
    return Scatter(first.form, dimension: first.dimension, values: values)
  }

  /// Adds m·ssᵀ, which moves a scatter of m rows from their mean to a point s away, and with −m back.
  mutating func addSquare(of shift: [Double], times mass: Double) {
    switch form {
    case .full:
      var index = 0
      for a in shift.indices {
        for b in a..<shift.count {
          values[index] += mass * shift[a] * shift[b]
          index += 1
        }
      }
    case .diagonal: for a in shift.indices { values[a] += mass * shift[a] * shift[a] }
    case .spherical: values[0] += mass * shift.reduce(0) { $0 + $1 * $1 }
    }
  }

  /// Every value multiplied.
  func scaled(by factor: Double) -> Scatter {
    Scatter(form, dimension: dimension, values: values.map { $0 * factor })
  }

  /// Every value divided by `count`; zero where the count is 0.
  func divided(by count: Double) -> Scatter {
    Scatter(form, dimension: dimension, values: values.map { count > 0 ? $0 / count : 0 })
  }

  /// Σⱼ variance j.
  var trace: Double { (0..<dimension).reduce(0) { $0 + variance($1) } }

  /// Σⱼ sⱼ vⱼvⱼᵀ of axes vⱼ, one a row, and variances sⱼ, in full form. O(d³).
  init(axes: Matrix, variances: [Double]) {
    let d = variances.count
    let axes = axes.values.span
    let lengths = variances.span
    self.init(
      .full, dimension: d,
      values: .triangle(of: d) { a, b in
        var sum = 0.0
        for q in 0..<d { sum += lengths[q] * axes[q * d + a] * axes[q * d + b] }
        return sum
      })
  }

  /// VSVᵀ for the rows vⱼ of V: the scatter along other axes. O(d³).
  func congruent(_ axes: Matrix) -> Matrix {
    let d = dimension
    var (half, result) = (matrix, Matrix(rows: d, columns: d))
    var rows = half.values.mutableSpan
    var products = result.values.mutableSpan
    let axes = axes.values.span
    // Row a of S becomes row a of SVᵀ by way of the result's first row.
    for a in 0..<d {
      for b in 0..<d {
        var sum = 0.0
        for q in 0..<d { sum += rows[a * d + q] * axes[b * d + q] }
        products[b] = sum
      }
      for b in 0..<d { rows[a * d + b] = products[b] }
    }
    for a in 0..<d {
      for b in a..<d {
        var sum = 0.0
        for q in 0..<d { sum += axes[a * d + q] * rows[q * d + b] }
        (products[a * d + b], products[b * d + a]) = (sum, sum)
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
