import Emulsion
import Foundation
import Testing

/// Rows whose class is known.
@Suite struct KnownLabelTests {
  private static let matrix = clusters(300, columns: 2, components: 3, separation: 3, seed: 8)
  private let data = MatrixSource(matrix)
  private static let names = ["a", "b", "c"]

  /// Every tenth row tells its class.
  private static func labels(_ n: Int = 300, every step: Int = 10) -> KnownLabels {
    let texts = (0..<n).map { (i: Int) -> String? in i % step == 0 ? names[i % 300 % 3] : nil }
    return KnownLabels(texts)
  }

  private func known(
    _ data: MatrixSource, _ labels: KnownLabels, _ change: (inout FitOptions) -> Void = { _ in }
  ) throws -> Model {
    try fit(data) {
      $0.labels = labels
      change(&$0)
    }
  }

  private func expectRising(_ model: Model) {
    for (before, after) in zip(model.objective, model.objective.dropFirst()) {
      #expect(after >= before - 1e-9 * abs(before))
    }
  }

  @Test(arguments: ["full", "VEI", "spherical", "tied"])
  func componentsAreTheClasses(covariance: String) throws {
    let model = try known(data, Self.labels()) { $0.covariance = covariance }
    #expect(model.classes == Self.names)
    expectRising(model)
    let found = try model.predict(data)
    #expect((0..<300).count { found[$0] == $0 % 3 } > 200)
  }

  /// Σ ln πₖ p(x|k) of rows of known class, Σ ln Σₖ πₖ p(x|k) of the others.
  @Test func theLikelihoodIsThatOfTheClasses() throws {
    let model = try known(data, Self.labels())
    let (densities, posterior) = (try model.logDensity(data), try model.posterior(data))
    var sum = 0.0
    for i in 0..<300 {
      sum += densities[i] + (i % 10 == 0 ? logarithm(posterior[i, i % 3]) : 0)
    }
    #expect(areClose(model.logLikelihood, sum, 1e-10))
    #expect(model.trace.last == model.logLikelihood)
  }

  /// With all classes known it is one M step on them.
  @Test func allKnownIsDiscriminantAnalysis() throws {
    let model = try known(data, Self.labels(every: 1))
    let start = try fit(data) {
      ($0.initializer, $0.maximumIterations) = (GivenLabels((0..<300).map { $0 % 3 }), 0)
    }
    for (a, b) in zip(try #require(model.means).values, try #require(start.means).values) {
      #expect(areClose(a, b, 1e-12))
    }
    #expect(model.hasConverged && model.logLikelihood < start.logLikelihood)
  }

  @Test func furtherComponentsAreUnknownClasses() throws {
    let numbers = (0..<300).map { (i: Int) -> Double in
      let isKnown = i % 3 < 2 && i % 5 == 0
      return isKnown ? Double(i % 3 + 7) : .nan
    }
    let two = KnownLabels(numbers)
    let model = try known(data, two)
    #expect(model.classes == ["7", "8"] && model.components == 3)
    let found = try model.predict(data)
    let right = (0..<300).count { (i: Int) -> Bool in i % 3 == 2 && found[i] == 2 }
    #expect(right > 50)
  }

  @Test(
    arguments: [ClassificationEM(), StochasticEM(burnIn: 5, average: 5), AnnealedEM()]
      as [any Algorithm])
  func everyAlgorithmKeepsThem(algorithm: any Algorithm) throws {
    let model = try known(data, Self.labels()) { $0.algorithm = algorithm }
    let found = try model.predict(data)
    #expect((0..<300).count { found[$0] == $0 % 3 } > 200)
    #expect(model.classes == Self.names)
  }

  @Test func variationalBayesKeepsThem() throws {
    let model = try known(data, Self.labels()) { $0.algorithm = VariationalBayes() }
    expectRising(model)
    #expect(model.classes == Self.names && model.hasConverged)
  }

  @Test func threadsAndCopiesDontMatter() throws {
    let many = MatrixSource(Self.matrix.rows((0..<9000).map { $0 % 300 }))
    let labels = Self.labels(9000)
    let (one, two) = (
      try known(many, labels) { $0.threads = 1 }, try known(many, labels) { $0.threads = 2 }
    )
    #expect(one.trace == two.trace)
    let weighted = MatrixSource(Self.matrix, weights: Array(repeating: 30, count: 300))
    let copies = try known(weighted, Self.labels())
    #expect(areClose(one.logLikelihood, copies.logLikelihood, 1e-6))
  }

  @Test func filesKeepTheClasses() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "model.json").path
    let model = try known(data, Self.labels())
    try model.save(to: path)
    #expect(try Catalogue.standard.load(path: path).classes == Self.names)
    var options = FitOptions()
    options.labels = Self.labels()
    let resumed = try model.resume(data, options)
    #expect(areClose(resumed.logLikelihood, model.logLikelihood, 1e-3))
  }

  @Test(arguments: [
    (KnownLabels((0..<300).map { (i: Int) -> Double in Double(i % 4) }), "4 classes"),
    (KnownLabels([String?](repeating: nil, count: 300)), "no row"),
    (KnownLabels(["a", "b"]), "2 labels for 300 rows"),
  ])
  func whatDoesntFitIsRefused(labels: KnownLabels, part: String) throws {
    let error = try #require(
      #expect(throws: EmulsionError.self) { try known(data, labels) })
    #expect(error.message.hasPrefix("labels: ") && error.message.contains(part), "\(error)")
  }

  /// A row of known class is no noise: its log-likelihood is ln (1 − w) πₖ p(x|k), w the weight of the noise.
  @Test func besideNoise() throws {
    var values = Self.matrix.values
    for i in stride(from: 5, to: 300, by: 12) {
      (values[2 * i], values[2 * i + 1]) = (Double(i), -9)
    }
    let data = MatrixSource(Matrix(rows: 300, columns: 2, values: values))
    let model = try known(data, Self.labels()) { $0.noise = true }
    expectRising(model)
    let noise = try #require(model.noise)
    #expect(noise.weight > 0.01)
    var sum = 0.0
    let (densities, posterior) = (try model.logDensity(data), try model.posterior(data))
    for i in 0..<300 {
      sum += densities[i] + (i % 10 == 0 ? logarithm(posterior[i, i % 3]) : 0)
    }
    #expect(areClose(model.logLikelihood, sum, 1e-9))
    let tripled = try known(
      MatrixSource(data.matrix, weights: Array(repeating: 3, count: 300)), Self.labels()
    ) {
      $0.noise = true
    }
    #expect(areClose(tripled.logLikelihood, 3 * model.logLikelihood, 1e-4))
    let one = try known(data, Self.labels()) { ($0.noise, $0.threads) = (true, 1) }
    #expect(one.trace == model.trace)
  }

  @Test func aClassOfNoWeightIsRefused() throws {
    let weights = (0..<300).map { $0 % 3 == 1 ? 0.0 : 1 }
    let error = try #require(
      #expect(throws: EmulsionError.self) {
        try known(MatrixSource(Self.matrix, weights: weights), Self.labels())
      })
    #expect(error.message.contains("\"b\""))
  }
}
