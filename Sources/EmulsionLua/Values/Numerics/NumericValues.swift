import Emulsion
import EmulsionData
import LuaBridge

func vectorObject(_ values: [Double]) -> VectorObject { VectorObject(values) }
func matrixObject(_ matrix: Matrix) -> MatrixObject { MatrixObject(matrix) }

extension LuaValue {
  /// The table a Table holds.
  var dataTable: Table? { object(as: TableObject.self)?.table }

  /// The files that a Source reads.
  var dataFiles: FileSource? { object(as: SourceObject.self)?.source }

  /// The rows to fit that a Matrix, a Vector or a list holds.
  ///
  /// - Throws: `invalid-data` where there is no row.
  func dataMatrix() throws -> Matrix {
    let isData =
      table != nil || object(as: MatrixObject.self) != nil || object(as: VectorObject.self) != nil
    guard isData else {
      throw EmulsionError(
        .invalidData,
        "data must be a Table, Source, Matrix, Vector or list of rows, got "
          + (isNil ? "nothing" : explanation))
    }
    let matrix = try matrix("data")
    guard matrix.rows > 0 && matrix.columns > 0 else {
      throw EmulsionError(.invalidData, "data: there are no rows")
    }
    return matrix
  }

  /// The numbers of a list or Vector.
  func numbers(_ name: String) throws -> [Double] { try EmulsionLua.numbers(self, name) }

  /// The numbers of a list or Vector; `nil` for anything else, lists of lists among them.
  func numberList() throws -> [Double]? {
    if let vector = object(as: VectorObject.self) { return vector.values }
    guard let table, case .numbers(let numbers) = try table.numbers() else { return nil }
    return numbers
  }

  /// The value of option `name` as numbers; one is a list of one.
  func oneOrMore(_ name: String) throws -> [Double] {
    guard let numbers = try number.map({ [$0] }) ?? numberList() else {
      throw mustBe(name, "a list of numbers or a Vector")
    }
    return numbers
  }

  /// Row weights, one a row.
  func weights(rows: Int) throws -> [Double] {
    let values = try numbers("weights")
    guard values.count == rows else {
      throw EmulsionError(
        .invalidData,
        "weights: \(values.count.counted("value")) for \(rows.counted("row")); give one a row")
    }
    return values
  }

  /// The rows of a Matrix or list.
  func matrix(_ name: String) throws -> Matrix { try EmulsionLua.matrix(self, name) }
}

/// The numbers of a list or Vector.
///
/// - Throws: `invalid-data` naming the position of what is no number.
func numbers(_ value: LuaValue, _ name: String) throws -> [Double] {
  if let vector = value.object(as: VectorObject.self) { return vector.values }
  if let matrix = value.object(as: MatrixObject.self)?.matrix,
    matrix.columns == 1 || matrix.rows == 1
  {
    return matrix.values
  }
  guard let table = value.table else {
    throw EmulsionError(
      .invalidData, "\(name) must be a list of numbers or a Vector, got \(value.explanation)")
  }
  switch try table.numbers() {
  case .numbers(let numbers): return numbers
  case .notNumber(let position, let value):
    throw EmulsionError(
      .invalidData, "\(name): element \(position) must be a number, got \(value.explanation)")
  }
}

/// The rows of a Matrix, a Table of numbers, a list of rows, or a list of numbers, which is one column.
///
/// - Throws: `invalid-data` naming the row and column of what is no number.
func matrix(_ value: LuaValue, _ name: String) throws -> Matrix {
  if let matrix = value.object(as: MatrixObject.self) { return matrix.matrix }
  if let table = value.dataTable { return try table.matrix() }
  if let vector = value.object(as: VectorObject.self) {
    return Matrix(rows: vector.values.count, columns: 1, values: vector.values)
  }
  guard let table = value.table else {
    throw EmulsionError(
      .invalidData, "\(name) must be a Matrix or a list of rows, got \(value.explanation)")
  }
  if case .numbers(let column) = try table.numbers() {
    return Matrix(rows: column.count, columns: column.isEmpty ? 0 : 1, values: column)
  }
  var values: [Double] = []
  var columns = 0
  let rows = try table.list()
  for (i, row) in rows.enumerated() {
    let numbers = try row.numbersOfRow(i + 1, name)
    if i == 0 { columns = numbers.count }
    guard numbers.count == columns else {
      throw EmulsionError(
        .invalidData, "\(name): row 1 has length \(columns), but row \(i + 1) has \(numbers.count)"
      )
    }
    values += numbers
  }
  return Matrix(rows: rows.count, columns: columns, values: values)
}

extension LuaValue {
  fileprivate func numbersOfRow(_ row: Int, _ name: String) throws -> [Double] {
    if let vector = object(as: VectorObject.self) { return vector.values }
    guard let table else {
      throw EmulsionError(
        .invalidData, "\(name): row \(row) must be a list of numbers, got \(explanation)")
    }
    switch try table.numbers() {
    case .numbers(let numbers): return numbers
    case .notNumber(let column, let value):
      throw EmulsionError(
        .invalidData,
        "\(name): row \(row), column \(column) must be a number, got \(value.explanation)")
    }
  }
}
