import Emulsion

/// Where the parts of a regression stand in the data, and the coordinates it works in: predictors in
/// their frame, a Gaussian response centred and scaled as well.
struct Design: Sendable {
  let columnNames: [String]
  let response: Int
  /// Whether the response's logarithm is what is modelled. Densities are still those of the response itself.
  let isLogarithmic: Bool
  /// Whether the response is one of two texts.
  let isText: Bool
  let trials: Int?
  let offsets: [PlacedArithmetic]
  var predictors: Predictors
  var frame = Frame()

  struct Frame: Sendable, Codable, Hashable {
    var centre = 0.0
    var scale = 1.0
  }

  /// Number of coefficients p.
  var width: Int { predictors.width }

  /// - Throws: `invalid-data` for missing columns.
  init(
    _ definition: Regression, columnNames: [String], _ texts: ColumnLevels,
    _ predictors: Predictors
  ) throws {
    isText = definition.model.response.map { texts[$0] != nil } ?? false
    self.columnNames = columnNames
    response = try position(of: definition.model.response ?? "", in: columnNames)
    isLogarithmic = definition.model.isLogarithmic
    trials = try definition.trials.map { try position(of: $0, in: columnNames) }
    offsets = try definition.offsets.map { try PlacedArithmetic($0, in: columnNames) }
    self.predictors = predictors
  }

  /// Writes response, trials and offset of every row into three rows of lanes.
  func writeResponse(_ block: borrowing Block, into lanes: inout LaneMatrix) {
    let rows = block.rows
    let y = block.column(response)
    var values = lanes[row: 0]
    let factor = 1 / frame.scale
    if isLogarithmic {
      for i in 0..<rows { values[i] = (Elementary.log(y[i]) - frame.centre) * factor }
    } else {
      for i in 0..<rows { values[i] = (y[i] - frame.centre) * factor }
    }
    var counts = lanes[row: 1]
    for i in 0..<rows { counts[i] = 1 }
    if let trials {
      let column = block.column(trials)
      for i in 0..<rows { counts[i] = column[i] }
    }
    var sum = lanes[row: 2]
    for i in 0..<rows { sum[i] = 0 }
    for offset in offsets {
      let values = offset.values(block)
      for i in 0..<rows { sum[i] += values[i] * factor }
    }
  }

  /// Writes ln |dη/dy|, η being in the frame, given what ``writeResponse(_:into:)`` made of y.
  func writeLogJacobian(of response: Span<Double>, into lanes: inout MutableSpan<Double>) {
    let constant = -Elementary.log(frame.scale)
    for i in response.indices {
      lanes[i] = constant - (isLogarithmic ? frame.centre + frame.scale * response[i] : 0)
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
    if j == response && isText { return .binary }
    if j == response { return isLogarithmic ? .positive : distribution.support }
    if j == trials { return .counts }
    return predictors.domain(ofColumn: j)
      ?? offsets.lazy.compactMap { $0.domain(ofColumn: j) }.first ?? .real
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
      definition, columnNames: names, context.data.columnLevels,
      Predictors(definition.model, in: context))
    try context.check(
      names.indices.map { support(ofColumn: $0, distribution) }, family: definition.name)
    if distribution.hasTrials { try refuseImpossible(in: context) }
    guard distribution.hasDeviation else { return }
    let (mean, spread) = try responseMoments(in: context)
    guard spread > 0, spread.isFinite else {
      throw EmulsionError(
        .degenerate,
        "the response \"\(columnNames[response])\" is constant; there is nothing to be explained")
    }
    frame.scale = spread
    if predictors.hasIntercept { frame.centre = mean }
  }

  /// Mean and standard deviation of the response, or of its logarithm.
  private func responseMoments(in context: FamilyContext) throws -> (mean: Double, spread: Double) {
    let summary = context.summary
    guard isLogarithmic else {
      return (summary.means[response], summary.standardDeviations[response])
    }
    let first = try context.sums(count: 2) { block, weights, sums in
      let y = block.column(response)
      for i in weights.indices where weights[i] > 0 {
        sums[0] += weights[i]
        sums[1] += weights[i] * Elementary.log(y[i])
      }
    }
    let mean = first[1] / first[0]
    let second = try context.sums(count: 1) { block, weights, sums in
      let y = block.column(response)
      for i in weights.indices where weights[i] > 0 {
        let t = Elementary.log(y[i]) - mean
        sums[0] += weights[i] * t * t
      }
    }
    let spread = (second[0] / first[0]).squareRoot()
    return (mean, spread > 64 * Double.ulpOfOne * abs(mean) ? spread : 0)
  }

  /// Refuses more successes than trials.
  private func refuseImpossible(in context: FamilyContext) throws {
    _ = try context.sums(count: 0) { block, weights, _ in
      let y = block.column(response)
      for i in weights.indices where weights[i] > 0 {
        let most = trials.map { block.column($0)[i] } ?? 1
        guard y[i] > most else { continue }
        let place = context.data.location(ofRow: block.rowID(i))
        let successes = "\(place): \(y[i].formatted(significant: 15)) successes in column "
        let name = "\"\(columnNames[response])\""
        throw EmulsionError(
          .invalidData,
          trials.map {
            successes + name + ", but only \(most.formatted(significant: 15)) trials in column "
              + "\"\(columnNames[$0])\""
          } ?? successes + name
            + " of one trial; the option trials names the column of numbers of trials")
      }
    }
  }
}
