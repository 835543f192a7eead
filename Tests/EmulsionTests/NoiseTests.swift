import Emulsion
import EmulsionData
import Foundation
import Testing

/// A noise component in the hands of users: starts, files, and data that leave it no room.
@Suite struct NoiseTests {
  let data = MatrixSource(clusters(200, columns: 2, components: 2, separation: 8))

  private func options(_ change: (inout FitOptions) -> Void) -> FitOptions {
    var options = FitOptions()
    (options.components, options.noise, options.maximumIterations) = (2, true, 0)
    change(&options)
    return options
  }

  private func message(_ data: MatrixSource, _ options: FitOptions) throws -> EmulsionError {
    try #require(
      #expect(throws: EmulsionError.self) { try Catalogue.standard.fit(data, options) })
  }

  /// What begins with which share of noise.
  @Test func startsMaySayHowMuchIsNoise() throws {
    func share(_ initializer: any Initializer) throws -> Double {
      try Catalogue.standard.fit(data, options { $0.initializer = initializer }).noise?.weight ?? -1
    }
    let means = Matrix(rows: 2, columns: 2, values: [0, 0, 5, 5])
    let unsaid = try share(GivenMeans(means: means))
    #expect(unsaid > 0 && unsaid < 0.5)
    #expect(try share(GivenMeans(means: means, weights: [0.5, 0.5])) == unsaid)
    #expect(areClose(try share(GivenMeans(means: means, weights: [0.5, 0.2])), 0.3))
    #expect(areClose(try share(GivenMeans(means: means, weights: [0.5, 0.2, 0.3])), 0.3))
    #expect(areClose(try share(GivenLabels((0..<200).map { $0 % 2 })), unsaid))
    #expect(areClose(try share(GivenLabels((0..<200).map { $0 % 4 == 0 ? -1 : $0 % 2 })), 0.25))
    let rows: [Double] = (0..<100).flatMap { _ in [0.9, 0, 0.1, 0, 0.7, 0.3] }
    let responsibilities = Matrix(rows: 200, columns: 3, values: rows)
    #expect(areClose(try share(GivenResponsibilities(responsibilities)), 0.2))
  }

  @Test(arguments: [[0.5], [0.7, 0.7], [0, 0], [0, 0, 1], [0.5, 0.5, 0.5], [-0.1, 0.5]])
  func weightsThatAreNone(weights: [Double]) throws {
    let means = Matrix(rows: 2, columns: 2, values: [0, 0, 5, 5])
    let error = try message(
      data, options { $0.initializer = GivenMeans(means: means, weights: weights) })
    #expect(error.code == .invalidOption && error.message.contains("weights"))
  }

  @Test func noiseInAStartNeedsTheOption() throws {
    let error = try message(
      data,
      options {
        $0.noise = false
        $0.initializer = GivenLabels((0..<200).map { $0 % 3 - 1 })
      })
    #expect(error.code == .invalidOption && error.message.contains("label"))
  }

  @Test func dataWithoutVolumeAreAnError() throws {
    let constant = MatrixSource(
      Matrix(rows: 4, columns: 2, values: [1, 7, 2, 7, 4, 7, 3, 7]), columnNames: ["a", "b"])
    let one = MatrixSource(Matrix(rows: 1, columns: 1, values: [3]))
    for (data, name) in [(constant, "\"b\""), (one, "\"x1\"")] {
      let error = try message(data, options { ($0.components, $0.regularization) = (1, 0.1) })
      #expect(error.code == .degenerate, "\(error)")
      #expect(error.message.contains("noise") && error.message.contains(name))
    }
  }

  @Test func allMayBeNoise() throws {
    var random = CounterRandom(seed: 2)
    let rows = MatrixSource(
      Matrix(rows: 2000, columns: 2, values: (0..<4000).map { _ in random.uniform() }))
    for k in [1, 3] {
      let model = try Catalogue.standard.fit(
        rows, options { ($0.components, $0.maximumIterations) = (k, 1000) })
      #expect((model.noise?.weight ?? 0) > 0.85)
      #expect(model.logLikelihood.isFinite && model.weights.allSatisfy { $0 >= 0 })
    }
  }

