import Emulsion
import Foundation
import Testing

/// Weights that are equal or fixed.
@Suite struct MixingWeightTests {
  private static let matrix = clusters(300, columns: 2, components: 3, separation: 4, seed: 4)
  private let data = MatrixSource(matrix)

  private func weighed(_ weights: [Double], _ change: (inout FitOptions) -> Void = { _ in }) throws
    -> Model
  {
    try fit(data) {
      ($0.components, $0.constraints.fixed["weights"]) = (weights.count, .vector(weights))
      change(&$0)
    }
  }

  private func expectRising(_ model: Model) {
    for (before, after) in zip(model.trace, model.trace.dropFirst()) {
      #expect(after >= before - 1e-9 * abs(before))
    }
  }

  @Test(arguments: ["full", "EEV", "spherical"], [false, true])
  func equalOnesStayEqual(covariance: String, noise: Bool) throws {
    let model = try fit(data) {
      ($0.equalWeights, $0.covariance, $0.noise) = (true, covariance, noise)
    }
    let share = (1 - (model.noise?.weight ?? 0)) / 3
    for weight in model.weights { #expect(areClose(weight, share, 1e-12)) }
    expectRising(model)
    let free = try fit(data) { ($0.covariance, $0.noise) = (covariance, noise) }
    #expect(model.freeParameters == free.freeParameters - 2)
    #expect(model.logLikelihood <= free.logLikelihood + 0.02)
  }

  /// What maximum likelihood finds, fixed, changes nothing.
  @Test func fixedAtTheirMaximumTheyChangeNothing() throws {
    let free = try fit(data) { $0.tolerance = 1e-9 }
    let model = try weighed(free.weights) { $0.tolerance = 1e-9 }
    #expect(areClose(model.logLikelihood, free.logLikelihood, 1e-8))
    for (a, b) in zip(model.weights, free.weights) { #expect(areClose(a, b, 1e-12)) }
    #expect(model.freeParameters == free.freeParameters - 2)
  }

  @Test func fixedOnesKeepTheirOrder() throws {
    let model = try weighed([0.2, 0.5, 0.3])
    #expect(model.weights == [0.2, 0.5, 0.3])
    expectRising(model)
    // The same weights in another order are the same fit in that order.
    let other = try weighed([0.5, 0.3, 0.2])
    #expect(areClose(other.logLikelihood, model.logLikelihood, 1e-4))
  }

  /// No order of the clusters in the given weights is better than the one that is found.
  @Test(arguments: [1, 2, 3] as [UInt64]) func fixedOnesHaveTheBestOrder(seed: UInt64) throws {
    var random = CounterRandom(seed: seed)
    let centres = [[0.0, 0], [3, 0], [0, 3]]
    let values = (0..<150).flatMap { (i: Int) -> [Double] in
      centres[i % 3].map { $0 + random.normal() }
    }
    let data = MatrixSource(Matrix(rows: 150, columns: 2, values: values))
    func height(_ initializer: (any Initializer)?) throws -> Double {
      try fit(data) {
        ($0.constraints.fixed["weights"], $0.tolerance) = (.vector([0.6, 0.3, 0.1]), 1e-6)
        if let initializer { $0.initializer = initializer }
      }.logLikelihood
    }
    let found = try height(nil)
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
      let means = Matrix(rows: 3, columns: 2, values: order.flatMap { centres[$0] })
      #expect(found > (try height(GivenMeans(means: means))) - 1e-3)
    }
  }

  @Test(arguments: [
    [0.5, 0.6], [1, 0], [-0.5, 1.5], [.nan, 1], [0.5, .infinity], [0.5],
  ])
  func whatIsNoWeightIsRefused(weights: [Double]) throws {
    let error = try #require(
      #expect(throws: EmulsionError.self) {
        try fit(data) {
          ($0.components, $0.constraints.fixed["weights"]) = (2, .vector(weights))
        }
      })
    #expect(error.code == .invalidOption && error.message.contains("weights"), "\(error)")
  }

  @Test func bothAtOnceAreRefused() throws {
    let error = try #require(
      #expect(throws: EmulsionError.self) { try weighed([0.5, 0.5]) { $0.equalWeights = true } })
    #expect(error.code == .invalidOption)
  }

  @Test func whatTellsItsOwnWeightsRefuses() throws {
    let error = try #require(
      #expect(throws: EmulsionError.self) {
        try fit(data) { ($0.equalWeights, $0.algorithm) = (true, VariationalBayes()) }
      })
    #expect(error.code == .invalidOption && error.message.contains("equal_weights"))
  }

  @Test func filesKeepThem() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "model.json").path
    let model = try weighed([0.2, 0.5, 0.3]) { $0.maximumIterations = 3 }
    try model.save(to: path)
    #expect(try String(contentsOfFile: path, encoding: .utf8).contains("\"version\" : 5,"))
    let resumed = try Catalogue.standard.load(path: path).resume(data, FitOptions())
    #expect(resumed.weights == model.weights && resumed.freeParameters == model.freeParameters)
    #expect(resumed.manifest.options["fixed.weights"] == "0.2, 0.5, 0.3")
  }

  @Test func threadsAndCopiesDontMatter() throws {
    let labels = (0..<300).map { $0 % 3 }
    func run(_ data: MatrixSource, _ labels: [Int], _ threads: Int) throws -> Model {
      try fit(data) {
        ($0.equalWeights, $0.initializer, $0.threads) = (true, GivenLabels(labels), threads)
        ($0.maximumIterations, $0.tolerance) = (10, 0)
      }
    }
    let weighted = MatrixSource(Self.matrix, weights: Array(repeating: 3, count: 300))
    let copies = MatrixSource(Self.matrix.rows((0..<900).map { $0 % 300 }))
    let (a, b) = (
      try run(weighted, labels, 1), try run(copies, (0..<900).map { labels[$0 % 300] }, 2)
    )
    #expect(areClose(a.logLikelihood, b.logLikelihood))
  }
}
