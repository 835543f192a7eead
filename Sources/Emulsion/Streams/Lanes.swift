import CVectorMath

/// ln 0! to ln 255!.
private let logFactorials = (0..<256).map { Elementary.logGamma(Double($0) + 1) }

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

  /// Σ w·x, in which weights of 0 do nothing even where x is infinite or no number.
  public static func weightedSum(_ x: Span<Double>, _ weights: Span<Double>) -> Double {
    let sum = dot(x, weights)
    guard !sum.isFinite else { return sum }
    var careful = 0.0
    for i in x.indices where weights[i] > 0 { careful += weights[i] * x[i] }
    return careful
  }

  /// Writes (x − origin)·scale − reference.
  public static func standardize(
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

  /// Subtracts ln x! of whole numbers ≥ 0: small ones from a table, others by Stirling's series.
  ///
  /// The series' error is below 1e-16 from 256 on (Abramowitz & Stegun 1964, 6.1.41).
  public static func subtractLogFactorials(
    of x: Span<Double>, from lanes: inout MutableSpan<Double>
  ) {
    precondition(lanes.count >= x.count, "too few lanes")
    let table = logFactorials
    let isDone = x.withUnsafeBufferPointer { x in
      lanes.withUnsafeMutableBufferPointer { lanes in
        guard let a = x.baseAddress, let b = lanes.baseAddress else { return true }
        return vm_subtract_looked_up(a, x.count, table, table.count, b)
      }
    }
    if isDone { return }
    for i in x.indices {
      lanes[i] -= x[i] < 256 ? table[Int(max(0, x[i]))] : logFactorial(of: x[i])
    }
  }

  /// Writes ln(1 + x) − x, which keeps its digits where x is small.
  public static func log1pMinus(_ x: Span<Double>, into out: inout MutableSpan<Double>) {
    map(x, into: &out, vm_log1p_minus)
  }

  /// Writes ln(xˣ e⁻ˣ/x!) of whole numbers x ≥ 0, Poisson's log-density at its own mean: what is left of a
  /// count's log-density beside terms that vanish where the count is as expected (Loader 2000).
  public static func saddlePoint(of x: Span<Double>, into out: inout MutableSpan<Double>) {
    precondition(out.count >= x.count, "too few lanes")
    for i in x.indices { out[i] = SpecialFunctions.saddlePoint(x[i]) }
  }

  private static func logFactorial(of x: Double) -> Double {
    (x + 0.5) * naturalLog(x) - x + 0.5 * logTwoPi
      + (1 / 12 - (1 / 360 - 1 / (1260 * x * x)) / (x * x)) / x
  }

  /// Writes ln x into a row of lanes.
  public static func log(_ x: Span<Double>, into lanes: inout LaneMatrix, row: Int) {
    var out = lanes[row: row]
    log(x, into: &out)
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
