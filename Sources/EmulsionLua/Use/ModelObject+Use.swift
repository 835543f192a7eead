import Emulsion
import EmulsionData
import LuaBridge

extension ModelObject {
  /// The methods that tell what a fit is good for.
  static func withUse(_ start: LuaClass<ModelObject>) -> LuaClass<ModelObject> {
    start
      .method(
        "uncertainty", "model:uncertainty(data)",
        "1 less the largest posterior probability of each row, a Vector"
      ) { object, call in
        vectorObject(
          try object.model.uncertainty(
            object.model.source(call.value(1)), isCancelled: call.isInterrupted))
      }
      .method(
        "marginal", "model:marginal{ names }",
        "the Model of these columns, whatever the others are",
        example: "model:marginal{ \"eruptions\" }:quantile(0.5)", names: NameKind.column
      ) { object, call in
        guard call.has(1) else { throw call.mismatch(1, "names", "a list of columns") }
        return ModelObject(try object.model.marginal(call.value(1).texts("marginal")))
      }
      .method(
        "cdf", "model:cdf(x)", "P(X ≤ x) of a model of one column; x is a number, Vector or list"
      ) { object, call in
        try call.elementwise("x") { try object.model.cdf($0, isCancelled: call.isInterrupted) }
      }
      .method(
        "quantile", "model:quantile(p)",
        "the x with P(X ≤ x) = p of a model of one column; p is a number, Vector or list"
      ) { object, call in
        try call.elementwise("p") { try object.model.quantile($0, isCancelled: call.isInterrupted) }
      }
      .method(
        "respond", "model:respond(data [, { response = column }])",
        "the response to expect of rows: a Table of mean and component_1, …",
        example: "em.fit(faithful, { components = 2 }):respond(new, { response = \"waiting\" })",
        options: OptionList.respond.help
      ) { object, call in try object.respond(call) }
      .method(
        "goodness_of_fit", "model:goodness_of_fit(data [, { weights }])",
        "of categories: g_squared and chi_squared against the patterns, degrees_of_freedom and p-values",
        options: OptionList.weights.help
      ) { object, call in
        let fit = try object.model.goodnessOfFit(
          object.source(call.value(1), weights: WeightsRequest(call, 2).weights),
          isCancelled: call.isInterrupted)
        return LuaRecord([
          ("g_squared", fit.likelihoodRatio), ("chi_squared", fit.chiSquared),
          ("degrees_of_freedom", fit.degreesOfFreedom), ("p_value", fit.likelihoodRatioP),
          ("chi_squared_p_value", fit.chiSquaredP), ("patterns", fit.patterns),
          ("observed", fit.observed),
        ])
      }
      .method(
        "divergence", "model:divergence(other [, { samples = 100000, seed = 0 }])",
        "Kullback–Leibler divergence of another model from this one, nats, and its standard error",
        options: OptionList.divergence.help
      ) { object, call in try object.divergence(call) }
      .method(
        "clusters", "model:clusters(data [, { weights }])",
        "the components merged into Clusters by entropy",
        example: "model:clusters(data):labels(2)", options: OptionList.weights.help
      ) { object, call in
        ClustersObject(
          try object.model.clusters(
            object.source(call.value(1), weights: WeightsRequest(call, 2).weights),
            isCancelled: call.isInterrupted))
      }
      .method(
        "reduce", "model:reduce(data [, { lambda = 0.5, weights }])",
        "directions that show the clusters: a table of directions, eigenvalues, center and data",
        example: "model:reduce(data, { lambda = 1 }).data:head(5)",
        options: OptionList.reduce.help
      ) { object, call in try object.reduce(call) }
  }

  private func respond(_ call: LuaCall) throws -> TableObject {
    var request = ResponseRequest()
    try OptionList.respond.apply(call.tableIfGiven(2, "options"), to: &request)
    let expected = try model.respond(
      to: model.predictorSource(call.value(1), response: request.response),
      response: request.response, isCancelled: call.isInterrupted)
    return TableObject(
      try Table(
        [(name: "mean", column: .numbers(expected.mean))]
          + (0..<expected.components.columns).map { k in
            (name: "component_\(k + 1)", column: .numbers(expected.components.column(k)))
          }))
  }

  private func divergence(_ call: LuaCall) throws -> LuaTuple {
    let other = try call.object(1, "other", as: ModelObject.self)
    var request = DivergenceRequest()
    try OptionList.divergence.apply(call.tableIfGiven(2, "options"), to: &request)
    // Rows, their copy in the other's order, and two log-densities.
    try call.context.reserve(
      max(0, request.samples).multipliedOrMax(by: 16 * (model.dimension + 1)),
      for: "divergence: \(request.samples) samples")
    let estimate = try model.divergence(
      from: other.model, samples: request.samples, seed: request.seed,
      isCancelled: call.isInterrupted)
    return LuaTuple(estimate.value, estimate.standardError)
  }

