import Emulsion
import EmulsionBernoulli
import EmulsionData
import EmulsionPlugins
import EmulsionPoisson
import EmulsionRegression
import EmulsionTestKit
import Foundation
import Testing

/// One line of `Reference/cases.json`; see the README beside it.
struct FamilyCase: Decodable, Sendable, CustomTestStringConvertible {
  struct Part: Decodable, Sendable {
    var family: String
    var response: String?
    var terms: [String]?
    var group: String?
    var concomitant: [String]?
  }
  struct Start: Decodable, Sendable {
    var weights: [Double]?
    var coef: [[Double]]?
    var sds: [Double]?
    var labels: [Int]?
    var alpha: Double?
  }

  var id: String
  var data: String
  var columns: [String]?
  var parts: [Part]
  var components: Int
  var tied: [String]?
  var weights: String?
  var start: Start
  var loglik: Double
  var isLimitOnly: Bool?
  var isLowerBound: Bool?
  var trace: [String: Double]?
  var weightsExpected: [Double]?
  var freeParameters: Int

  var testDescription: String { id }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Reference")

  static let all: [FamilyCase] = {
    let data = try? Data(contentsOf: folder.appending(path: "cases.json"))
    return data.flatMap { try? JSONDecoder().decode([FamilyCase].self, from: $0) } ?? []
  }()

  func family() throws -> any FamilyDefinition {
    let factors = try parts.map { part -> any FamilyDefinition in
      switch part.family {
      case "poisson": return Poisson()
      case "bernoulli": return Bernoulli()
      default:
        let terms = part.terms?.isEmpty ?? true ? ["1"] : part.terms ?? []
        return try Regression(
          "\(part.response ?? "") ~ \(terms.joined(separator: " + "))",
          distribution: part.family.split(separator: "_").first.map(String.init) ?? "",
          group: part.group,
          concomitant: part.concomitant.map { "~ \($0.joined(separator: " + "))" })
      }
    }
    return factors.count == 1 ? factors[0] : try ProductDefinition(factors)
  }

  func initializer() throws -> any Initializer {
    let k = components
    if let labels = start.labels {
      let alpha = start.alpha ?? 1
      return GivenResponsibilities(
        Matrix(
          rows: labels.count, columns: k,
          values: labels.flatMap { label in
            (0..<k).map { ($0 == label ? alpha : 0) + (1 - alpha) / Double(k) }
          }))
    }
    return GivenParameters(
      (start.coef ?? []).enumerated().map { k, coefficients in
        var values: [String: ParameterValue] = ["coefficients": .vector(coefficients)]
        values["standard_deviation"] = start.sds.map { .scalar($0[k]) }
        return values
      }, weights: start.weights)
  }
}

/// Results of flexmix and mixtools from given starts.
@Suite struct FamilyReferenceTests {
  @Test func casesAreThere() { #expect(FamilyCase.all.count > 20) }

  @Test(arguments: FamilyCase.all)
  func agrees(_ reference: FamilyCase) throws {
    let table = try Table(reading: FamilyCase.folder.appending(path: reference.data).path)
    let family = try reference.family()
    let columns = reference.columns ?? family.requiredColumns
    let data = try table.source(
      columns: columns, weights: reference.weights.map { .column($0) })
    var options = FitOptions()
    options.family = family
    options.components = reference.components
    options.initializer = try reference.initializer()
    options.constraints.tied = Set(reference.tied ?? [])
    options.covarianceFloor = 0
    options.maximumIterations = 5000
    options.tolerance = 1e-9
    let model = try Catalogue.withPlugins.fit(data, options)
    #expect(model.freeParameters == reference.freeParameters)
    guard reference.isLowerBound != true else {
      #expect(model.logLikelihood >= reference.loglik - 1e-6 * abs(reference.loglik))
      return
    }
    #expect(abs(model.logLikelihood - reference.loglik) <= 1e-8 * abs(reference.loglik))
    let offset = reference.start.labels == nil ? 0 : 1
    for (steps, value) in reference.trace ?? [:] {
      guard let step = Int(steps).map({ $0 - offset }), step < model.trace.count else { continue }
      #expect(abs(model.trace[step] - value) <= 1e-7 * abs(value), "after \(steps) M steps")
    }
    for (own, expected) in zip(model.weights, reference.weightsExpected ?? []) {
      #expect(abs(own - expected) <= 1e-4)
    }
    #expect(model.firstFall == nil)
  }
}
