import CVectorMath

/// Arithmetic over lanes, so that the author of a family never sees a pointer.
public enum Lanes {
  /// The sum of `x`.
  public static func sum(_ x: Span<Double>) -> Double {
    x.withUnsafeBufferPointer { x in x.baseAddress.map { vm_sum($0, x.count) } ?? 0 }
  }

  /// The dot product of `x` and `y`, of equal length.
  public static func dot(_ x: Span<Double>, _ y: Span<Double>) -> Double {
    precondition(x.count == y.count, "lengths differ")
    return x.withUnsafeBufferPointer { x in
      y.withUnsafeBufferPointer { y in
        guard let a = x.baseAddress, let b = y.baseAddress else { return 0 }
        return vm_dot(a, b, x.count)
      }
    }
  }

  /// Writes (x − origin)·scale − reference.
  public static func standardise(
    _ x: Span<Double>, origin: Double, scale: Double, reference: Double,
    into out: inout MutableSpan<Double>
  ) {
    precondition(out.count >= x.count, "too few lanes")
    x.withUnsafeBufferPointer { x in
      out.withUnsafeMutableBufferPointer { o in
        guard let a = x.baseAddress, let b = o.baseAddress else { return }
        vm_standardise(a, origin, scale, reference, b, x.count)
      }
    }
  }

  /// Writes eˣ.
  public static func exp(_ x: Span<Double>, into out: inout MutableSpan<Double>) {
    map(x, into: &out, vm_exp)
  }

  /// Writes ln x.
  public static func log(_ x: Span<Double>, into out: inout MutableSpan<Double>) {
    map(x, into: &out, vm_log)
  }

  private static func map(
    _ x: Span<Double>, into out: inout MutableSpan<Double>,
    _ kernel: (UnsafePointer<Double>, UnsafeMutablePointer<Double>, Int) -> Void
  ) {
    precondition(out.count >= x.count, "too few lanes")
    x.withUnsafeBufferPointer { x in
      out.withUnsafeMutableBufferPointer { o in
        guard let a = x.baseAddress, let b = o.baseAddress else { return }
        kernel(a, b, x.count)
      }
    }
  }
}