  private func reduce(_ call: LuaCall) throws -> LuaRecord {
    var request = ReductionRequest()
    try OptionList.reduce.apply(call.tableIfGiven(2, "options"), to: &request)
    let result = try model.reduce(
      source(call.value(1), weights: request.weights), lambda: request.lambda,
      isCancelled: call.isInterrupted)
    let columns = (0..<result.data.columns).map { m in
      (name: "direction_\(m + 1)", column: Column.numbers(result.data.column(m)))
    }
    return LuaRecord([
      ("directions", matrixObject(result.directions)),
      ("eigenvalues", vectorObject(result.eigenvalues)), ("center", vectorObject(result.center)),
      // Its name until 0.2.
      ("centre", vectorObject(result.center)),
      ("data", TableObject(try Table(columns))),
    ])
  }
}

private struct ResponseRequest {
  var response: String?
}

extension OptionList where Target == ResponseRequest {
  fileprivate static var respond: OptionList {
    OptionList(options: [
      LuaOption(
        "response", "that of a regression", "the column whose mean is asked for",
        names: NameKind.column
      ) {
        $1.response = try $0.text("response")
      }
    ])
  }
}

private struct DivergenceRequest {
  var samples = 100_000
  var seed: UInt64 = 0
}

extension OptionList where Target == DivergenceRequest {
  fileprivate static var divergence: OptionList {
    OptionList(options: [
      LuaOption("samples", "100000", "how many rows are drawn") {
        $1.samples = try $0.wholeNumber("samples")
      },
      LuaOption("seed", "0", "a whole number that they depend on") {
        $1.seed = UInt64(bitPattern: Int64(try $0.wholeNumber("seed")))
      },
    ])
  }
}

private struct ReductionRequest {
  var lambda = 0.5
  var weights: LuaValue?
}

extension OptionList where Target == ReductionRequest {
  fileprivate static var reduce: OptionList {
    OptionList(options: [
      LuaOption("lambda", "0.5", "0 for covariances alone to 1 for means alone") {
        $1.lambda = try $0.real("lambda")
      },
      .weights(\.weights),
    ])
  }
}

extension LuaCall {
  /// A number for a number, a Vector for a Vector or list.
  fileprivate func elementwise(_ name: String, _ function: ([Double]) throws -> [Double]) throws
    -> Pushed
  {
    if let number = numberIfAny(1) { return Pushed(try function([number])[0]) }
    guard has(1) else { throw mismatch(1, name, "a number, Vector or list") }
    return Pushed(vectorObject(try function(value(1).numbers(name))))
  }
}

extension Model {
  /// New rows for ``respond(to:response:threads:isCancelled:)``: of a Table the predictors alone, a Matrix
  /// has these or all columns.
  fileprivate func predictorSource(_ value: LuaValue, response: String?) throws -> any DataSource {
    let predictors = try predictors(response: response)
    guard let table = value.dataTable else {
      try refuseNumbers(for: predictors)
      let matrix = try value.dataMatrix()
      let isReduced = matrix.columns != dimension && matrix.columns == predictors.count
      return MatrixSource(matrix, columnNames: isReduced ? predictors : nil)
    }
    let missing = predictors.filter { !table.names.contains($0) }
    guard missing.isEmpty else { throw lacking(predictors: missing, among: table.names) }
    // Where nothing is read, rows still count.
    guard !predictors.isEmpty else { return MatrixSource(Matrix(rows: table.rows, columns: 1)) }
    return try table.source(for: self, columns: predictors)
  }
}

extension Model {
  /// Rows with the covariates of a concomitant: of a Table by their names, of a Matrix these or all columns.
  func covariateSource(_ value: LuaValue) throws -> any DataSource {
    let names = covariateNames
    guard let table = value.dataTable, names.allSatisfy(table.names.contains) else {
      guard let table = value.dataTable else { return MatrixSource(try value.dataMatrix()) }
      let missing = names.filter { !table.names.contains($0) }
      throw EmulsionError(
        .invalidData,
        "sample: mixing probabilities depend on \(missing.map { "\"\($0)\"" }.joined(separator: ", ")), which the "
          + "data have not")
    }
    guard !names.isEmpty else { return MatrixSource(Matrix(rows: table.rows, columns: 1)) }
    return try table.source(for: self, columns: names)
  }
}
