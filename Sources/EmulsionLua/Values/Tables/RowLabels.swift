import Emulsion
import EmulsionData
import LuaBridge

/// The option `labels`, before it is known which rows are kept.
enum RowLabels {
  /// A column of the table, by its name.
  case column(String)
  case values(KnownLabels, rows: Int)

  /// - Throws: `invalid-option` for anything else.
  init(_ value: LuaValue) throws {
    if let name = value.string {
      self = .column(name)
      return
    }
    if let numbers = value.object(as: VectorObject.self)?.values {
      self = .values(KnownLabels(numbers), rows: numbers.count)
      return
    }
    if let texts = value.object(as: TextsObject.self)?.values {
      self = .values(KnownLabels(texts), rows: texts.count)
      return
    }
    guard let table = value.table else {
      throw value.mustBe("labels", "a column's name, a Vector, a column of text or a list")
    }
    let elements = try table.list()
    if elements.contains(where: { $0.string != nil }) {
      let texts = try elements.enumerated().map { place, element -> String? in
        guard !element.isUnknown else { return nil }
        return try element.text("labels: element \(place + 1)")
      }
      self = .values(KnownLabels(texts), rows: texts.count)
    } else {
      let numbers = try elements.enumerated().map { place, element -> Double in
        element.isUnknown ? .nan : try element.real("labels: element \(place + 1)")
      }
      self = .values(KnownLabels(numbers), rows: numbers.count)
    }
  }

  /// The labels of a table's rows.
  func known(in table: Table) throws -> KnownLabels {
    guard case .column(let name) = self else { return try known(rows: table.rows) }
    return try table.labels(named: name)
  }

  /// The labels of the rows of files.
  func known(in files: FileSource, isCancelled: () -> Bool) throws -> KnownLabels {
    guard let columnName else { return try known(rows: files.rows) }
    return try files.labels(named: columnName, isCancelled: isCancelled)
  }

  /// The column that holds them, where one does.
  var columnName: String? {
    if case .column(let name) = self { name } else { nil }
  }

  /// The labels of rows without names of columns.
  func known(rows: Int) throws -> KnownLabels {
    switch self {
    case .column:
      throw EmulsionError(
        .invalidOption, "labels: only columns of a Table have names; give a Vector or a list")
    case .values(let labels, let count):
      guard count == rows else {
        throw EmulsionError(
          .invalidData,
          "labels: \(count.counted("label")) for \(rows.counted("row")); give one a row")
      }
      return labels
    }
  }
}

extension LuaValue {
  /// What stands for a class that is not known, beside NaN and an empty text.
  fileprivate var isUnknown: Bool {
    if case .boolean(false) = self { return true }
    return isNil
  }
}
