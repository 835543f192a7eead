import Emulsion
import EmulsionData
import Foundation
import Testing

/// One line of `Reference/prior.json`, which `Reference/prior.R` made.
struct PriorCase: Decodable, Sendable, CustomTestStringConvertible {
  var data: String
  var columns: Int
  var model: String
  var shrinkage: Double
  var classes: [Int]
  var steps: Int
  var loglik: Double
  var weights: [Double]
  /// Component after component.
  var means: [Double]

  var testDescription: String { "\(data) \(columns) \(model) κ = \(shrinkage), \(steps) steps" }

  static let all: [PriorCase] = ReferenceCase.lines(of: "prior.json")
}

extension ReferenceCase {
  /// The lines of a file of references.
  static func lines<Case: Decodable>(of file: String) -> [Case] {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let text = (try? String(contentsOf: folder.appending(path: file), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap {
      try? decoder.decode(Case.self, from: Data($0.utf8))
    }
  }
}

/// mclust's EM under its default prior, from the same labels.
@Suite struct PriorReferenceTests {
  @Test func casesAreThere() { #expect(PriorCase.all.count == 54) }

  @Test(arguments: PriorCase.all)
  func agrees(_ reference: PriorCase) throws {
    let table = try DataSets.table(named: reference.data)
    let names = Array(table.names.prefix(reference.columns))
    let data = MatrixSource(try table.matrix(names), columnNames: names)
    let model = try fit(data) {
      $0.components = reference.weights.count
      $0.covariance = reference.model
      $0.prior = ConjugatePrior(shrinkage: reference.shrinkage)
      $0.covarianceFloor = 0
      $0.initializer = GivenLabels(reference.classes.map { $0 - 1 })
      // The first of mclust's steps is the M step of the start.
      ($0.maximumIterations, $0.tolerance) = (reference.steps - 1, 0)
    }
    #expect(areClose(model.logLikelihood, reference.loglik, 1e-8))
    for (a, b) in zip(model.weights, reference.weights) { #expect(abs(a - b) < 1e-6) }
    for (a, b) in zip(try #require(model.means).values, reference.means) {
      #expect(abs(a - b) <= 1e-6 * max(1, abs(b)))
    }
  }
}

/// Priors in the hands of users: numbers that are none, and data that only a prior makes bearable.
@Suite struct PriorTests {
  private let data = MatrixSource(clusters(60, columns: 2, components: 3, separation: 6))

  /// The mode of one component: (Λ + B)/(ν + n + d + 2) about (n x̄ + κm)/(n + κ).
  @Test func oneComponentHasItsModeInOneStep() throws {
    let (prior, n) = (
      ConjugatePrior(
        shrinkage: 5, mean: [1, 2], degreesOfFreedom: 7,
        scale: .matrix(Matrix(rows: 2, columns: 2, values: [2, 0.5, 0.5, 1]))), 60.0
    )
    let model = try fit(data) { ($0.components, $0.prior) = (1, prior) }
    let rows = data.matrix
    let center = (0..<2).map { j in (0..<60).reduce(0) { $0 + rows[$1, j] } / n }
    let shift = [center[0] - 1, center[1] - 2]
    for a in 0..<2 {
      #expect(areClose(try #require(model.means)[0, a], [1, 2][a] + n / (n + 5) * shift[a], 1e-12))
      for b in 0...a {
        var sum = [2, 0.5, 0.5, 1][2 * a + b] + n * 5 / (n + 5) * shift[a] * shift[b]
        for i in 0..<60 { sum += (rows[i, a] - center[a]) * (rows[i, b] - center[b]) }
        #expect(areClose(try #require(model.covariances)[0][a, b], sum / (7 + n + 4), 1e-12))
      }
    }
  }

  @Test(arguments: [
    ConjugatePrior(shrinkage: -1), ConjugatePrior(shrinkage: .nan),
    ConjugatePrior(mean: [1]), ConjugatePrior(mean: [1, .infinity]),
    ConjugatePrior(degreesOfFreedom: -2), ConjugatePrior(degreesOfFreedom: .nan),
    ConjugatePrior(scale: .scalar(0)), ConjugatePrior(scale: .scalar(.nan)),
    ConjugatePrior(scale: .vector([1, 2, 3])), ConjugatePrior(scale: .vector([1, -1])),
    ConjugatePrior(scale: .matrix(Matrix(rows: 2, columns: 2, values: [1, 2, 2, 1]))),
    ConjugatePrior(scale: .matrix(Matrix(rows: 2, columns: 2, values: [1, 0.5, 0.1, 1]))),
  ])
  func whatIsNoPriorIsRefused(prior: ConjugatePrior) throws {
    let error = try #require(
      #expect(throws: EmulsionError.self) { try fit(data) { $0.prior = prior } })
    #expect(error.code == .invalidOption && error.message.hasPrefix("prior: "), "\(error)")
  }

  @Test(arguments: ["VEE", "EVE", "VVE", "EVV"])
  func structuresWithoutOneSaySo(covariance: String) throws {
    let error = try #require(
      #expect(throws: EmulsionError.self) {
        try fit(data) { ($0.prior, $0.covariance) = (ConjugatePrior(), covariance) }
      })
    #expect(error.code == .invalidOption && error.message.contains(covariance))
  }

  @Test func familiesWithoutOneSaySo() throws {
    let product = try Catalogue.standard.mixed([
      "x1": GaussianDefinition(), "x2": GaussianDefinition(),
    ])
    let error = try #require(
      #expect(throws: EmulsionError.self) {
        try fit(data) { ($0.prior, $0.family) = (ConjugatePrior(), product) }
      })
    #expect(error.code == .invalidOption && error.message.contains("prior"))
  }

  /// Without a prior nothing is left of components of one row.
  @Test(arguments: ["full", "VVI", "VII", "VEV", "EEV"], [0, 1e-8])
  func asManyComponentsAsRowsAreHeldUp(covariance: String, floor: Double) throws {
    let few = MatrixSource(clusters(12, columns: 2, components: 4))
    let model = try fit(few) {
      ($0.components, $0.covariance, $0.prior) = (12, covariance, ConjugatePrior())
      ($0.covarianceFloor, $0.restarts) = (floor, 3)
    }
    #expect(model.warnings.isEmpty && model.logLikelihood.isFinite)
    #expect(model.covariances?.allSatisfy { $0.values.allSatisfy(\.isFinite) } == true)
  }

  @Test func filesKeepThePrior() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "model.json").path
    let model = try fit(data) { ($0.prior, $0.tolerance) = (ConjugatePrior(), 1e-10) }
    try model.save(to: path)
    #expect(try String(contentsOfFile: path, encoding: .utf8).contains("\"version\" : 5,"))
    let loaded = try Catalogue.standard.load(path: path)
    #expect(loaded.manifest.options["prior"] == "shrinkage 0.01")
    var options = FitOptions()
    (options.maximumIterations, options.tolerance) = (5, 0)
    let resumed = try loaded.resume(data, options)
    // At the mode already: maximum likelihood would lead away.
    #expect(areClose(resumed.logLikelihood, model.logLikelihood, 1e-8))
    #expect(resumed.manifest.options["prior"] == "shrinkage 0.01")
    #expect(resumed.objective.count == 6 && resumed.objective[0] != resumed.trace[0])
  }
}
