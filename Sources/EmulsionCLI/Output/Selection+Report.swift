import Emulsion
import EmulsionData

extension Selection: Reported {
  /// What a person reads of the grid and its winner.
  var reportText: String {
    summary(width: Console.width) + "\n\n" + best.summary(width: Console.width)
  }

  /// One row a fit, best first; what failed has no numbers.
  func reportTable() throws -> Table {
    let cells: [(name: String, column: Column)] = [
      ("family", .text(entries.map(\.family))),
      ("covariance", .text(entries.map { $0.covariance ?? "" })),
      ("components", .numbers(entries.map { Double($0.components) })),
    ]
    let figures = ReportField.compared.map { field in
      (name: field.name, column: Column.numbers(entries.map { $0.model.map(field.number) ?? .nan }))
    }
    let state: [(name: String, column: Column)] = [
      ("cv", .numbers(entries.map { $0.crossValidation ?? .nan })),
      ("status", .text(entries.map(\.status))),
    ]
    return try Table(cells + figures + state)
  }

  /// Everything a program may ask of the search.
  var json: JSONValue {
    .object([
      ("criterion", .text(criterion)), ("best", best.json),
      ("entries", .list(entries.map(\.json))),
    ])
  }
}

extension Selection.Entry {
  fileprivate var json: JSONValue {
    let cell: [(name: String, value: JSONValue)] = [
      ("family", .text(family)), ("covariance", covariance.map { .text($0) } ?? .null),
      ("components", .integer(components)),
    ]
    let figures = ReportField.compared.map { field in
      (name: field.name, value: model.map(field.value) ?? .null)
    }
    let state: [(name: String, value: JSONValue)] = [
      ("cv", crossValidation.map { .number($0) } ?? .null), ("status", .text(status)),
    ]
    return .object(cell + figures + state)
  }
}
