import Emulsion
import EmulsionData
import EmulsionTestKit
import TestReferences
import Testing

/// Fits to data of which a fifth of the cells are missing at random.
@Suite struct MissingCellTests {
  /// The data set without a fifth of its cells.
  private static func data(_ name: String, columns: Int) throws -> Matrix {
    let table = try DataSets.table(named: name)
    var rows = try table.drop(table.names.contains("label") ? ["label"] : ["class"]).matrix()
    rows = Matrix(
      rows: rows.rows, columns: columns,
      values: (0..<rows.rows).flatMap {
        Array(rows.row($0)[..<(rows.row($0).startIndex + columns)])
      })
    var random = CounterRandom(seed: 5)
    return rows.mapped { value, _ in random.uniform() < 0.2 ? .nan : value }
  }

  private static func fitted(
    _ rows: Matrix, weights: [Double]? = nil, _ change: (inout FitOptions) -> Void = { _ in }
  ) throws -> Model {
    try fit(MatrixSource(rows, weights: weights)) {
      $0.takesMissing = true
      $0.initializer = GivenLabels((0..<rows.rows).map { $0 * 3 / rows.rows })
      change(&$0)
    }
  }

  @Test(arguments: covarianceNames)
  func likelihoodIsThatOfWhatWasObserved(covariance: String) throws {
    let rows = try Self.data("iris", columns: 4)
    let model = try Self.fitted(rows) { $0.covariance = covariance }
    let direct = try Plain(of: model).logDensities(rows)
    #expect(areClose(direct.reduce(0, +), model.logLikelihood, 1e-9))
    for (a, b) in zip(direct, try model.logDensity(MatrixSource(rows))) {
      #expect(abs(a - b) <= 1e-9 * max(1, abs(a)))
    }
    #expect(model.firstFall == nil)
    let missing = try #require(model.missing)
    #expect(missing.cells == rows.values.count { $0.isNaN } && missing.patterns > 10)
  }

  @Test(arguments: [("iris", 4), ("wine", 6)])
  func estimatesAreThoseOfPlainEM(name: String, columns: Int) throws {
    let rows = try Self.data(name, columns: columns)
    let start = try Self.fitted(rows)
    let model = try start.resume(MatrixSource(rows), iterations: 40)
    var plain = try Plain(of: start)
    for _ in 0..<40 { try plain.iterate(rows) }
    #expect(areClose(try plain.logDensities(rows).reduce(0, +), model.logLikelihood, 1e-9))
    let means = try #require(model.means)
    for (a, b) in zip(plain.means.joined(), means.values) { #expect(areClose(a, b, 1e-6)) }
    for (k, covariance) in try #require(model.covariances).enumerated() {
      for i in 0..<columns {
        for j in 0..<columns {
          let scale = (covariance[i, i] * covariance[j, j]).squareRoot()
          #expect(abs(plain.covariances[k][i, j] - covariance[i, j]) <= 1e-6 * scale)
        }
      }
    }
  }

  @Test(arguments: ["full", "VEV", "diagonal", "spherical"])
  func weightsThreadsAndOrderAreAsWithout(covariance: String) throws {
    let rows = try Self.data("iris", columns: 4)
    func model(_ rows: Matrix, _ weights: [Double]?, _ labels: [Int], threads: Int) throws -> Model
    {
      try Self.fitted(rows, weights: weights) {
        $0.covariance = covariance
        $0.initializer = GivenLabels(labels)
        $0.threads = threads
        ($0.maximumIterations, $0.tolerance) = (15, 0)
      }
    }
    let (labels, order) = ((0..<150).map { $0 / 50 }, (0..<150).flatMap { [$0, $0, $0] })
    let copies = try model(rows.rows(order), nil, order.map { labels[$0] }, threads: 1)
    let weights = [Double](repeating: 3, count: 150)
    let weighted = try model(rows, weights, labels, threads: 1)
    #expect(areClose(copies.logLikelihood, weighted.logLikelihood, 1e-9))
    let others = try model(rows, weights, labels, threads: 2)
    #expect(others.trace == weighted.trace && others.means == weighted.means)
  }

  @Test func withoutMissingCellsNothingChanges() throws {
    let data = MatrixSource(clusters(300, columns: 3, components: 3))
    let (with, without) = (try fit(data) { $0.takesMissing = true }, try fit(data))
    #expect(with.trace == without.trace && with.means == without.means)
    #expect(with.missing?.cells == 0 && without.missing == nil)
  }

