import CVectorMath

/// The kernels of `CVectorMath` on lane matrices; bounds are checked here, once a call.
extension LaneMatrix {
  /// Writes `count` rows of `columns` numbers, from row `row` of `values` on, as lanes.
  mutating func transpose(_ values: [Double], from row: Int, rows count: Int, _ columns: Int) {
    precondition(columns <= rows && count <= stride && (row + count) * columns <= values.count)
    let (base, stride, all) = (base, stride, Array(0..<columns))
    values.withUnsafeBufferPointer { values in
      guard let start = values.baseAddress else { return }
      vm_transpose_doubles(start + row * columns, count, columns, all, columns, base, stride)
    }
  }

  /// Sets the first `count` lanes of every row k, and their padding, to `values[k]`.
  mutating func fill(_ values: [Double], count: Int) {
    precondition(values.count == rows && count <= stride)
    vm_fill_rows(base, stride, count, rows, values)
  }

  /// Adds the first row of `other` to the first `count` lanes of every row.
  mutating func addToAllRows(_ other: borrowing LaneMatrix, count: Int) {
    precondition(count <= stride && count <= other.stride)
    vm_add_lanes(base, stride, count, rows, other.base)
  }

  /// Multiplies the first `count` lanes of every row by the first row of `weights`.
  mutating func scaleRows(by weights: borrowing LaneMatrix, count: Int) {
    precondition(count <= stride && count <= weights.stride)
    vm_scale_rows(base, stride, count, rows, weights.base)
  }

  /// Adds the sum of each row's first `count` lanes to `sums`; their padding must be zero.
  func addRowSums(count: Int, to sums: inout [Double]) {
    precondition(sums.count == rows && count <= stride)
    vm_row_sums(base, stride, count, rows, &sums)
  }

  /// Turns joint log-densities into responsibilities, with padding of 0, and writes each row's
  /// log-density; row k of `sums` becomes eight numbers that add up to the sum of row k.
  mutating func normalise(
    count: Int, logDensity: inout MutableSpan<Double>, sums: inout LaneMatrix
  ) {
    precondition(count <= stride && logDensity.count >= (count + 7) & ~7)
    precondition(sums.rows >= rows && sums.stride == 8)
    let (base, stride, rows, partial) = (base, stride, rows, sums.base)
    logDensity.withUnsafeMutableBufferPointer { l in
      guard let start = l.baseAddress else { return }
      vm_posterior(base, stride, count, rows, start, partial)
    }
  }

  /// Adds c − ½|L⁻¹x|² to `lanes`, x the first d rows.
  func addTriangularQuadratic(
    _ inverse: [Double], rows count: Int, _ constant: Double, to lanes: inout MutableSpan<Double>
  ) {
    let d = Int(Double(inverse.count).squareRoot())
    precondition(d * d == inverse.count && d <= rows && lanes.count >= (count + 7) & ~7)
    let (base, stride) = (base, stride)
    lanes.withUnsafeMutableBufferPointer { lanes in
      guard let start = lanes.baseAddress else { return }
      vm_add_triangular_quadratic(inverse, base, stride, count, d, constant, start)
    }
  }
}
