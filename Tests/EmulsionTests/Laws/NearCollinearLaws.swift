import Emulsion
import Foundation
import Testing

/// Columns that nearly depend on each other are a linear map of ones that don't: densities differ by the
/// map's determinant alone. Numbers lie on a binary grid, so that the map is exact.
@Suite struct NearCollinearLaws {
  private func plain(_ d: Int) -> Matrix {
    clusters(120, columns: d, components: 2, seed: 4).mapped { x, _ in (x * 1024).rounded() / 1024 }
  }

  /// The second column is twice the first and a little of its own; of six the last is a sum as well.
  private func near(_ data: Matrix, _ exponent: Int) -> Matrix {
    let small = Double(sign: .plus, exponent: -exponent, significand: 1)
    var result = data
    for i in 0..<data.rows {
      result[i, 1] = 1024 + 2 * data[i, 0] + small * data[i, 1]
      if data.columns == 6 { result[i, 5] = data[i, 2] - data[i, 3] + small * data[i, 5] }
    }
    return result
  }

  private func shift(_ d: Int, _ exponent: Int) -> Double {
    120 * Double(exponent) * logarithm(2) * (d == 6 ? 2 : 1)
  }

  private let labels = GivenLabels((0..<120).map { $0 % 2 })

  @Test(arguments: ["full", "tied", "VEE", "EVV", "EEV", "VEV", "EVE", "VVE"], [2, 3, 6])
  func oneComponentIsRight(covariance: String, columns: Int) throws {
    let data = plain(columns)
    let expected = try fit(MatrixSource(data)) { ($0.components, $0.covariance) = (1, "full") }
    for (exponent, error) in [(10, 1e-6), (17, 1e-6), (20, 1e-5), (23, 1e-4), (30, 0.1)] {
      let model = try fit(MatrixSource(near(data, exponent))) {
        ($0.components, $0.covariance) = (1, covariance)
      }
      let difference = model.logLikelihood - expected.logLikelihood - shift(columns, exponent)
      #expect(abs(difference) < error && model.hasConverged && model.warnings.isEmpty)
    }
  }

  @Test(arguments: ["full", "tied", "VEE", "EVV"], [2, 6])
  func twoComponentsAreTheSame(covariance: String, columns: Int) throws {
    let data = plain(columns)
    func two(_ rows: Matrix) throws -> Model {
      try fit(MatrixSource(rows)) {
        ($0.components, $0.covariance, $0.initializer) = (2, covariance, labels)
      }
    }
    let expected = try two(data)
    for exponent in [10, 20, 23] {
      let model = try two(near(data, exponent))
      let difference = model.logLikelihood - expected.logLikelihood - shift(columns, exponent)
      #expect(abs(difference) < 1e-4 && !model.isDegenerate)
      #expect(
        try model.predict(MatrixSource(near(data, exponent)))
          == expected.predict(MatrixSource(data)))
    }
  }

  /// What goes through files and told parameters keeps the digits.
  @Test func modelsKeepTheDigits() throws {
    let data = MatrixSource(near(plain(3), 23))
    let model = try fit(data) { ($0.components, $0.initializer) = (2, labels) }
    let path = NSTemporaryDirectory() + "emulsion-near-\(UInt64.random(in: 0 ... .max)).json"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try model.save(to: path)
    #expect(try String(contentsOfFile: path, encoding: .utf8).contains("\"version\" : 3,"))
    let loaded = try Catalogue.standard.load(path: path)
    #expect(try loaded.logDensity(data) == model.logDensity(data))
    #expect(try loaded.resume(data, FitOptions()).logLikelihood >= model.logLikelihood - 1e-9)
    let started = try fit(data) {
      ($0.components, $0.maximumIterations) = (2, 0)
      $0.initializer = GivenParameters(model.parameters.map(\.byName), weights: model.weights)
    }
    #expect(abs(started.logLikelihood - model.logLikelihood) < 1e-6)
    let drawn = try model.sample(20_000, seed: 1).rows
    #expect(abs(try model.score(MatrixSource(drawn)) - model.logLikelihood / 120) < 0.2)
  }

  @Test func conditionalsKeepTheDigits() throws {
    let (data, exponent) = (plain(3), 23)
    let small = Double(sign: .plus, exponent: -exponent, significand: 1)
    let (a, b) = (
      try fit(MatrixSource(data)) { $0.components = 1 },
      try fit(MatrixSource(near(data, exponent))) { $0.components = 1 }
    )
    let (x, y) = (try a.conditional(given: ["x1": 0.5]), try b.conditional(given: ["x1": 0.5]))
    let (p, q) = (try #require(x.covariances)[0], try #require(y.covariances)[0])
    #expect(areClose(q[0, 0], small * small * p[0, 0], 1e-6) && areClose(q[1, 1], p[1, 1], 1e-9))
    #expect(areClose(q[0, 1], small * p[0, 1], 1e-6))
    let mean = (try #require(y.means)[0, 0] - 1025) / small
    #expect(abs(mean - (try #require(x.means)[0, 0])) < 1e-5)
  }

  @Test(arguments: ["full", "tied", "EEV"], [0.0, 1024, 1e7])
  func exactDependenceIsRefused(covariance: String, offset: Double) throws {
    var data = plain(3)
    for i in 0..<data.rows { data[i, 2] = offset + 2.54 * data[i, 0] - data[i, 1] / 3 }
    let error = #expect(throws: EmulsionError.self) {
      try fit(MatrixSource(data)) { ($0.components, $0.covariance) = (1, covariance) }
    }
    #expect(error?.code == .degenerate && error?.message.contains("linear combination") == true)
  }
}
