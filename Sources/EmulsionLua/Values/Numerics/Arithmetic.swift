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
        case .vector(let values): Pushed(VectorObject(try call.inParts(values, Lanes.negated)))
        case .matrix(let matrix): matrix.with(try call.inParts(matrix.values, Lanes.negated))
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
enum Elementwise {
  case lanes(Lanes.Operation)
  case power
  case pairs(@Sendable (Double, Double) -> Double)

  func callAsFunction(_ a: [Double], _ b: [Double]) -> [Double] {
    switch self {
    case .lanes(let operation): Lanes.combine(operation, a, b)
    case .power: zip(a, b).map(EmulsionLua.power)
    case .pairs(let body): zip(a, b).map(body)
    }
  }

  func callAsFunction(_ a: [Double], _ b: Double) -> [Double] {
    switch self {
    case .lanes(let operation): Lanes.combine(operation, a, b)
    case .power where b == 2: Lanes.combine(.multiply, a, a)
    case .power: a.map { EmulsionLua.power($0, b) }
    case .pairs(let body): a.map { body($0, b) }
    }
  }

  func callAsFunction(_ a: Double, _ b: [Double]) -> [Double] {
    switch self {
    case .lanes(let operation): Lanes.combine(operation, a, b)
    case .power: b.map { EmulsionLua.power(a, $0) }
    case .pairs(let body): b.map { body(a, $0) }
    }
  }
}

/// Combines two operands element by element; a Vector meets a Matrix row by row.
func combined(
  _ left: NumericOperand, _ right: NumericOperand, _ sign: String, _ call: LuaCall,
  _ operation: Elementwise
) throws -> Pushed {
  let count = max(left.count, right.count)
  try call.context.claim(bytes: count * MemoryLayout<Double>.stride)
  switch (left, right) {
  case (.scalar(let a), .scalar(let b)): return Pushed(operation([a], b)[0])
  case (.scalar(let a), .vector(let b)):
    return Pushed(VectorObject(try call.inParts(b) { operation(a, $0) }))
  case (.vector(let a), .scalar(let b)):
    return Pushed(VectorObject(try call.inParts(a) { operation($0, b) }))
  case (.vector(let a), .vector(let b)) where a.count == b.count:
    return Pushed(VectorObject(try call.inParts(a, b, operation.callAsFunction)))
  case (.scalar(let a), .matrix(let b)):
    return b.with(try call.inParts(b.values) { operation(a, $0) })
  case (.matrix(let a), .scalar(let b)):
    return a.with(try call.inParts(a.values) { operation($0, b) })
  case (.vector(let a), .matrix(let b)) where a.count == b.columns:
    try call.context.claim(bytes: 2 * count * MemoryLayout<Double>.stride)
    return b.with(try call.inParts(repeated(a, b.rows), b.values, operation.callAsFunction))
  case (.matrix(let a), .vector(let b)) where b.count == a.columns:
    try call.context.claim(bytes: 2 * count * MemoryLayout<Double>.stride)
    return a.with(try call.inParts(a.values, repeated(b, a.rows), operation.callAsFunction))
  case (.matrix(let a), .matrix(let b)) where a.rows == b.rows && a.columns == b.columns:
    return a.with(try call.inParts(a.values, b.values, operation.callAsFunction))
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
      VectorObject(
        try (0..<a.rows).map { i in
          try call.context.checkInterrupt()
          return Lanes.dot(Array(a.row(i)), b)
        }))
  case (.vector(let a), .matrix(let b)) where a.count == b.rows:
    let row = try matrixProduct(Matrix(rows: 1, columns: a.count, values: a), b, call)
    return Pushed(VectorObject(row.values))
  case (.matrix(let a), .matrix(let b)) where a.columns == b.rows:
    let (count, overflow) = a.rows.multipliedReportingOverflow(by: b.columns)
    try call.context.claim(bytes: overflow ? .max : count.multipliedOrMax(by: 8))
    return Pushed(MatrixObject(try matrixProduct(a, b, call)))
  default:
    throw EmulsionError(
      .invalidData, "dot: \(left.shape) and \(right.shape): the shapes do not fit each other")
  }
}

/// A·B, in steps between which an interrupt is heard.
private func matrixProduct(_ a: Matrix, _ b: Matrix, _ call: LuaCall) throws -> Matrix {
  let width = b.columns
  var values = [Double](repeating: 0, count: a.rows * width)
  var done = 0
  for i in 0..<a.rows {
    let start = i * width
    for k in 0..<a.columns {
      done += width
      if done >= LuaCall.part {
        done = 0
        try call.context.checkInterrupt()
      }
      let factor = a[i, k]
      let other = b.values.span.extracting(k * width..<(k + 1) * width)
      var row = values.mutableSpan
      for j in 0..<width { row[start + j] += factor * other[j] }
    }
  }
  return Matrix(rows: a.rows, columns: width, values: values)
}

extension LuaCall {
  /// Elements between looks at the interrupt.
  static let part = 1 << 20

  /// What a function makes of numbers, one by one, in parts between which an interrupt is heard.
  func inParts(_ values: [Double], _ function: ([Double]) -> [Double]) throws -> [Double] {
    guard values.count > LuaCall.part else { return function(values) }
    return try joined(values.count) { function(Array(values[$0])) }
  }

  /// The same of pairs of numbers.
  func inParts(
    _ a: [Double], _ b: [Double], _ function: ([Double], [Double]) -> [Double]
  ) throws -> [Double] {
    guard a.count > LuaCall.part else { return function(a, b) }
    return try joined(a.count) { function(Array(a[$0]), Array(b[$0])) }
  }

  /// `count` numbers made in parts.
  func joined(_ count: Int, _ part: (Range<Int>) -> [Double]) throws -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(count)
    for start in stride(from: 0, to: count, by: LuaCall.part) {
      try context.checkInterrupt()
      result += part(start..<min(count, start + LuaCall.part))
    }
    return result
  }
}
