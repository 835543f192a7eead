import Emulsion
import EmulsionData
import Foundation
import Testing

/// A covariance that is held up by the floor alone is told as such, whatever the structure, and makes no
/// log-likelihood fall.
@Suite struct CollapseLaws {
  private func binary(_ seed: UInt64) -> Matrix {
    var random = CounterRandom(seed: seed)
    return Matrix(
      rows: 60, columns: 3, values: (0..<180).map { _ in random.uniform() < 0.5 ? 0 : 1 })
  }

  /// Faithful and whether an eruption is long.
  private func faithful() throws -> Matrix {
    let table = try DataSets.table(named: "faithful")
    let rows = try table.matrix(["eruptions", "waiting"])
    return Matrix(
      rows: rows.rows, columns: 3,
      values: (0..<rows.rows).flatMap { Array(rows.row($0)) + [rows[$0, 0] > 3 ? 1 : 0] })
  }

  /// Iris and a dummy of one species.
  private func iris() throws -> Matrix {
    let table = try DataSets.table(named: "iris")
    let rows = try table.matrix(Array(table.numericNames.prefix(4)))
    return Matrix(
      rows: 150, columns: 5,
      values: (0..<150).flatMap { Array(rows.row($0)) + [$0 < 50 ? 1 : 0] })
  }

  private func check(_ data: Matrix, _ covariance: String, components: Int) throws {
    let fitted: Model
    do {
      fitted = try fit(MatrixSource(data)) {
        ($0.components, $0.covariance, $0.restarts) = (components, covariance, 3)
      }
    } catch let error as EmulsionError where error.code == .degenerate {
      return
    }
    for (before, after) in zip(fitted.trace, fitted.trace.dropFirst()) {
      #expect(after >= before - 1e-7 * max(1, abs(before)), "\(covariance) \(components)")
    }
    for j in 0..<data.columns {
      let column = data.column(j)
      let mean = column.reduce(0, +) / Double(column.count)
      let variance = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(column.count)
      let least = try #require(fitted.covariances).map { $0[j, j] }.min() ?? 0
      #expect(least > 1e-7 * variance || fitted.isDegenerate, "\(covariance) \(components)")
    }
  }

  @Test(arguments: CovarianceLaws.letters, 1...3 as ClosedRange<UInt64>)
  func binaryColumns(covariance: String, seed: UInt64) throws {
    for components in [2, 4] { try check(binary(seed), covariance, components: components) }
  }

  @Test(arguments: CovarianceLaws.letters)
  func binaryBesideContinuous(covariance: String) throws {
    for components in [2, 3] {
      try check(faithful(), covariance, components: components)
      try check(iris(), covariance, components: components)
    }
  }

  /// Whole numbers from 0 on, `levels` of them in each column.
  private func whole(levels: Int, columns: Int, rows: Int) -> Matrix {
    var random = CounterRandom(seed: 7)
    return Matrix(
      rows: rows, columns: columns,
      values: (0..<rows * columns).map { _ in (random.uniform() * Double(levels)).rounded(.down) })
  }

  /// What is listed as sound and converged stands at a maximum, not on the way to a collapse, and so does
  /// the winner. (A nested optimum that is kept for a larger model has no iterations, and says so.)
  @Test(arguments: [(4, 1, 200), (2, 3, 100), (5, 3, 200), (3, 2, 60)])
  func nothingOnTheWayToACollapseIsListed(levels: Int, columns: Int, rows: Int) throws {
    let data = MatrixSource(whole(levels: levels, columns: columns, rows: rows))
    var options = SelectionOptions()
    (options.components, options.covariances) = (Array(1...6), ["all"])
    let selection = try Catalogue.standard.select(data, options)
    #expect(selection.best.hasConverged)
    for model in selection.entries.compactMap(\.model)
    where !model.isDegenerate && model.hasConverged {
      let further = try? model.resume(data, FitOptions())
      let gain = (further?.logLikelihood ?? .infinity) - model.logLikelihood
      #expect(gain < 0.1, "\(model.covariance ?? "") \(model.weights.count)")
    }
  }

  @Test func theSoundModelWins() throws {
    var options = SelectionOptions()
    (options.components, options.covariances) = ([1, 2, 3], ["all"])
    let best = try Catalogue.standard.select(MatrixSource(faithful()), options).best
    #expect(abs(best.bic - 2349.818) < 0.01 && !best.isDegenerate)
  }

  /// The floor is a share of the covariance of all rows, and so the same after any linear map.
  @Test(arguments: ["full", "tied", "VEE", "EVV"])
  func theFloorFollowsALinearMap(covariance: String) throws {
    var random = CounterRandom(seed: 5)
    let data = Matrix(
      rows: 100, columns: 2,
      values: (0..<100).flatMap { i -> [Double] in
        let x = random.normal()
        return i < 60 ? [x, random.normal()] : [4 + x, 2 * x]
      })
    let map = Matrix(rows: 2, columns: 2, values: [3, -1, 0.2, 1e-2])
    let mapped = Small.product(data, map)
    func fitted(_ rows: Matrix) throws -> Model {
      try fit(MatrixSource(rows)) {
        ($0.components, $0.covariance) = (2, covariance)
        $0.initializer = GivenLabels((0..<100).map { $0 < 60 ? 0 : 1 })
      }
    }
    let (a, b) = (try fitted(data), try fitted(mapped))
    #expect(a.isDegenerate == b.isDegenerate && (a.isDegenerate || covariance != "full"))
    let expected = a.logLikelihood - 100 * logarithm(3e-2 + 0.2)
    #expect(abs(b.logLikelihood - expected) < 0.01)
  }

  @Test(arguments: ["EII", "VII", "EEI", "VEI", "EVI", "VVI"])
  func independentColumnsTakeTheirNumbersAlone(covariance: String) throws {
    var random = CounterRandom(seed: 6)
    let data = MatrixSource(
      Matrix(rows: 30, columns: 2000, values: (0..<60_000).map { _ in random.normal() }))
    let model = try fit(data) {
      ($0.components, $0.covariance, $0.restarts) = (2, covariance, 2)
    }
    #expect(model.covariance(ofComponent: 0)?.isDiagonal == true)
    let path = NSTemporaryDirectory() + "emulsion-wide-\(UInt64.random(in: 0 ... .max)).json"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try model.save(to: path)
    let size = try #require(
      try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
    #expect(size < 350_000)
    let loaded = try Catalogue.standard.load(path: path)
    #expect(try loaded.logDensity(data) == model.logDensity(data))
  }

  @Test(arguments: ["full", "tied", "EVE"])
  func fewRowsAreRefused(covariance: String) throws {
    let data = MatrixSource(clusters(20, columns: 20, components: 2))
    let error = #expect(throws: EmulsionError.self) {
      try fit(data) { ($0.components, $0.covariance) = (2, covariance) }
    }
    #expect(error?.message.hasPrefix("20 rows cannot determine") == true)
  }

  @Test func weightsThatSumToOneAreNamed() throws {
    let rows = clusters(300, columns: 2, components: 2)
    let data = MatrixSource(rows, weights: Array(repeating: 1.0 / 300, count: 300))
    let model = try fit(data) { $0.components = 2 }
    #expect(
      model.isDegenerate
        && model.warnings.contains { $0.contains("effective rows") && $0.contains("on average") })
  }
}
