import Emulsion
import EmulsionData
import LuaBridge

/// The option `errors`: standard deviations of what numbers were measured with.
enum RowErrors {
  /// The column that holds those of each column.
  case columns([String: String])
  /// N × d, in the order of the columns that are used.
  case matrix(Matrix)

  init(_ value: LuaValue) throws {
    if case .userdata = value {
      self = .matrix(try value.matrix("errors"))
      return
    }
    guard let table = value.table else {
      throw value.mustBe("errors", "a table of column names by column, or a Matrix")
    }
    var names: [String: String] = [:]
    for (key, name) in try table.pairs() {
      guard let column = key.string, let own = name.string else {
        // A list of rows is a matrix.
        self = .matrix(try value.matrix("errors"))
        return
      }
      names[column] = own
    }
    guard !names.isEmpty else {
      throw EmulsionError(.invalidOption, "errors: an empty table; name a column of errors")
    }
    self = .columns(names)
  }

  /// Columns that hold errors.
  var columnNames: Set<String> {
    guard case .columns(let names) = self else { return [] }
    return Set(names.values)
  }

  func filtered(keeping kept: [Bool]) -> RowErrors {
    guard case .matrix(let matrix) = self, matrix.rows == kept.count else { return self }
    let rows = kept.indices.filter { kept[$0] }
    return .matrix(
      Matrix(
        rows: rows.count, columns: matrix.columns, values: rows.flatMap { Array(matrix.row($0)) }))
  }

  /// Rows of a value, a Table or another, with their errors.
  func source(_ source: any DataSource, beside value: LuaValue?) throws -> any DataSource {
    guard let table = value?.dataTable else { return try self.source(source) }
    return try self.source(source, in: table)
  }

  /// The rows of a Matrix with their errors.
  func source(_ source: any DataSource) throws -> any DataSource {
    guard case .matrix(let matrix) = self else {
      throw EmulsionError(
        .invalidOption,
        "errors: only columns of a Table have names; give a Matrix of standard deviations")
    }
    return try MeasuredSource(source, deviations: matrix.ignoringMissing(of: source))
  }

  /// The rows of a table with their errors; columns without any are exact.
  func source(_ source: any DataSource, in table: Table) throws -> any DataSource {
    guard case .columns(let names) = self else { return try self.source(source) }
    return try table.measured(source, errors: names)
  }
}

extension Model {
  /// The data of a call and, by its option `errors`, what they were measured with.
  func measuredSource(_ call: LuaCall, besides other: String? = nil) throws -> any DataSource {
    let value = try call.value(1)
    let source = try source(value)
    guard let table = try call.tableIfGiven(2, "options") else { return source }
    var given = LuaValue.nil
    for (key, element) in try table.pairs() {
      if let other, key.string == other { continue }
      guard key.string == "errors" else {
        throw EmulsionError(
          .invalidOption,
          "unknown option \(key.explanation); there \(other.map { "are \"\($0)\" and" } ?? "is") \"errors\""
        )
      }
      given = element
    }
    if case .nil = given { return source }
    return try RowErrors(given).source(source, beside: value)
  }
}
