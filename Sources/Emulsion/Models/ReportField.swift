/// A field of the report of a fit: a property of the model in scripts, a member in JSON, a column of tables.
package struct ReportField: Sendable {
  /// As scripts and files write it: `loglik`.
  package let name: String
  /// What people read in its place.
  package let title: String
  /// What it is, in a line, with its unit.
  package let summary: String
  /// Whether only some models have it; others leave it out of what they write.
  package let isOptional: Bool
  /// Its value; null where a model has none.
  package let value: @Sendable (Model) -> JSONValue

  private init(
    _ name: String, _ summary: String, title: String? = nil, unit: String? = nil,
    isOptional: Bool = false, _ value: @escaping @Sendable (Model) -> JSONValue
  ) {
    (self.name, self.title) = (name, title ?? name)
    (self.isOptional, self.value) = (isOptional, value)
    self.summary = summary + (unit.map { ", \($0)" } ?? "")
  }

  /// The value as a number; NaN where it is none.
  package func number(_ model: Model) -> Double {
    switch value(model) {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: .nan
    }
  }

  /// All fields, in order. What is large or has a form of its own, such as parameters, is not among them.
  package static let all: [ReportField] = [
    ReportField("family", "the family's name") { .text($0.family) },
    ReportField("covariance", "the covariance model's name") {
      $0.covariance.map { .text($0) } ?? .null
    },
    ReportField("components", "the number of components K") { .integer($0.components) },
    ReportField("dimension", "the number of columns") { .integer($0.dimension) },
    ReportField("observations", "the number of rows it was fitted to") {
      .integer($0.observations)
    },
    ReportField("columns", "names of the columns") { .texts($0.columnNames) },
    ReportField(
      "loglik", "total log-likelihood at these parameters", title: "log-likelihood", unit: "nats"
    ) { .number($0.logLikelihood) },
    ReportField("bic", "Bayesian information criterion; smaller is better", title: "BIC") {
      .number($0.bic)
    },
    ReportField("aic", "Akaike information criterion; smaller is better", title: "AIC") {
      .number($0.aic)
    },
    ReportField("icl", "integrated completed likelihood; smaller is better", title: "ICL") {
      .number($0.icl)
    },
    ReportField("entropy", "of the posterior; 0 where every row is sure", unit: "nats") {
      .number($0.entropy)
    },
    ReportField("free_parameters", "parameters that were estimated") {
      .integer($0.freeParameters)
    },
    ReportField("iterations", "EM iterations") { .integer($0.iterations) },
    ReportField("converged", "whether the stopping rule was met") { .boolean($0.hasConverged) },
    ReportField("cancelled", "whether the fit was interrupted") { .boolean($0.isCancelled) },
    ReportField("degenerate", "whether a component has collapsed or has too few rows") {
      .boolean($0.isDegenerate)
    },
    ReportField("seconds", "time the fit took") { .number($0.seconds) },
    ReportField("warnings", "a list of texts") { .texts($0.warnings) },
    ReportField("evidence", "starts, reached_best, spread, degenerate, spurious, given_up") {
      .evidence($0.evidence)
    },
    ReportField(
      "noise", "weight and log_density of the noise component, or nil", isOptional: true
    ) {
      $0.noise.map {
        .object([
          ("weight", .number($0.weight)), ("log_density", .number($0.region.logDensity)),
        ])
      } ?? .null
    },
    ReportField(
      "missing", "rows, cells and patterns, of a fit with missing = \"likelihood\"; else nil",
      isOptional: true
    ) {
      $0.missing.map {
        .object([
          ("rows", .integer($0.rows)), ("cells", .integer($0.cells)),
          ("patterns", .integer($0.patterns)),
        ])
      } ?? .null
    },
    ReportField(
      "lower_bound", "of variational fits: that of the evidence", unit: "nats", isOptional: true
    ) { $0.variational.map { .number($0.lowerBound) } ?? .null },
  ]

  /// Those that models are compared by, in the order of tables.
  package static let compared = named("loglik", "free_parameters", "bic", "aic", "icl")

  /// Those of some names.
  package static func named(_ names: String...) -> [ReportField] {
    names.compactMap { name in all.first { $0.name == name } }
  }
}

extension JSONValue {
  fileprivate static func evidence(_ evidence: Evidence) -> JSONValue {
    .object([
      ("starts", .integer(evidence.starts)), ("reached_best", .integer(evidence.reachedBest)),
      ("spread", .number(evidence.spread)), ("degenerate", .integer(evidence.degenerate)),
      ("spurious", .integer(evidence.spurious)), ("given_up", .integer(evidence.givenUp ?? 0)),
    ])
  }
}
