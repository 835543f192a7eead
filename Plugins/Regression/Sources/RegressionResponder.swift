import Emulsion

/// The response that regressions expect of rows, in the units of the data.
struct RegressionResponder: Responder {
  private let family: RegressionFamily
  /// K × p, in the frame.
  private let coefficients: [Double]
  private let deviations: [Double]
  private let weights: [Double]
  let predictors: [Int]
  var response: Int { family.design.response }

  /// - Throws: `invalid-data` where columns are missing.
  init(
    _ family: RegressionFamily, _ components: [RegressionComponent], weights: [Double]
  ) throws {
    self.family = family
    coefficients = components.flatMap(\.coefficients)
    deviations = components.map(\.deviation)
    self.weights = weights
    let definition = family.definition
    let names =
      family.design.predictors.terms.flatMap(\.columns) + definition.offsets.flatMap(\.columns)
      + [definition.trials].compactMap { $0 }
    predictors = try names.uniqued.map { try position(of: $0, in: family.design.columnNames) }
  }

  func respond(to block: borrowing Block, means: inout LaneMatrix, weights: inout LaneMatrix) {
    let rows = block.rows
    let design = family.design
    var terms = LaneMatrix(rows: design.width, lanes: rows)
    design.predictors.write(block, into: &terms)
    // Response, trials, offset.
    var known = LaneMatrix(rows: 3, lanes: rows)
    design.writeResponse(block, into: &known)
    for k in self.weights.indices {
      let offset = known.lanes(2, rows)
      var row = means[row: k]
      for i in 0..<rows { row[i] = offset[i] }
    }
    means.add(coefficients, times: terms, count: rows)
    for k in self.weights.indices {
      let trials = known.lanes(1, rows)
      var row = means[row: k]
      for i in 0..<rows {
        let mean = family.distribution.mean(predictor: row[i], trials: trials[i])
        row[i] = design.frame.centre + design.frame.scale * mean
        guard design.isLogarithmic else { continue }
        // The mean of what has a normal logarithm.
        let deviation = design.frame.scale * deviations[k]
        row[i] = Elementary.exp(row[i] + 0.5 * deviation * deviation)
      }
    }
    for (k, weight) in self.weights.enumerated() {
      var row = weights[row: k]
      for i in 0..<rows { row[i] = weight }
    }
  }
}

extension GaussianResponse {
  func mean(predictor eta: Double, trials n: Double) -> Double { eta }
}

extension PoissonResponse {
  func mean(predictor eta: Double, trials n: Double) -> Double { Elementary.exp(eta) }
}

extension BinomialResponse {
  func mean(predictor eta: Double, trials n: Double) -> Double { n / (1 + Elementary.exp(-eta)) }
}

extension RegressionFamily {
  /// Coefficients times predictors.
  public func responder(_ components: [RegressionComponent], weights: [Double]) throws
    -> (any Responder)?
  { try RegressionResponder(self, components, weights: weights) }

  /// Itself with all columns; nothing where the response is left out, since its density integrates to 1
  /// whatever the predictors are.
  ///
  /// - Throws: `invalid-option` where predictors are left out.
  public func marginal(of components: [RegressionComponent], columns: [Int]) throws
    -> (any ComponentSet)?
  {
    guard columns.contains(design.response) else { return nil }
    guard columns == Array(0..<dimension) else {
      throw EmulsionError.needsPredictors(design.columnNames[design.response])
    }
    return FamilyComponents(family: self, components: components)
  }
}