  @Test func rowsWithoutAnyValueAreKept() throws {
    var rows = try Self.data("iris", columns: 4)
    for j in 0..<4 { rows[7, j] = .nan }
    let model = try Self.fitted(rows)
    let n = Double(150 - (0..<150).count { i in rows.row(i).allSatisfy(\.isNaN) })
    #expect(
      areClose(
        model.bic, -2 * model.logLikelihood + Double(model.freeParameters) * logarithm(n), 1e-12))
    #expect(abs(try model.logDensity(MatrixSource(rows))[7]) < 1e-12)
    let posterior = try model.posterior(MatrixSource(rows))
    for (a, b) in zip(posterior.row(7), model.weights) { #expect(areClose(a, b, 1e-12)) }
  }

  @Test func imputedCellsAreConditionalMeans() throws {
    let rows = try Self.data("iris", columns: 4)
    let model = try Self.fitted(rows)
    let filled = try model.imputed(MatrixSource(rows))
    let plain = try Plain(of: model)
    for i in 0..<150 {
      let own = try plain.expected(Array(rows.row(i)))
      for j in 0..<4 { #expect(areClose(filled[i, j], own[j], 1e-8)) }
    }
    let draws = try model.imputed(MatrixSource(rows), draws: true, seed: 2)
    #expect(draws.values.allSatisfy(\.isFinite) && draws != filled)
    #expect(try draws == model.imputed(MatrixSource(rows), draws: true, seed: 2, threads: 1))
  }

  @Test func columnWithoutValuesIsNamed() throws {
    var rows = try Self.data("iris", columns: 4)
    for i in 0..<150 { rows[i, 2] = .nan }
    let error = #expect(throws: EmulsionError.self) { try Self.fitted(rows) }
    #expect(error?.message.contains("\"x3\"") == true)
  }
}

extension Model {
  /// Goes on for some iterations.
  fileprivate func resume(_ data: MatrixSource, iterations: Int) throws -> Model {
    var options = FitOptions()
    (options.maximumIterations, options.tolerance) = (iterations, 0)
    return try resume(data, options)
  }
}

/// EM for full covariances with missing cells, row by row as the books have it.
private struct Plain {
  var weights: [Double]
  var means: [[Double]]
  var covariances: [Matrix]

  init(of model: Model) throws {
    weights = model.weights
    let matrix = try #require(model.means)
    means = (0..<matrix.rows).map { Array(matrix.row($0)) }
    covariances = try #require(model.covariances)
  }

  /// ln p(xₒ|k), E(x|xₒ, k) and Cov(x|xₒ, k).
  private func given(_ row: [Double], _ k: Int) -> (Double, [Double], Matrix) {
    let swept = SweptRow(row, mean: means[k], scale: covariances[k])
    return (swept.gaussianLogDensity, swept.expected, swept.rest)
  }

  private func posterior(_ row: [Double]) -> (Double, [Double]) {
    let joint = weights.indices.map { logarithm(weights[$0]) + given(row, $0).0 }
    let top = joint.max() ?? 0
    let total = top + logarithm(joint.reduce(0) { $0 + power($1 - top) })
    return (total, joint.map { power($0 - total) })
  }

  func logDensities(_ rows: Matrix) throws -> [Double] {
    (0..<rows.rows).map { posterior(Array(rows.row($0))).0 }
  }

  func expected(_ row: [Double]) throws -> [Double] {
    let shares = posterior(row).1
    return row.indices.map { j in
      shares.indices.reduce(0) { $0 + shares[$1] * given(row, $1).1[j] }
    }
  }

  mutating func iterate(_ all: Matrix) throws {
    // Rows without any value say nothing, and would only slow it down.
    let rows = all.rows((0..<all.rows).filter { i in !all.row(i).allSatisfy(\.isNaN) })
    let d = rows.columns
    let shares = (0..<rows.rows).map { posterior(Array(rows.row($0))).1 }
    let old = self
    for k in weights.indices {
      let count = shares.reduce(0) { $0 + $1[k] }
      let filled = (0..<rows.rows).map { old.given(Array(rows.row($0)), k) }
      means[k] = (0..<d).map { j in
        filled.indices.reduce(0) { $0 + shares[$1][k] * filled[$1].1[j] } / count
      }
      for i in 0..<d {
        for j in 0..<d {
          covariances[k][i, j] =
            filled.indices.reduce(0) { sum, n in
              let (x, rest) = (filled[n].1, filled[n].2)
              return sum + shares[n][k]
                * ((x[i] - means[k][i]) * (x[j] - means[k][j]) + rest[i, j])
            } / count
        }
      }
      weights[k] = count / Double(rows.rows)
    }
  }
}
