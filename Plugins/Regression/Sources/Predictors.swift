import Emulsion

/// The right side of a formula on given data: its terms, centred (where there is an intercept) and
/// scaled to unit deviation, so that powers and offsets of columns cost no digits.
struct Predictors: Sendable {
  let terms: [PlacedTerm]
  let hasIntercept: Bool
  /// Names of the coefficients, intercept first.
  let names: [String]
  /// What the coefficients are called in tables.
  var titles: [String] { hasIntercept ? ["intercept"] + names.dropFirst() : names }
  /// Where each term's zero lies, and its unit.
  var frame: Frame

  struct Frame: Sendable, Codable, Hashable {
    var centres: [Double]
    var scales: [Double]
    /// What categories and polynomials learned.
    var bases: FormulaBases?

    func fits(_ count: Int) -> Bool {
      centres.count == count && scales.count == count && centres.allSatisfy(\.isFinite)
        && scales.allSatisfy { $0 > 0 && $0.isFinite }
    }
  }

  /// Number of coefficients p.
  var width: Int { terms.count + first }
  private var first: Int { hasIntercept ? 1 : 0 }

  /// - Throws: `invalid-data` for missing columns.
  init(_ formula: Formula, columnNames: [String], _ texts: ColumnLevels, frame: Frame) throws {
    try self.init(formula, columnNames: columnNames, texts, frame.bases ?? FormulaBases())
    guard frame.fits(terms.count) else {
      throw EmulsionError(.invalidData, "the regression's frame doesn't fit its formula")
    }
    self.frame = frame
  }

  private init(
    _ formula: Formula, columnNames: [String], _ texts: ColumnLevels, _ bases: FormulaBases
  ) throws {
    terms = try formula.terms.flatMap {
      try PlacedTerm.all($0, full: formula.fullCategories(of: $0), bases, in: columnNames, texts)
    }
    hasIntercept = formula.hasIntercept
    names = (hasIntercept ? ["1"] : []) + terms.map(\.name)
    frame = Frame(
      centres: Array(repeating: 0, count: terms.count),
      scales: Array(repeating: 1, count: terms.count), bases: bases.isEmpty ? nil : bases)
  }

  /// Measures terms from 0.
  mutating func uncentre() { frame.centres = frame.centres.map { _ in 0 } }

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

  /// Coefficients in the units of the data, intercept first, of a linear predictor that is measured
  /// from `centre` in units of `scale`.
  func fromFrame(_ coefficients: [Double], centre: Double = 0, scale: Double = 1) -> [Double] {
    var result = terms.indices.map { scale * coefficients[first + $0] / frame.scales[$0] }
    guard hasIntercept else { return result }
    let shift = zip(result, frame.centres).reduce(0) { $0 + $1.0 * $1.1 }
    result.insert(centre + scale * coefficients[0] - shift, at: 0)
    return result
  }

  /// Coefficients in the frame, from those in the units of the data.
  func toFrame(_ coefficients: [Double], centre: Double = 0, scale: Double = 1) -> [Double] {
    var result = terms.indices.map { coefficients[first + $0] * frame.scales[$0] / scale }
    guard hasIntercept else { return result }
    let shift = zip(coefficients.dropFirst(), frame.centres).reduce(0) { $0 + $1.0 * $1.1 }
    result.insert((coefficients[0] + shift - centre) / scale, at: 0)
    return result
  }

  /// The numbers that column `j` may hold.
  func domain(ofColumn j: Int) -> Support? {
    terms.lazy.compactMap { $0.domain(ofColumn: j) }.first
  }
}

extension Predictors {
  /// The predictors of given data with their frame; checks that they determine coefficients.
  ///
  /// - Throws: `degenerate` for constant or collinear terms.
  init(_ formula: Formula, in context: FamilyContext) throws {
    let names = context.data.columnNames
    try self.init(
      formula, columnNames: names, context.data.columnLevels, FormulaBases(formula, in: context))
    try context.check(
      names.indices.map { domain(ofColumn: $0) ?? .real }, family: "regression")
    let sums = try moments(in: context, power: 1)
    let total = sums[terms.count]
    if hasIntercept { frame.centres = terms.indices.map { sums[$0] / total } }
    let squares = try moments(in: context, power: 2)
    for (q, term) in terms.enumerated() {
      let deviation = (squares[q] / total).squareRoot()
      guard deviation > 64 * Double.ulpOfOne * abs(frame.centres[q]), deviation.isFinite else {
        throw EmulsionError(
          .degenerate,
          "the term \(term.name) is constant\(hasIntercept ? ", as the intercept is" : "");"
            + " leave it out")
      }
      frame.scales[q] = deviation
    }
    try refuseCollinear(in: context)
  }

  /// Σ w (t − centre)^power of every term, then Σ w.
  private func moments(in context: FamilyContext, power: Int) throws -> [Double] {
    try context.sums(count: terms.count + 1) { block, weights, sums in
      var lanes = LaneMatrix(rows: 1, lanes: block.rows)
      for (q, term) in terms.enumerated() {
        var values = lanes[row: 0]
        term.write(block, into: &values)
        for i in weights.indices {
          // Arithmetic on several columns has no domain of its own.
          guard values[i].isFinite || !(weights[i] > 0) else {
            throw EmulsionError(
              .invalidData,
              "\(context.data.location(ofRow: block.rowID(i))): the term \(term.name) is no finite number"
            )
          }
          let t = values[i] - frame.centres[q]
          sums[q] += weights[i] * (power == 1 ? t : t * t)
        }
      }
      for i in weights.indices { sums[terms.count] += weights[i] }
    }
  }

  private func refuseCollinear(in context: FamilyContext) throws {
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
    guard context.summary.weightedRows > p else {
      throw EmulsionError(
        .degenerate,
        "\(context.summary.weightedRows) rows cannot determine \(p) coefficients and more; use "
          + "fewer terms")
    }
    // The more columns, the smaller the smallest pivot.
    func areCollinear(_ q: Int) -> Bool {
      let packed = (0..<q).flatMap { a in (a..<q).map { sums[a * p + $0] } }
      let pivot = NormalEquations.solve(packed, Array(repeating: 0, count: q))?.smallestPivot ?? 0
      return pivot < 64 * Double(p) * Double.ulpOfOne
    }
    guard p > 0, areCollinear(p) else { return }
    var (independent, collinear) = (0, p)
    while collinear - independent > 1 {
      let middle = (independent + collinear) / 2
      if areCollinear(middle) { collinear = middle } else { independent = middle }
    }
    let others = names.prefix(collinear - 1)
    throw EmulsionError(
      .degenerate,
      "the term \(names[collinear - 1]) is a linear combination of "
        + others.prefix(12).joined(separator: ", ")
        + (others.count > 12 ? ", … (\(others.count) in all)" : "") + "; leave one of them out")
  }
}
