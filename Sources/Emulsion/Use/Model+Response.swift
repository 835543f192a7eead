/// The response that a model expects of rows.
public struct ExpectedResponses: Sendable {
  /// Under the whole mixture, one number a row.
  public let mean: [Double]
  /// Under each component, n × K.
  public let components: Matrix
  /// How probable each component is of the row, of which the predictors alone are known, n × K.
  public let weights: Matrix
}

extension Model {
  /// The columns that ``respond(to:response:threads:isCancelled:)`` reads.
  ///
  /// - Throws: `invalid-option` where the model has no response.
  public func predictors(response: String? = nil) throws -> [String] {
    try responder(response).predictors.map { columnNames[$0] }
  }

  /// What response the model expects of rows: of regressions theirs, of Gaussian, Student-t and
  /// independent columns the mean of the column `response` given the others, μᵧ + Σᵧₓ Σₓ⁻¹ (x − μₓ) under each component.
  ///
  /// The mixture's is that of the components by their probabilities given the predictors alone: πₖ for
  /// regressions, or what the covariates say; for others the posterior of ``marginal(_:)``. Noise has no part in it. A
  /// binomial response is the number of successes. Nothing is read but the predictors, which are found by
  /// name, or by position where the data have no names of their own and all columns of the model. O(nKd²).
  ///
  /// - Throws: `invalid-option` where the model has no response, `invalid-data` naming predictors that are not
  ///   there and cells that are not finite.
  public func respond(
    to data: any DataSource, response: String? = nil, threads: Int? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> ExpectedResponses {
    let responder = try responder(response)
    let source = try PredictorSource(data, columnNames: columnNames, used: responder.predictors)
    let supports = columnNames.indices.map { j in
      responder.predictors.contains(j) ? mixture.support(ofColumn: j) : .real
    }
    try checkLevels(of: source)
    try source.check(supports, family: family, execution(threads, isCancelled))
    let (n, k) = (data.rows, components)
    var means = Matrix(rows: n, columns: k)
    var shares = means
    let lanes = Chunks.rowsPerBlock
    var buffer = BlockBuffer(columns: dimension, capacity: lanes)
    var meanLanes = LaneMatrix(rows: k, lanes: lanes)
    var shareLanes = LaneMatrix(rows: k, lanes: lanes)
    for start in stride(from: 0, to: n, by: lanes) {
      if isCancelled() { throw EmulsionError(.cancelled, "interrupted") }
      let range = start..<min(n, start + lanes)
      try source.read(range, into: &buffer)
      try buffer.requireFinite(of: source)
      try responder.respond(to: buffer.block, means: &meanLanes, weights: &shareLanes)
      for c in 0..<k {
        let own = meanLanes.lanes(c, range.count)
        let share = shareLanes.lanes(c, range.count)
        for i in own.indices { (means[start + i, c], shares[start + i, c]) = (own[i], share[i]) }
      }
    }
    let mean = (0..<n).map { i in
      (0..<k).reduce(0) { shares[i, $1] > 0 ? $0 + shares[i, $1] * means[i, $1] : $0 }
    }
    return ExpectedResponses(mean: mean, components: means, weights: shares)
  }

  /// The error that data have only the columns `given`.
  package func lacking(predictors: [String], among given: [String]) -> EmulsionError {
    Emulsion.lacking(predictors, among: given)
  }

  private func responder(_ response: String?) throws -> any Responder {
    if let own = try mixture.responder() {
      let name = columnNames[own.response]
      guard response == nil || response == name else {
        throw EmulsionError(
          .invalidOption,
          "response: that of the regression is \(quoted(name)), not \(quoted(response ?? ""))")
      }
      return own
    }
    guard mixture.hasLinearConditionalMeans else {
      throw EmulsionError(
        .invalidOption,
        "respond: the family \(quoted(family)) tells no expected response; regressions and Gaussian "
          + "mixtures do")
    }
    guard let response else {
      throw EmulsionError(
        .invalidOption,
        "respond: say which column is the response, as in { response = "
          + "\(quoted(columnNames.last ?? "y")) }")
    }
    guard dimension > 1 else {
      throw EmulsionError(
        .invalidOption,
        "respond: the model has the one column \(quoted(columnNames[0])), which can't be "
          + "told from others")
    }
    return try ConditionalMeans(of: self, response: position(ofColumn: response, for: "response"))
  }
}

private func lacking(_ predictors: [String], among given: [String]) -> EmulsionError {
  EmulsionError(
    .invalidData,
    "respond: the data lack the predictor\(predictors.count == 1 ? "" : "s") "
      + "\(predictors.map(quoted).joined(separator: ", ")); they have "
      + given.map(quoted).joined(separator: ", "))
}

/// The mean of one column given all others, under components whose means are linear in these.
private struct ConditionalMeans: Responder {
  let response: Int
  let predictors: [Int]
  /// The components in the predictors alone.
  private let marginal: any AnyMixture
  /// Σₓ⁻¹ Σₓᵧ of each component.
  private let slopes: [[Double]]
  private let predictorMeans: [[Double]]
  private let responseMeans: [Double]

