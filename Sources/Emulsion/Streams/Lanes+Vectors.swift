import CVectorMath

/// Whole vectors in, whole vectors out: what scripts write as `2 * x + y`.
extension Lanes {
  /// What two numbers are combined by.
  public enum Operation: Sendable, Hashable {
    case add, subtract, multiply, divide
  }

  /// Combines two vectors of equal length, element by element.
  public static func combine(_ operation: Operation, _ x: [Double], _ y: [Double]) -> [Double] {
    precondition(x.count == y.count, "lengths differ")
    let kernel =
      switch operation {
      case .add: vm_add
      case .subtract: vm_subtract
      case .multiply: vm_multiply
      case .divide: vm_divide
      }
    return map(x) { kernel($0, y, $1, $2) }
  }

  /// Combines each element with a number.
  public static func combine(_ operation: Operation, _ x: [Double], _ y: Double) -> [Double] {
    switch operation {
    case .add: map(x) { vm_add_scalar($0, y, $1, $2) }
    case .subtract: map(x) { vm_add_scalar($0, -y, $1, $2) }
    case .multiply: map(x) { vm_multiply_by_scalar($0, y, $1, $2) }
    case .divide: map(x) { vm_divide_by_scalar($0, y, $1, $2) }
    }
  }

  /// Combines a number with each element.
  public static func combine(_ operation: Operation, _ x: Double, _ y: [Double]) -> [Double] {
    switch operation {
    case .add: map(y) { vm_add_scalar($0, x, $1, $2) }
    case .subtract: map(y) { vm_subtract_from_scalar($0, x, $1, $2) }
    case .multiply: map(y) { vm_multiply_by_scalar($0, x, $1, $2) }
    case .divide: map(y) { vm_divide_scalar($0, x, $1, $2) }
    }
  }

  /// The sum of the numbers.
  public static func sum(_ x: [Double]) -> Double { vm_sum(x, x.count) }

  /// The dot product of two vectors of equal length.
  public static func dot(_ x: [Double], _ y: [Double]) -> Double {
    precondition(x.count == y.count, "lengths differ")
    return vm_dot(x, y, x.count)
  }

  /// −x.
  public static func negated(_ x: [Double]) -> [Double] { map(x, vm_negate) }
  /// eˣ.
  public static func exp(_ x: [Double]) -> [Double] { map(x, vm_exp) }
  /// ln x.
  public static func log(_ x: [Double]) -> [Double] { map(x, vm_log) }
  /// |x|.
  public static func magnitude(_ x: [Double]) -> [Double] { map(x, vm_absolute) }
  /// √x.
  public static func squareRoot(_ x: [Double]) -> [Double] { map(x, vm_square_root) }

  /// Adds the numbers of `x` to the first lanes.
  public static func add(_ x: [Double], to lanes: inout MutableSpan<Double>) {
    precondition(lanes.count >= x.count, "too few lanes")
    lanes.withUnsafeMutableBufferPointer { lanes in
      guard let start = lanes.baseAddress else { return }
      vm_add(x, start, start, x.count)
    }
  }

  private static func map(
    _ x: [Double], _ kernel: (UnsafePointer<Double>, UnsafeMutablePointer<Double>, Int) -> Void
  ) -> [Double] {
    Array(unsafeUninitializedCapacity: x.count) { out, count in
      count = x.count
      x.withUnsafeBufferPointer { x in
        guard let a = x.baseAddress, let b = out.baseAddress else { return }
        kernel(a, b, x.count)
      }
    }
  }
}
