import Emulsion
import EmulsionData
import LuaBridge

/// The option `labels`, before it is known which rows are kept.
enum RowLabels {
  /// A column of the table, by its name.
  case column(String)
  case values(KnownLabels, rows: Int)
  /// A list, in which nil may stand for what is not known: so how many rows there are says how long it is.
  case sparse(LabelList)

  /// - Parameter option: What error texts call it.
  /// - Throws: `invalid-option` for anything else.
  init(_ value: LuaValue, _ option: String = "labels") throws {
    if let name = value.string {
      self = .column(name)
    } else if let numbers = value.object(as: VectorObject.self)?.values {
      self = .values(KnownLabels(numbers), rows: numbers.count)
    } else if let texts = value.object(as: TextsObject.self)?.values {
      self = .values(KnownLabels(texts), rows: texts.count)
    } else if let table = value.table {
      self = .sparse(LabelList(table: table, option: option))
    } else {
      throw value.mustBe(option, "a column's name, a Vector, a column of text or a list")
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
      try checkLabels(count, rows: rows)
      return labels
    case .sparse(let list): return try list.known(rows: rows)
    }
  }
}

/// Labels in a Lua list, each a number, a text, or what stands for a class that is not known.
struct LabelList {
  fileprivate let table: LuaTable
  /// What error texts call it.
  fileprivate let option: String

  /// Those of so many rows; after the last of a list with holes none is known.
  fileprivate func known(rows: Int) throws -> KnownLabels {
    if case .numbers(let numbers) = try table.numbers(), numbers.count == rows {
      return KnownLabels(numbers)
    }
    var elements = try table.sparseList()
    if elements.count < rows, elements.contains(where: \.isNil) {
      elements += Array(repeating: .nil, count: rows - elements.count)
    }
    try checkLabels(elements.count, rows: rows)
    if elements.contains(where: { $0.string.map { !$0.isEmpty } ?? false }) {
      return KnownLabels(
        try elements.enumerated().map { place, element -> String? in
          element.isUnknown ? nil : try element.text("\(option): element \(place + 1)")
        })
    }
    return KnownLabels(
      try elements.enumerated().map { place, element in
        element.isUnknown ? .nan : try element.real("\(option): element \(place + 1)")
      })
  }
}

private func checkLabels(_ count: Int, rows: Int) throws {
  guard count == rows else {
    throw EmulsionError(
      .invalidData,
      "labels: \(count.counted("label")) for \(rows.counted("row")); give one a row, "
        + "NaN, \"\" or false where it is not known")
  }
}

extension LuaValue {
  /// What stands for a class that is not known: nil, false, NaN and an empty text.
  fileprivate var isUnknown: Bool {
    switch self {
    case .nil, .boolean(false): true
    case .number(let value): value.isNaN
    case .string(let text): text.isEmpty
    default: false
    }
  }
}
