import Emulsion

/// Whether densities of three and more columns integrate to 1, by Monte Carlo: no grid covers these.
extension FamilyTrial {
  func drawnDensityProblems() throws -> [String] {
    guard example.drawsRows else { throw NotChecked("no rows can be drawn") }
    let supports = (0..<family.traits.dimension).map { family.traits.support(ofColumn: $0) }
    let discrete = supports.count(where: \.isDiscrete)
    guard discrete == 0 || discrete == supports.count else {
      throw NotChecked("some columns are of whole numbers and some are not")
    }
    return try components.indices.compactMap { k in
      let rows = try draw(max(2_000, 2 * example.drawnRows), from: k)
      return try discrete > 0 ? patternProblem(rows, k) : ballProblem(rows, supports, k)
    }
  }

  /// The probability of the rows that half of the drawn ones repeat, against how often the other half has them.
  private func patternProblem(_ rows: Matrix, _ k: Int) throws -> String? {
    let half = rows.rows / 2
    var seen: [[Double]: Int] = [:]
    for i in 0..<half { seen[Array(rows.row(i)), default: 0] += 1 }
    let often = seen.filter { $0.value >= 10 }.keys.sorted { $0.lexicographicallyPrecedes($1) }
    let share =
      Double((half..<rows.rows).count { seen[Array(rows.row($0)), default: 0] >= 10 })
      / Double(rows.rows - half)
    guard share > 0.05 else { throw NotChecked("hardly any drawn row repeats another") }
    let patterns = Matrix(
      rows: often.count, columns: rows.columns, values: often.flatMap(\.self))
    let probability = try logDensities(of: patterns, under: [components[k]])
      .reduce(0) { $0 + Elementary.exp($1[0]) }
    let error = (share * (1 - share) / Double(rows.rows - half)).squareRoot()
    guard abs(probability - share) > 5 * error + 1e-3 else { return nil }
    return
      "the density of component \(k + 1) gives \(often.count.counted("row")) the probability \(probability), "
      + "but \(share) of the rows drawn from it are these"
  }

  /// ∫ over a ball about the middle, in deviations, of 1/volume = E[1/(volume·p)] over rows drawn from p: 1
  /// where p has the constant that it should (reciprocal importance sampling; Gelfand & Dey 1994).
  private func ballProblem(_ rows: Matrix, _ supports: [Support], _ k: Int) throws -> String? {
    let scales = supports.map(Scale.init)
    let places = (0..<rows.rows).map { i in
      supports.indices.map { j in scales[j].place(rows[i, j]) }
    }
    let half = rows.rows / 2
    guard let ball = Ball(places.prefix(half)), !isFlat(rows), !isSphere(rows) else {
      throw NotChecked("its rows do not fill the space of the columns")
    }
    let densities = try logDensities(of: rows, under: [components[k]])
    let terms = (half..<rows.rows).map { i in
      guard ball.contains(places[i]) else { return 0.0 }
      let stretch = supports.indices.reduce(0) { $0 + scales[$1].logStretch(rows[i, $1]) }
      return Elementary.exp(stretch - ball.logVolume - densities[i][0])
    }
    let n = Double(terms.count)
    let mean = terms.reduce(0, +) / n
    let error = (terms.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }).squareRoot() / n
    guard terms.count(where: { $0 > 0 }) >= 100, error < 0.1 * mean else {
      throw NotChecked("too few drawn rows lie about their middle")
    }
    guard abs(mean - 1) > 5 * error + 0.005 else { return nil }
    return
      "the density of component \(k + 1) integrates to about \(1 / mean), not to 1, as rows drawn from it tell"
  }

  /// Whether rows lie in a plane, such as shares of a whole.
  private func isFlat(_ rows: Matrix) -> Bool {
    Ball((0..<min(1_000, rows.rows)).map { Array(rows.row($0)) }[...]) == nil
  }

  /// Whether all rows are equally long: their density is one on the sphere.
  private func isSphere(_ rows: Matrix) -> Bool {
    func square(_ i: Int) -> Double {
      (0..<rows.columns).reduce(0) { $0 + rows[i, $1] * rows[i, $1] }
    }
    return (1..<rows.rows).allSatisfy { areClose(square($0), square(0), 1e-9) }
  }
}

extension Support {
  /// Whether it is of whole numbers.
  var isDiscrete: Bool {
    [0.5, 0.25, 0.123, 1.5, -1.5, 2.75].allSatisfy { !contains($0) }
  }
}

/// Where a column's numbers lie on the line of all reals.
private enum Scale {
  case real
  case logarithm
  case logit

  init(_ support: Support) {
    self = support.contains(-1.5) ? .real : support.contains(1.5) ? .logarithm : .logit
  }

  func place(_ x: Double) -> Double {
    switch self {
    case .real: x
    case .logarithm: Elementary.log(x, atLeast: -745)
    case .logit: Elementary.log(x / (1 - x), atLeast: -745)
    }
  }

  /// ln of the derivative of the place.
  func logStretch(_ x: Double) -> Double {
    switch self {
    case .real: 0
    case .logarithm: -Elementary.log(x, atLeast: -745)
    case .logit: -Elementary.log(x * (1 - x), atLeast: -745)
    }
  }
}

/// An ellipsoid of one and a half deviations about the mean of some places: so much is within the borders of
/// a uniform density too.
private struct Ball {
  let logVolume: Double
  private let centre: [Double]
  private let factor: Cholesky
  private static let square = 2.25

  /// `nil` where the places lie in a plane.
  init?(_ places: ArraySlice<[Double]>) {
    let (n, d) = (Double(places.count), places.first?.count ?? 0)
    let mean = (0..<d).map { j in places.reduce(0) { $0 + $1[j] } / n }
    var covariance = Matrix(rows: d, columns: d)
    for place in places {
      for a in 0..<d {
        for b in 0..<d { covariance[a, b] += (place[a] - mean[a]) * (place[b] - mean[b]) / n }
      }
    }
    guard let factor = Cholesky(covariance) else { return nil }
    // What rounding leaves of a plane is no volume.
    guard
      factor.logDeterminant
        > (0..<d).reduce(0, { $0 + Elementary.log(covariance[$1, $1], atLeast: -745) }) - 25
    else { return nil }
    (centre, self.factor) = (mean, factor)
    // π^(d/2) / Γ(d/2 + 1), by V(d) = 2π/d · V(d − 2).
    let unit = stride(from: d, to: 1, by: -2).reduce(d % 2 == 0 ? 1.0 : 2) {
      $0 * 2 * Double.pi / Double($1)
    }
    logVolume =
      Elementary.log(unit) + 0.5 * Double(d) * Elementary.log(Self.square)
      + 0.5 * factor.logDeterminant
  }

  func contains(_ place: [Double]) -> Bool {
    factor.square(of: zip(place, centre).map(-)) <= Self.square
  }
}
