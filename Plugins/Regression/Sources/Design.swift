import Emulsion

/// Where the parts of a regression stand in the data, and the coordinates it works in: predictors in
/// their frame, a Gaussian response centred and scaled as well.
struct Design: Sendable {
  let columnNames: [String]
  let response: Int
  let trials: Int?
  let offset: PlacedTerm?
  var predictors: Predictors
  var frame = Frame()

  struct Frame: Sendable, Codable, Hashable {
    var centre = 0.0
    var scale = 1.0
  }

  /// Number of coefficients p.
  var width: Int { predictors.width }

  /// - Throws: `invalid-data` for missing columns.
  init(_ definition: Regression, columnNames: [String], _ predictors: Predictors) throws {
    self.columnNames = columnNames
    response = try position(of: definition.model.response ?? "", in: columnNames)
    trials = try definition.trials.map { try position(of: $0, in: columnNames) }
    offset = try definition.offsetTerm.map { try PlacedTerm($0, in: columnNames) }
    self.predictors = predictors
  }

  /// Writes response, trials and offset of every row into three rows of lanes.
  func writeResponse(_ block: borrowing Block, into lanes: inout LaneMatrix) {
    let rows = block.rows
    let y = block.column(response)
    var values = lanes[row: 0]
    let factor = 1 / frame.scale
    for i in 0..<rows { values[i] = (y[i] - frame.centre) * factor }
    var counts = lanes[row: 1]
    for i in 0..<rows { counts[i] = 1 }
    if let trials {
      let column = block.column(trials)
      for i in 0..<rows { counts[i] = column[i] }
    }
    var offsets = lanes[row: 2]
    if let offset {
      offset.write(block, into: &offsets)
      for i in 0..<rows { offsets[i] *= factor }
    } else {
      for i in 0..<rows { offsets[i] = 0 }
    }
  }

  /// Measures predictors and response from 0.
  mutating func uncentre() {
    frame.centre = 0
    predictors.uncentre()
  }

  /// Coefficients in the units of the data, intercept first, from those in the frame.
  func fromFrame(_ coefficients: [Double]) -> [Double] {
    predictors.fromFrame(coefficients, centre: frame.centre, scale: frame.scale)
  }

  /// Coefficients in the frame, from those in the units of the data.
  func toFrame(_ coefficients: [Double]) -> [Double] {
    predictors.toFrame(coefficients, centre: frame.centre, scale: frame.scale)
  }

  /// The numbers that column `j` may hold.
  func support(ofColumn j: Int, _ distribution: any Response) -> Support {
    if j == response { return distribution.support }
    if j == trials { return .counts }
    return predictors.domain(ofColumn: j) ?? offset?.domain(ofColumn: j) ?? .real
  }
}

extension Design {
  /// The design of given data, with its frame.
  ///
  /// - Throws: `invalid-data` for more successes than trials, `degenerate` for a constant response or
  ///   terms that determine no coefficients.
  init(_ definition: Regression, _ distribution: any Response, in context: FamilyContext) throws {
    let names = context.data.columnNames
    try self.init(
      definition, columnNames: names, Predictors(definition.model, columnNames: names))
    try context.check(
      names.indices.map { support(ofColumn: $0, distribution) }, family: definition.name)
    try refuseImpossible(in: context)
    predictors = try Predictors(definition.model, in: context)
    guard distribution.hasDeviation else { return }
    let spread = context.summary.standardDeviations[response]
    guard spread > 0, spread.isFinite else {
      throw EmulsionError(
        .degenerate,
        "the response \"\(columnNames[response])\" is constant; there is nothing to be explained")
    }
    frame.scale = spread
    if predictors.hasIntercept { frame.centre = context.summary.means[response] }
  }

  private func refuseImpossible(in context: FamilyContext) throws {
    guard let trials else { return }
    _ = try context.sums(count: 0) { block, weights, _ in
      let (y, n) = (block.column(response), block.column(trials))
      for i in weights.indices where weights[i] > 0 && y[i] > n[i] {
        throw EmulsionError(
          .invalidData,
          "\(context.data.location(ofRow: block.rowID(i))): \(y[i].formatted(significant: 15)) "
            + "successes in column \"\(columnNames[response])\", but only "
            + "\(n[i].formatted(significant: 15)) trials in column \"\(columnNames[trials])\"")
      }
    }
  }
}
