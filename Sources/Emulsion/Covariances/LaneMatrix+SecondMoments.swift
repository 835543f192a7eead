import CVectorMath

extension LaneMatrix {
  /// Writes second moments of the first `dimension` rows into the rows below them.
  mutating func writeSecondMoments(_ form: ScatterForm, dimension d: Int, rows count: Int) {
    precondition(rows == d + form.count(d) && count <= stride)
    clearPadding(from: count)
    let out = base + d * stride
    switch form {
    case .full: vm_pair_products(base, stride, count, d, out)
    case .diagonal: vm_squares(base, stride, count, d, out)
    case .spherical: vm_sum_of_squares(base, stride, count, d, out)
    }
  }
}
