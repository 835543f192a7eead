import Emulsion
import LuaBridge

/// `Matrix`: rows of numbers, for scripts.
///
/// A block of data comes as columns; these are put into rows only where someone asks for rows. A
/// covariance comes as it is known, and is made full for as long as someone looks at all of it.
final class MatrixObject: LuaObject {
  private var byRows: Matrix?
  private var byColumns: [[Double]]?
  /// The covariance that it is, until a script has set an element.
  private(set) var covariance: Covariance?
  let rows: Int
  let columns: Int
  /// Whether a script has set an element.
  private(set) var isChanged = false

  init(_ matrix: Matrix) {
    byRows = matrix
    (rows, columns) = (matrix.rows, matrix.columns)
  }

  init(_ covariance: Covariance) {
    self.covariance = covariance
    (rows, columns) = (covariance.dimension, covariance.dimension)
  }

  /// A matrix of columns, of one length.
  init(columns list: [[Double]], rows: Int) {
    byColumns = list
    (self.rows, columns) = (rows, list.count)
  }

  /// All of it.
  var matrix: Matrix {
    if let byRows { return byRows }
    if let covariance { return covariance.matrix }
    let list = byColumns ?? []
    let matrix =
      columns == 1
      ? Matrix(rows: rows, columns: 1, values: list[0])
      : Matrix(rows: columns, columns: rows, values: list.flatMap { $0 }).transposed()
    byRows = matrix
    return matrix
  }

  private func set(_ i: Int, _ j: Int, to x: Double) {
    if byRows == nil { byRows = matrix }
    (byColumns, covariance) = (nil, nil)
    byRows?[i, j] = x
    isChanged = true
  }

  /// Column `j`, from 0: no copy where there are columns.
  func column(_ j: Int) -> [Double] {
    byColumns?[j] ?? (columns == 1 ? matrix.values : matrix.column(j))
  }

  var nativeSize: Int {
    (covariance?.isDiagonal == true ? rows : rows * columns) * MemoryLayout<Double>.stride
  }

  static var luaClass: LuaClass<MatrixObject> {
    LuaClass("Matrix", "rows and columns of numbers, counted from 1")
      .property("rows", "number of rows") { $0.rows }
      .property("columns", "number of columns") { $0.columns }
      .property("size", "number of elements") { $0.rows * $0.columns }
      .method("get", "m:get(i, j)", "the element in row i and column j") { object, call in
        let (i, j) = (try object.row(call), try object.column(call, argument: 2))
        return object.covariance?[i, j] ?? object.matrix[i, j]
      }
      .method("set", "m:set(i, j, x)", "makes x the element in row i and column j") {
        object, call in
        let x = try call.number(3, "x")
        object.set(try object.row(call), try object.column(call, argument: 2), to: x)
        return LuaTuple()
      }
      .method("row", "m:row(i)", "row i, a Vector") { object, call in
        try call.context.claim(bytes: object.columns * 8)
        return VectorObject(Array(object.matrix.row(try object.row(call))))
      }
      .method("column", "m:column(j)", "column j, a Vector") { object, call in
        try call.context.claim(bytes: object.rows * 8)
        return VectorObject(object.column(try object.column(call, argument: 1)))
      }
      .method("tolist", "m:tolist()", "a Lua list of rows, lists themselves") { object, call in
        try call.context.claim(bytes: object.nativeSize.multipliedOrMax(by: 2))
        return RowLists(matrix: object.matrix)
      }
      .method("transpose", "m:transpose()", "rows as columns") { object, call in
        try call.context.claim(bytes: object.nativeSize)
        return MatrixObject(try object.transposed(call))
      }
      .method("head", "m:head(n)", "the first n rows, 10 unless given") { object, call in
        let count = min(max(0, try call.integer(1, "n", default: 10)), object.rows)
        try call.context.claim(bytes: count * object.columns * 8)
        let values = object.matrix.values.prefix(count * object.columns)
        return MatrixObject(Matrix(rows: count, columns: object.columns, values: Array(values)))
      }
      .method("exp", "m:exp()", "e to the power of each element") { try $0.map($1, Lanes.exp) }
      .method("log", "m:log()", "natural logarithm of each element") { try $0.map($1, Lanes.log) }
      .method("abs", "m:abs()", "absolute value of each element") {
        try $0.map($1, Lanes.magnitude)
      }
      .method("sqrt", "m:sqrt()", "square root of each element") {
        try $0.map($1, Lanes.squareRoot)
      }
      .elementFunctions("m") { try $0.map($1, $2) }
      .method("sum", "m:sum([axis])", "sum of all; axis 1: of each column, 2: of each row") {
        try $0.total($1, mean: false)
      }
      .method("mean", "m:mean([axis])", "mean of all; axis 1: of each column, 2: of each row") {
        try $0.total($1, mean: true)
      }
      .method("dot", "m:dot(x)", "the matrix product with a Vector or Matrix") { object, call in
        try product(.matrix(object.matrix), numericOperand(1, "x", call), call)
      }
      .metamethod("__len") { try $0.receiver(as: MatrixObject.self).rows }
      .metamethod("__tostring") { call in
        matrixText(
          try call.receiver(as: MatrixObject.self).matrix, width: call.context.screenWidth)
      }
      .arithmetic()
      .fallback { _, key, _ in
        guard key.number != nil else { return nil }
        throw EmulsionError(
          .script, "a Matrix has no element [i]; use m:get(i, j), m:row(i) or m:column(j)")
      }
  }

