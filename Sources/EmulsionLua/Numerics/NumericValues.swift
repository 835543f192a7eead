import Emulsion
import LuaBridge

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

/// The rows of a Matrix, a list of rows, or a list of numbers, which is one column.
///
/// - Throws: `invalid-data` naming the row and column of what is no number.
func matrix(_ value: LuaValue, _ name: String) throws -> Matrix {
  if let matrix = value.object(as: MatrixObject.self) { return matrix.matrix }
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
        .invalidData, "\(name): row \(i + 1) has \(numbers.count) numbers, but row 1 has \(columns)")
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

/// The texts of a list.
///
/// - Throws: `invalid-option` naming the position of what is no text.
func strings(_ value: LuaValue, _ name: String) throws -> [String] {
  if let string = value.string { return [string] }
  guard let table = value.table else {
    throw EmulsionError(
      .invalidOption, "\(name) must be a list of names, got \(value.explanation)")
  }
  return try table.list().enumerated().map { position, element in
    guard let string = element.string else {
      throw EmulsionError(
        .invalidOption,
        "\(name): element \(position + 1) must be a name, got \(element.explanation)")
    }
    return string
  }
}
