import Emulsion
import EmulsionData

extension Selection {
  /// The grid and its winner as a person or a program reads them.
  func report(_ format: ResultFormat) throws -> String {
    switch format {
    case .text: summary(width: Console.width) + "\n\n" + best.summary(width: Console.width)
    case .csv: try gridTable().delimitedText()
    case .json: json.text()
    }
  }

  /// One row a fit, best first; what failed has no numbers.
  private func gridTable() throws -> Table {
    func numbers(_ value: (Model) -> Double) -> Column {
      .numbers(entries.map { $0.model.map(value) ?? .nan })
    }
    return try Table([
      ("family", .text(entries.map(\.family))),
      ("covariance", .text(entries.map { $0.covariance ?? "" })),
      ("components", .numbers(entries.map { Double($0.components) })),
      ("loglik", numbers(\.logLikelihood)),
      ("free_parameters", numbers { Double($0.freeParameters) }),
      ("bic", numbers(\.bic)),
      ("aic", numbers(\.aic)),
      ("icl", numbers(\.icl)),
      ("cv", .numbers(entries.map { $0.crossValidation ?? .nan })),
      ("status", .text(entries.map(\.status))),
    ])
  }

  private var json: JSON {
    .object([
      ("criterion", .text(criterion)),
      ("best", best.json),
      (
        "entries",
        .list(
          entries.map { entry in
            let model = entry.model
            func number(_ value: Double?) -> JSON { value.map { .number($0) } ?? .null }
            return .object([
              ("family", .text(entry.family)),
              ("covariance", entry.covariance.map { .text($0) } ?? .null),
              ("components", .integer(entry.components)),
              ("loglik", number(model?.logLikelihood)),
              ("free_parameters", model.map { .integer($0.freeParameters) } ?? .null),
              ("bic", number(model?.bic)),
              ("aic", number(model?.aic)),
              ("icl", number(model?.icl)),
              ("cv", number(entry.crossValidation)),
              ("status", .text(entry.status)),
            ])
          })
      ),
    ])
  }
}