  /// Without outliers the weight falls towards 0, and the fit is that without noise.
  @Test func noneMayBeNoise() throws {
    let geyser = try DataSets.table(named: "faithful")
    let rows = MatrixSource(try geyser.matrix(), columnNames: geyser.names)
    func run(_ noise: Bool) throws -> Model {
      try Catalogue.standard.fit(
        rows,
        options {
          ($0.noise, $0.maximumIterations, $0.tolerance) = (noise, 1000, 1e-6)
        })
    }
    let (with, without) = (try run(true), try run(false))
    #expect((with.noise?.weight ?? 1) < 1e-3)
    #expect(abs(with.logLikelihood - without.logLikelihood) < 0.01)
    #expect(with.freeParameters == without.freeParameters + 2)
  }

  @Test func filesKeepTheNoise() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "model.json").path
    let model = try Catalogue.standard.fit(data, options { $0.maximumIterations = 20 })
    try model.save(to: path)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.contains("\"version\" : 2,"))
    let loaded = try Catalogue.standard.load(path: path)
    #expect(loaded.noise == model.noise)
    #expect(try loaded.logDensity(data) == model.logDensity(data))
    #expect(try loaded.posterior(data) == model.posterior(data))
    #expect(loaded.freeParameters == model.freeParameters && loaded.weights == model.weights)
    // Beyond the data the density is the same.
    let far = MatrixSource(Matrix(rows: 1, columns: 2, values: [1e6, -1e6]))
    let noise = try #require(model.noise)
    #expect(
      areClose(try loaded.logDensity(far)[0], noise.region.logDensity + logarithm(noise.weight)))
    #expect(try loaded.predict(far) == [Noise.label])
    try fit(data) { $0.components = 2 }.save(to: path)
    #expect(try String(contentsOfFile: path, encoding: .utf8).contains("\"version\" : 1,"))
  }

  @Test func summariesTellOfIt() throws {
    let model = try Catalogue.standard.fit(data, options { $0.maximumIterations = 20 })
    let lines = model.description.split(separator: "\n")
    #expect(lines[0] == "Mixture of 2 gaussian components and noise, full covariance")
    #expect(lines.last?.hasPrefix("noise  ") == true)
  }
}

/// One line of `Reference/noise.json`, which `Reference/noise.R` made.
struct NoiseCase: Decodable, Sendable, CustomTestStringConvertible {
  var data: String
  var model: String
  /// From 1; 0 where the row begins as noise.
  var classes: [Int]
  var steps: Int
  var loglik: Double
  /// That of the noise comes last.
  var weights: [Double]
  /// Component after component.
  var means: [Double]
  var parameters: Int
  var logCertain: Double
  var noisyRows: Int
  var logDensity: Double

  var testDescription: String { "\(data) \(model) K = \(weights.count - 1), \(steps) steps" }

  static var all: [NoiseCase] {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let path = ReferenceCase.folder.appending(path: "noise.json")
    let text = (try? String(contentsOf: path, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap {
      try? decoder.decode(NoiseCase.self, from: Data($0.utf8))
    }
  }
}

/// mclust's EM with a noise component, from the same labels and with the same volume.
@Suite struct NoiseReferenceTests {
  @Test func casesAreThere() { #expect(NoiseCase.all.count == 24) }

  @Test(arguments: NoiseCase.all)
  func agrees(_ reference: NoiseCase) throws {
    let table = try DataSets.table(named: reference.data)
    let names = Array(table.names.prefix(reference.data == "iris" ? 4 : 2))
    let data = MatrixSource(try table.matrix(names), columnNames: names)
    var options = FitOptions()
    options.components = reference.weights.count - 1
    options.covariance = reference.model
    options.noise = true
    options.covarianceFloor = 0
    options.initializer = GivenLabels(reference.classes.map { $0 - 1 })
    // The first of mclust's steps is the M step of the start.
    (options.maximumIterations, options.tolerance) = (reference.steps - 1, 0)
    let model = try Catalogue.standard.fit(data, options)
    let noise = try #require(model.noise)
    #expect(areClose(noise.region.logDensity, reference.logDensity, 1e-13))
    #expect(areClose(model.logLikelihood, reference.loglik, 1e-8))
    for (a, b) in zip(model.weights + [noise.weight], reference.weights) {
      #expect(abs(a - b) < 1e-6)
    }
    for (a, b) in zip(try #require(model.means).values, reference.means) {
      #expect(areClose(a, b, 1e-6))
    }
    #expect(model.freeParameters == reference.parameters)
    #expect(areClose((model.bic - model.icl) / 2, reference.logCertain, 1e-6))
    #expect(try model.predict(data).count { $0 == Noise.label } == reference.noisyRows)
  }
}
