import Emulsion
import LuaBridge

/// A number, Vector or Matrix in an expression.
enum NumericOperand {
  case scalar(Double)
  case vector([Double])
  case matrix(Matrix)

  /// The shape, as error texts put it.
  var shape: String {
    switch self {
    case .scalar: "a number"
    case .vector(let values): "a Vector of \(values.count)"
    case .matrix(let matrix): "a Matrix \(matrix.rows) × \(matrix.columns)"
    }
  }

  var count: Int {
    switch self {
    case .scalar: 1
    case .vector(let values): values.count
    case .matrix(let matrix): matrix.values.count
    }
  }
}

/// The number, Vector, Matrix or list that an argument is.
func numericOperand(_ position: Int, _ name: String, _ call: LuaCall) throws -> NumericOperand {
  if let number = call.numberIfAny(position) { return .scalar(number) }
  if let vector = call.objectIfAny(position, as: VectorObject.self) {
    return .vector(vector.values)
  }
  if let matrix = call.objectIfAny(position, as: MatrixObject.self) {
    return .matrix(matrix.matrix)
  }
  if case .table(let table) = try call.value(position) {
    return .vector(try numbers(.table(table), name))
  }
  throw call.mismatch(position, name, "a number, Vector or Matrix")
}

extension LuaClass {
  /// Adds the operators `+ - * / ^` and the sign, element by element.
  func arithmetic() -> Self {
    operation("__add", "+", .lanes(.add))
      .operation("__sub", "-", .lanes(.subtract))
      .operation("__mul", "*", .lanes(.multiply))
      .operation("__div", "/", .lanes(.divide))
      .operation("__pow", "^", .power)
      .metamethod("__unm") { call in
        let operand = try numericOperand(1, "the operand", call)
        try call.context.claim(bytes: operand.count * MemoryLayout<Double>.stride)
        return switch operand {
        case .scalar(let value): Pushed(-value)
        case .vector(let values): Pushed(VectorObject(Lanes.negated(values)))
        case .matrix(let matrix): matrix.with(Lanes.negated(matrix.values))
        }
      }
      .metamethod("__eq") { call in
        switch (try numericOperand(1, "a", call), try numericOperand(2, "b", call)) {
        case (.vector(let a), .vector(let b)): a == b
        case (.matrix(let a), .matrix(let b)): a == b
        default: false
        }
      }
  }

  private func operation(
    _ name: String, _ sign: String, _ operation: Elementwise
  ) -> Self {
    metamethod(name) { call in
      try combined(
        numericOperand(1, "the left side of \(sign)", call),
        numericOperand(2, "the right side of \(sign)", call), sign, call, operation)
    }
  }
}

/// What two numbers are combined by, and how whole vectors are.
private enum Elementwise {
  case lanes(Lanes.Operation)
  case power

  func callAsFunction(_ a: [Double], _ b: [Double]) -> [Double] {
    switch self {
    case .lanes(let operation): Lanes.combine(operation, a, b)
    case .power: zip(a, b).map(EmulsionLua.power)
    }
  }

  func callAsFunction(_ a: [Double], _ b: Double) -> [Double] {
    switch self {
    case .lanes(let operation): Lanes.combine(operation, a, b)
    case .power where b == 2: Lanes.combine(.multiply, a, a)
    case .power: a.map { EmulsionLua.power($0, b) }
    }
  }

  func callAsFunction(_ a: Double, _ b: [Double]) -> [Double] {
    switch self {
    case .lanes(let operation): Lanes.combine(operation, a, b)
    case .power: b.map { EmulsionLua.power(a, $0) }
    }
  }
}

/// Combines two operands element by element; a Vector meets a Matrix row by row.
private func combined(
  _ left: NumericOperand, _ right: NumericOperand, _ sign: String, _ call: LuaCall,
  _ operation: Elementwise
) throws -> Pushed {
  let count = max(left.count, right.count)
  try call.context.claim(bytes: count * MemoryLayout<Double>.stride)
  switch (left, right) {
  case (.scalar(let a), .scalar(let b)): return Pushed(operation([a], b)[0])
  case (.scalar(let a), .vector(let b)): return Pushed(VectorObject(operation(a, b)))
  case (.vector(let a), .scalar(let b)): return Pushed(VectorObject(operation(a, b)))
  case (.vector(let a), .vector(let b)) where a.count == b.count:
    return Pushed(VectorObject(operation(a, b)))
  case (.scalar(let a), .matrix(let b)): return b.with(operation(a, b.values))
  case (.matrix(let a), .scalar(let b)): return a.with(operation(a.values, b))
  case (.vector(let a), .matrix(let b)) where a.count == b.columns:
    return b.with(operation(repeated(a, b.rows), b.values))
  case (.matrix(let a), .vector(let b)) where b.count == a.columns:
    return a.with(operation(a.values, repeated(b, a.rows)))
  case (.matrix(let a), .matrix(let b)) where a.rows == b.rows && a.columns == b.columns:
    return a.with(operation(a.values, b.values))
  default:
    throw EmulsionError(
      .invalidData, "\(left.shape) \(sign) \(right.shape): the shapes do not fit each other")
  }
}

/// The values over and over.
private func repeated(_ values: [Double], _ times: Int) -> [Double] {
  if times == 1 { return values }
  return Array(unsafeUninitializedCapacity: values.count * times) { out, count in
    for start in stride(from: 0, to: values.count * times, by: max(1, values.count)) {
      for (j, value) in values.enumerated() { out[start + j] = value }
    }
    count = values.count * times
  }
}

extension Matrix {
  /// A Matrix of the same shape with other values.
  fileprivate func with(_ values: [Double]) -> Pushed {
    Pushed(MatrixObject(Matrix(rows: rows, columns: columns, values: values)))
  }
}

/// Inner and matrix products.
func product(_ left: NumericOperand, _ right: NumericOperand, _ call: LuaCall) throws -> Pushed {
  switch (left, right) {
  case (.vector(let a), .vector(let b)) where a.count == b.count:
    return Pushed(Lanes.dot(a, b))
  case (.matrix(let a), .vector(let b)) where a.columns == b.count:
    return Pushed(
      VectorObject((0..<a.rows).map { i in Lanes.dot(Array(a.row(i)), b) }))
  case (.vector(let a), .matrix(let b)) where a.count == b.rows:
    let row = matrixProduct(Matrix(rows: 1, columns: a.count, values: a), b)
    return Pushed(VectorObject(row.values))
  case (.matrix(let a), .matrix(let b)) where a.columns == b.rows:
    let (count, overflow) = a.rows.multipliedReportingOverflow(by: b.columns)
    try call.context.claim(bytes: overflow ? .max : count.multipliedOrMax(by: 8))
    return Pushed(MatrixObject(matrixProduct(a, b)))
  default:
    throw EmulsionError(
      .invalidData, "dot: \(left.shape) and \(right.shape): the shapes do not fit each other")
  }
}

private func matrixProduct(_ a: Matrix, _ b: Matrix) -> Matrix {
  var values = [Double](repeating: 0, count: a.rows * b.columns)
  for i in 0..<a.rows {
    for k in 0..<a.columns {
      let factor = a[i, k]
      for j in 0..<b.columns { values[i * b.columns + j] += factor * b[k, j] }
    }
  }
  return Matrix(rows: a.rows, columns: b.columns, values: values)
}

extension Int {
  /// The product, or the largest number where it does not fit.
  func multipliedOrMax(by other: Int) -> Int {
    let (result, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? .max : result
  }
}
