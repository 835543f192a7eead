import Emulsion

/// Where the parts of a regression stand in the data, and the coordinates it works in.
///
/// Predictors are centred (where there is an intercept) and scaled to unit deviation, a Gaussian
/// response as well, so that powers and offsets of columns cost no digits.
struct Design: Sendable {
  let columnNames: [String]
  let response: Int
  let trials: Int?
  let terms: [PlacedTerm]
  let offset: PlacedTerm?
  let hasIntercept: Bool
  /// Centre and scale of every term, and of the response.
  var frame: Frame

  struct Frame: Sendable, Codable, Hashable {
    var centres: [Double]
    var scales: [Double]
    var responseCentre = 0.0
    var responseScale = 1.0
  }

  /// Number of coefficients p.
  var width: Int { terms.count + (hasIntercept ? 1 : 0) }
  private var first: Int { hasIntercept ? 1 : 0 }

  /// - Throws: `invalid-data` for missing columns.
  init(_ definition: Regression, columnNames: [String], frame: Frame? = nil) throws {
    self.columnNames = columnNames
    response = try position(of: definition.model.response ?? "", in: columnNames)
    trials = try definition.trials.map { try position(of: $0, in: columnNames) }
    terms = try definition.model.terms.map { try PlacedTerm($0, in: columnNames) }
    offset = try definition.offsetTerm.map { try PlacedTerm($0, in: columnNames) }
    hasIntercept = definition.model.hasIntercept
    self.frame =
      frame
      ?? Frame(
        centres: Array(repeating: 0, count: terms.count),
        scales: Array(repeating: 1, count: terms.count))
  }

  /// Writes the predictors of every row: ones, then the terms in the frame.
  func write(_ block: borrowing Block, into lanes: inout LaneMatrix) {
    let rows = block.rows
    if hasIntercept {
      var ones = lanes[row: 0]
      for i in 0..<rows { ones[i] = 1 }
    }
    for (q, term) in terms.enumerated() {
      var values = lanes[row: first + q]
      term.write(block, into: &values)
      let (centre, factor) = (frame.centres[q], 1 / frame.scales[q])
      for i in 0..<rows { values[i] = (values[i] - centre) * factor }
    }
  }

  /// Writes response, trials and offset of every row into three rows of lanes.
  func writeResponse(_ block: borrowing Block, into lanes: inout LaneMatrix) {
    let rows = block.rows
    let y = block.column(response)
    var values = lanes[row: 0]
    let factor = 1 / frame.responseScale
    for i in 0..<rows { values[i] = (y[i] - frame.responseCentre) * factor }
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

  /// Coefficients in the units of the data, intercept first, from those in the frame.
  func fromFrame(_ coefficients: [Double]) -> [Double] {
    let scale = frame.responseScale
    var result = (0..<terms.count).map { scale * coefficients[first + $0] / frame.scales[$0] }
    guard hasIntercept else { return result }
    let shift = zip(result, frame.centres).reduce(0) { $0 + $1.0 * $1.1 }
    result.insert(frame.responseCentre + scale * coefficients[0] - shift, at: 0)
    return result
  }

  /// Coefficients in the frame, from those in the units of the data.
  func toFrame(_ coefficients: [Double]) -> [Double] {
    let scale = frame.responseScale
    var result = (0..<terms.count).map { coefficients[first + $0] * frame.scales[$0] / scale }
    guard hasIntercept else { return result }
    let shift = zip(coefficients.dropFirst(), frame.centres).reduce(0) { $0 + $1.0 * $1.1 }
    result.insert((coefficients[0] + shift - frame.responseCentre) / scale, at: 0)
    return result
  }

  /// The numbers that column `j` may hold.
  func support(ofColumn j: Int, _ distribution: any Response) -> Support {
    if j == response { return distribution.support }
    if j == trials { return .counts }
    return terms.lazy.compactMap { $0.domain(ofColumn: j) }.first
      ?? offset?.domain(ofColumn: j) ?? .real
  }
}

extension Design {
  /// The design of given data, with its frame; checks that the predictors determine coefficients.
  ///
  /// - Throws: `invalid-data` for more successes than trials, `degenerate` for constant or collinear
  ///   terms.
  init(_ definition: Regression, _ distribution: any Response, in context: FamilyContext) throws {
    try self.init(definition, columnNames: context.data.columnNames)
    try refuseImpossible(in: context)
    let means = try moments(in: context, power: 1)
    let total = means[terms.count + 1]
    if hasIntercept {
      frame.centres = terms.indices.map { means[$0] / total }
      if distribution.hasDeviation { frame.responseCentre = means[terms.count] / total }
    }
    let squares = try moments(in: context, power: 2).map { ($0 / total).squareRoot() }
    for (q, term) in terms.enumerated() {
      guard squares[q] > 64 * Double.ulpOfOne * abs(frame.centres[q]), squares[q].isFinite else {
        throw EmulsionError(
          .degenerate,
          "the term \(term.term.name) is constant\(hasIntercept ? ", as the intercept is" : "");"
            + " leave it out")
      }
      frame.scales[q] = squares[q]
    }
    let spread = squares[terms.count]
    if distribution.hasDeviation {
      guard spread > 0, spread.isFinite else {
        throw EmulsionError(
          .degenerate,
          "the response \"\(columnNames[response])\" is constant; there is nothing "
            + "to be explained")
      }
      frame.responseScale = spread
    }
    try refuseCollinear(definition, in: context)
  }

  /// Σ w (t − centre)^power of every term and of the response, then Σ w.
  private func moments(in context: FamilyContext, power: Int) throws -> [Double] {
    let count = terms.count
    return try context.sums(count: count + 2) { block, weights, sums in
      var lanes = LaneMatrix(rows: 1, lanes: block.rows)
      for q in 0...count {
        var values = lanes[row: 0]
        var centre = frame.responseCentre
        if q < count {
          terms[q].write(block, into: &values)
          centre = frame.centres[q]
        } else {
          let y = block.column(response)
          for i in y.indices { values[i] = y[i] }
        }
        for i in weights.indices {
          let t = values[i] - centre
          sums[q] += weights[i] * (power == 1 ? t : t * t)
        }
      }
      for i in weights.indices { sums[count + 1] += weights[i] }
    }
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

  private func refuseCollinear(_ definition: Regression, in context: FamilyContext) throws {
    let p = width
    let sums = try context.sums(count: p * p) { block, weights, sums in
      var lanes = LaneMatrix(rows: p, lanes: block.rows)
      write(block, into: &lanes)
      for a in 0..<p {
        for b in a..<p {
          let (x, y) = (lanes.lanes(a, block.rows), lanes.lanes(b, block.rows))
          for i in weights.indices { sums[a * p + b] += weights[i] * x[i] * y[i] }
        }
      }
    }
    let names = definition.model.coefficientNames
    guard context.summary.weightedRows > p else {
      throw EmulsionError(
        .degenerate,
        "\(context.summary.weightedRows) rows cannot determine \(p) coefficients and more; use "
          + "fewer terms")
    }
    for q in 1..<max(2, p + 1) where q <= p {
      let packed = (0..<q).flatMap { a in (a..<q).map { sums[a * p + $0] } }
      let pivot = NormalEquations.solve(packed, Array(repeating: 0, count: q))?.smallestPivot ?? 0
      guard pivot < 64 * Double(p) * Double.ulpOfOne else { continue }
      throw EmulsionError(
        .degenerate,
        "the term \(names[q - 1]) is a linear combination of \(names[..<(q - 1)].joined(separator: ", "))"
          + "; leave one of them out")
    }
  }
}
