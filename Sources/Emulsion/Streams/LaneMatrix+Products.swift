import CVectorMath

/// The products that families of their own making are built from.
extension LaneMatrix {
  /// self (K × count) += matrix (K × F, row-major) · features (F × count).
  public mutating func add(_ matrix: [Double], times features: borrowing LaneMatrix, count: Int) {
    precondition(matrix.count == rows * features.rows && count <= min(stride, features.stride))
    vm_expectation_product(
      rows, count, features.rows, matrix, nil, features.base, features.stride, false, base, stride)
  }

  /// sums (K × F, row-major) += self (K × count) · featuresᵀ (count × F).
  ///
  /// The padding of both is cleared first.
  public mutating func addProducts(
    with features: inout LaneMatrix, count: Int, to sums: inout [Double]
  ) {
    precondition(sums.count == rows * features.rows && count <= min(stride, features.stride))
    clearPadding(from: count)
    features.clearPadding(from: count)
    vm_maximisation_product(
      rows, features.rows, count, base, stride, features.base, features.stride, &sums)
  }

  /// Writes the products of all pairs a ≤ b of rows of `features`, packed by rows of the triangle.
  public mutating func writePairProducts(of features: inout LaneMatrix, count: Int) {
    let p = features.rows
    precondition(rows == p * (p + 1) / 2 && count <= min(stride, features.stride))
    precondition(stride == features.stride)
    features.clearPadding(from: count)
    vm_pair_products(features.base, features.stride, count, p, base)
  }
}
