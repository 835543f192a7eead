import CVectorMath

/// The kernels that tell results of a block, row by row.
extension LaneMatrix {
  /// Writes the first `count` lanes of all rows, lane after lane.
  func writeRows(count: Int, into out: inout MutableSpan<Double>) {
    precondition(count <= stride && out.count == count * rows)
    let (base, stride, rows) = (base, stride, rows)
    out.withUnsafeMutableBufferPointer { out in
      guard let start = out.baseAddress else { return }
      vm_write_rows(base, stride, count, rows, start)
    }
  }

  /// Writes which row is largest in each of the first `count` lanes; ties and NaN go to the first.
  func writeLargest(count: Int, into out: inout MutableSpan<Int>) {
    precondition(count <= stride && out.count == count)
    let (base, stride, rows) = (base, stride, rows)
    out.withUnsafeMutableBufferPointer { out in
      out.withMemoryRebound(to: Int64.self) { out in
        guard let start = out.baseAddress else { return }
        vm_largest(base, stride, count, rows, start)
      }
    }
  }

  /// Of responsibilities: ln max γ and −Σ γ ln γ of each of the first `count` lanes, into two rows.
  func classify(count: Int, into out: inout LaneMatrix) {
    precondition(count <= stride && count <= out.stride && out.rows >= 2)
    vm_classification(base, stride, count, rows, out.base, out.base + out.stride)
  }
}

extension Lanes {
  /// Whether all of `x` are finite.
  static func allFinite(_ x: Span<Double>) -> Bool {
    x.withUnsafeBufferPointer { x in x.baseAddress.map { vm_all_finite($0, x.count) != 0 } ?? true }
  }
}