  private func row(_ call: LuaCall) throws -> Int {
    let i = try call.integer(1, "i")
    guard i >= 1 && i <= rows else {
      throw call.mismatch(1, "i", "a row between 1 and \(rows)")
    }
    return i - 1
  }

  private func column(_ call: LuaCall, argument: Int) throws -> Int {
    let j = try call.integer(argument, "j")
    guard j >= 1 && j <= columns else {
      throw call.mismatch(argument, "j", "a column between 1 and \(columns)")
    }
    return j - 1
  }

  private func map(_ call: LuaCall, _ function: ([Double]) -> [Double]) throws -> MatrixObject {
    try call.context.claim(bytes: nativeSize)
    return MatrixObject(
      Matrix(
        rows: matrix.rows, columns: matrix.columns,
        values: try call.inParts(matrix.values, function)))
  }

  /// The transpose, square by square, so that both are read and written near by.
  private func transposed(_ call: LuaCall) throws -> Matrix {
    let (matrix, side) = (matrix, 64)
    var result = [Double](repeating: 0, count: rows * columns)
    for top in stride(from: 0, to: rows, by: side) {
      try call.context.checkInterrupt()
      for left in stride(from: 0, to: columns, by: side) {
        for i in top..<min(rows, top + side) {
          for j in left..<min(columns, left + side) {
            result[j * rows + i] = matrix.values[i * columns + j]
          }
        }
      }
    }
    return Matrix(rows: columns, columns: rows, values: result)
  }

  private func total(_ call: LuaCall, mean: Bool) throws -> Pushed {
    guard call.has(1) else {
      let sum = Lanes.sum(matrix.values)
      return Pushed(mean ? sum / Double(matrix.values.count) : sum)
    }
    let axis = try call.integer(1, "axis")
    guard axis == 1 || axis == 2 else { throw call.mismatch(1, "axis", "1 or 2") }
    var sums = [Double](repeating: 0, count: axis == 1 ? matrix.columns : matrix.rows)
    for i in 0..<matrix.rows {
      if i & 0xFF == 0 { try call.context.checkInterrupt() }
      for j in 0..<matrix.columns { sums[axis == 1 ? j : i] += matrix[i, j] }
    }
    let count = Double(axis == 1 ? matrix.rows : matrix.columns)
    return Pushed(VectorObject(mean ? sums.map { $0 / count } : sums))
  }
}

/// The rows of a matrix as lists, made as they are pushed.
private struct RowLists: LuaConvertible {
  let matrix: Matrix

  func push(onto stack: LuaStack) throws {
    try stack.push(listOf: matrix.rows) { Array(self.matrix.row($0)) }
  }
}