  init(of model: Model, response: Int) throws {
    guard model.concomitant == nil else {
      throw EmulsionError(
        .invalidOption,
        "respond: it is not there yet for \(model.family) components with concomitant; a regression "
          + "with the formula \"y ~ x\" tells responses")
    }
    let others = model.columnNames.indices.filter { $0 != response }
    guard let means = model.means, let covariances = model.covariances else {
      throw EmulsionError(
        .invalidOption,
        "respond: components of the family \(quoted(model.family)) have no means and covariances")
    }
    guard let marginal = try model.mixture.marginal(columns: others, keepsNoise: false) else {
      throw EmulsionError(.invalidOption, "respond: the predictors have no density")
    }
    (self.response, predictors, self.marginal) = (response, others, marginal)
    responseMeans = means.column(response)
    predictorMeans = (0..<means.rows).map { k in others.map { means[k, $0] } }
    slopes = try covariances.map { covariance in
      var block = Matrix(rows: others.count, columns: others.count)
      for (a, p) in others.enumerated() {
        for (b, q) in others.enumerated() { block[a, b] = covariance[p, q] }
      }
      guard let factor = CovarianceFactor(Scatter(.full, of: block)) else {
        throw EmulsionError(
          .degenerate, "respond: a component's covariance of the predictors is singular")
      }
      let precision = Scatter(.full, dimension: others.count, values: factor.precision).matrix
      return others.indices.map { a in
        others.indices.reduce(0) { $0 + precision[a, $1] * covariance[others[$1], response] }
      }
    }
  }

  func respond(to block: borrowing Block, means: inout LaneMatrix, weights: inout LaneMatrix) throws
  {
    var rows = Matrix(rows: block.rows, columns: predictors.count)
    for (a, j) in predictors.enumerated() {
      let values = block.column(j)
      for i in values.indices { rows[i, a] = values[i] }
    }
    let posterior = try marginal.posterior(
      MatrixSource(rows), Execution(threads: 1, isCancelled: { false }))
    for k in slopes.indices {
      var mean = means[row: k]
      var weight = weights[row: k]
      for i in 0..<rows.rows {
        weight[i] = posterior[i, k]
        mean[i] = predictors.indices.reduce(responseMeans[k]) {
          $0 + slopes[k][$1] * (rows[i, $1] - predictorMeans[k][$1])
        }
      }
    }
  }
}

/// A model's columns of data that may lack all but the predictors: the others are 0.
private struct PredictorSource: DataSource {
  let base: any DataSource
  let columnNames: [String]
  /// Where each column stands in the data; `nil` for what is not read.
  let positions: [Int?]

  var rows: Int { base.rows }
  var columnLevels: ColumnLevels { base.columnLevels.selecting(columnNames) }
  func location(ofRow row: Int) -> String { base.location(ofRow: row) }

  init(_ data: any DataSource, columnNames: [String], used: [Int]) throws {
    (base, self.columnNames) = (data, columnNames)
    let given = data.columnNames
    let missing = used.filter { !given.contains(columnNames[$0]) }
    // Names that matrices get are none.
    let isUnnamed = given == given.indices.map { "x\($0 + 1)" }
    if !missing.isEmpty && isUnnamed && given.count == columnNames.count {
      positions = columnNames.indices.map { used.contains($0) ? $0 : nil }
      return
    }
    guard missing.isEmpty else { throw lacking(missing.map { columnNames[$0] }, among: given) }
    positions = columnNames.indices.map {
      used.contains($0) ? given.firstIndex(of: columnNames[$0]) : nil
    }
  }

  func read(_ range: Range<Int>, into buffer: inout BlockBuffer) throws {
    var whole = BlockBuffer(columns: base.columns, capacity: range.count)
    try base.read(range, into: &whole)
    buffer.begin(range)
    let block = whole.block
    for (j, position) in positions.enumerated() {
      guard let position else {
        buffer.withColumn(j) { lanes in for i in lanes.indices { lanes[i] = 0 } }
        continue
      }
      let values = block.column(position)
      buffer.withColumn(j) { lanes in for i in values.indices { lanes[i] = values[i] } }
    }
  }
}
