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
    operation("__add", "+", +)
      .operation("__sub", "-", -)
      .operation("__mul", "*", *)
      .operation("__div", "/", /)
      .operation("__pow", "^", power)
      .metamethod("__unm") { call in
        try combined(.scalar(0), numericOperand(1, "the operand", call), "-", call) { -($1 - $0) }
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
    _ name: String, _ sign: String, _ function: @escaping (Double, Double) -> Double
  ) -> Self {
    metamethod(name) { call in
      try combined(
        numericOperand(1, "the left side of \(sign)", call),
        numericOperand(2, "the right side of \(sign)", call), sign, call, function)
    }
  }
}

/// Combines two operands element by element; a Vector meets a Matrix row by row.
private func combined(
  _ left: NumericOperand, _ right: NumericOperand, _ sign: String, _ call: LuaCall,
  _ function: (Double, Double) -> Double
) throws -> Pushed {
  try call.context.claim(bytes: max(left.count, right.count) * MemoryLayout<Double>.stride)
  switch (left, right) {
  case (.scalar(let a), .scalar(let b)): return Pushed(function(a, b))
  case (.scalar(let a), .vector(let b)): return Pushed(VectorObject(b.map { function(a, $0) }))
  case (.vector(let a), .scalar(let b)): return Pushed(VectorObject(a.map { function($0, b) }))
  case (.vector(let a), .vector(let b)) where a.count == b.count:
    return Pushed(VectorObject(zip(a, b).map(function)))
  case (.scalar(let a), .matrix(let b)): return mapped(b) { function(a, $1) }
  case (.matrix(let a), .scalar(let b)): return mapped(a) { function($1, b) }
  case (.vector(let a), .matrix(let b)) where a.count == b.columns:
    return mapped(b) { function(a[$0 % b.columns], $1) }
  case (.matrix(let a), .vector(let b)) where b.count == a.columns:
    return mapped(a) { function($1, b[$0 % a.columns]) }
  case (.matrix(let a), .matrix(let b)) where a.rows == b.rows && a.columns == b.columns:
    return mapped(a) { function($1, b.values[$0]) }
  default:
    throw EmulsionError(
      .invalidData, "\(left.shape) \(sign) \(right.shape): the shapes do not fit each other")
  }
}

private func mapped(_ matrix: Matrix, _ function: (Int, Double) -> Double) -> Pushed {
  let values = matrix.values.enumerated().map { function($0.offset, $0.element) }
  return Pushed(MatrixObject(Matrix(rows: matrix.rows, columns: matrix.columns, values: values)))
}

/// Inner and matrix products.
func product(_ left: NumericOperand, _ right: NumericOperand, _ call: LuaCall) throws -> Pushed {
  switch (left, right) {
  case (.vector(let a), .vector(let b)) where a.count == b.count:
    return Pushed(zip(a, b).reduce(0) { $0 + $1.0 * $1.1 })
  case (.matrix(let a), .vector(let b)) where a.columns == b.count:
    return Pushed(
      VectorObject((0..<a.rows).map { i in zip(a.row(i), b).reduce(0) { $0 + $1.0 * $1.1 } }))
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
