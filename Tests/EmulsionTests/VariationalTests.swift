import Emulsion
import EmulsionData
import Foundation
import Testing

/// One line of `Reference/variational.json`; see the README there.
struct VariationalCase: Decodable, Sendable, CustomTestStringConvertible {
  var data: String
  var columns: Int
  var covariance: String
  var weightsPrior: String
  var concentration: Double
  var meanPrecisionPrior: Double
  var degreesPrior: Double
  var components: Int
  var labels: [Int]
  var alpha: Double
  var steps: Int
  /// Lower bounds with all constants after some steps.
  var bounds: [String: Double]?
  var weights: [Double]
  /// Component after component.
  var means: [Double]
  /// One list, or those of both sides of the sticks.
  var concentrations: [[Double]]
  var meanPrecision: [Double]
  var degrees: [Double]

  var testDescription: String { "\(data) \(covariance) \(weightsPrior) \(concentration)" }

  static let all: [VariationalCase] = ReferenceCase.lines(of: "variational.json")
}

/// scikit-learn's `BayesianGaussianMixture` from the same responsibilities.
@Suite struct VariationalReferenceTests {
  @Test func casesAreThere() { #expect(VariationalCase.all.count == 14) }

  @Test(arguments: VariationalCase.all)
  func agrees(_ reference: VariationalCase) throws {
    let table = try DataSets.table(named: reference.data)
    let names = Array(table.names.prefix(reference.columns))
    let data = MatrixSource(try table.matrix(names), columnNames: names)
    let k = reference.components
    let model = try fit(data) {
      var algorithm = VariationalBayes()
      algorithm.weights = reference.weightsPrior == "dirichlet" ? .dirichlet : .dirichletProcess
      algorithm.concentration = reference.concentration
      algorithm.meanPrecision = reference.meanPrecisionPrior
      algorithm.degreesOfFreedom = reference.degreesPrior
      ($0.components, $0.covariance, $0.algorithm) = (k, reference.covariance, algorithm)
      $0.initializer = GivenResponsibilities(
        Matrix(
          rows: reference.labels.count, columns: k,
          values: reference.labels.flatMap { label in
            (0..<k).map {
              (1 - reference.alpha) / Double(k) + ($0 == label ? reference.alpha : 0)
            }
          }))
      ($0.maximumIterations, $0.tolerance) = (reference.steps, 0)
    }
    for (step, bound) in reference.bounds ?? [:] {
      guard let step = Int(step), step < model.trace.count else { continue }
      #expect(areClose(model.trace[step], bound, 1e-8), "step \(step)")
    }
    let posterior = try #require(model.variational)
    #expect(posterior.lowerBound == model.trace.last)
    expectNear(model.weights, reference.weights)
    expectNear(try #require(model.means).values, reference.means)
    expectNear(posterior.meanPrecisions, reference.meanPrecision)
    expectNear(posterior.degreesOfFreedom, reference.degrees)
    for (side, values) in reference.concentrations.enumerated() {
      expectNear(posterior.concentrations.map { $0[side] }, values)
    }
  }

  private func expectNear(_ own: [Double], _ other: [Double]) {
    #expect(own.count == other.count)
    let size = other.map(abs).max() ?? 1
    for (a, b) in zip(own, other) { #expect(abs(a - b) <= 1e-6 * size) }
  }
}

/// Variational fits in the hands of users.
@Suite struct VariationalTests {
  private let data = MatrixSource(clusters(120, columns: 2, components: 3, separation: 6))

  private func variational(_ change: (inout VariationalBayes) -> Void) -> VariationalBayes {
    var algorithm = VariationalBayes()
    change(&algorithm)
    return algorithm
  }

  /// Of one component the posterior is exact, and its bound the evidence: the product of Student's t of each row given
  /// those before.
  @Test func ofOneComponentTheBoundIsTheEvidence() throws {
    let values = [3, 4.5, 1, 7, 2.5, 6, 5.25]
    let model = try fit(MatrixSource(Matrix(rows: 7, columns: 1, values: values))) {
      $0.components = 1
      $0.algorithm = variational {
        ($0.weights, $0.mean, $0.meanPrecision) = (.dirichlet, [2], 0.7)
        ($0.degreesOfFreedom, $0.covariance) = (3.5, .scalar(1.25))
      }
      $0.tolerance = 1e-12
    }
    var (mean, rows, freedom, scale, evidence) = (2.0, 0.7, 3.5, 1.25, 0.0)
    for x in values {
      let spread = scale / freedom * (rows + 1) / rows
      let distance = (x - mean) * (x - mean) / (freedom * spread)
      evidence += lgamma((freedom + 1) / 2) - lgamma(freedom / 2)
      evidence -= 0.5 * log(freedom * .pi * spread) + (freedom + 1) / 2 * log1p(distance)
      scale += rows / (rows + 1) * (x - mean) * (x - mean)
      mean = (rows * mean + x) / (rows + 1)
      (rows, freedom) = (rows + 1, freedom + 1)
    }
    #expect(areClose(try #require(model.variational).lowerBound, evidence, 1e-12))
    #expect(areClose(try #require(model.means)[0, 0], mean, 1e-12))
    #expect(areClose(try #require(model.covariances)[0][0, 0], scale / freedom, 1e-12))
  }

  @Test func whatTheDataDontNeedLosesItsRows() throws {
    let apart = MatrixSource(clusters(120, columns: 2, components: 3, separation: 30))
    let model = try fit(apart) {
      ($0.components, $0.algorithm, $0.seed) = (
        10, variational { $0.concentration = 1e-3 }, 2
      )
    }
    #expect(model.weights.count { $0 > 0.01 } == 3)
    #expect(model.warnings.isEmpty)
    #expect(zip(model.weights, model.weights.dropFirst()).allSatisfy { $0 >= $1 })
  }

  @Test func filesKeepThePosterior() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "model.json").path
    let model = try fit(data) {
      ($0.algorithm, $0.tolerance) = (variational { $0.weights = .dirichlet }, 1e-11)
    }
    try model.save(to: path)
    #expect(try String(contentsOfFile: path, encoding: .utf8).contains("\"version\" : 5,"))
    let loaded = try Catalogue.standard.load(path: path)
    let posterior = try #require(loaded.variational)
    #expect(posterior == model.variational)
    #expect(try loaded.logDensity(data) == model.logDensity(data))
    var options = FitOptions()
    (options.algorithm, options.maximumIterations) = (posterior.algorithm, 0)
    let resumed = try loaded.resume(data, options)
    #expect(areClose(try #require(resumed.variational).lowerBound, posterior.lowerBound, 1e-10))
  }

  @Test(
    arguments: [
      { $0.concentration = 0 }, { $0.concentration = .nan }, { $0.meanPrecision = -1 },
      { $0.meanPrecision = .infinity }, { $0.degreesOfFreedom = 1 }, { $0.degreesOfFreedom = .nan },
      { $0.mean = [1] }, { $0.mean = [1, .nan] }, { $0.covariance = .scalar(-1) },
      { $0.covariance = .vector([1, .nan]) }, { $0.covariance = .vector([1, 2, 3]) },
      { $0.covariance = .matrix(Matrix(rows: 2, columns: 2, values: [1, 3, 3, 1])) },
    ] as [@Sendable (inout VariationalBayes) -> Void])
  func whatIsNoPriorIsRefused(change: @Sendable (inout VariationalBayes) -> Void) throws {
    let error = try #require(
      #expect(throws: EmulsionError.self) { try fit(data) { $0.algorithm = variational(change) } })
    #expect(error.code == .invalidOption && error.message.hasPrefix("variational: "), "\(error)")
  }

  @Test(
    arguments: [
      { $0.covariance = "VEV" }, { $0.noise = true }, { $0.prior = ConjugatePrior() },
      { $0.constraints.tied = ["mean"] },
    ] as [@Sendable (inout FitOptions) -> Void])
  func whatItIsNotForSaysSo(change: @Sendable (inout FitOptions) -> Void) throws {
    let error = try #require(
      #expect(throws: EmulsionError.self) {
        try fit(data) {
          $0.algorithm = VariationalBayes()
          change(&$0)
        }
      })
    #expect(error.code == .invalidOption && error.message.contains("variational"), "\(error)")
  }
}
