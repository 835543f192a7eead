import Emulsion
import EmulsionLaplace
import EmulsionPlugins
import EmulsionRegression
import EmulsionVonMisesFisher
import Foundation
import Testing

/// Maxima under constraints against those that `Reference/constraints.R` finds without EM.
@Suite struct ConstraintReferenceTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let family: any FamilyDefinition
    let logLikelihood: Double
    var components = 2
    var tied: Set<String> = []
    var fixed: [String: ParameterValue] = [:]
    var columns = ["x", "z", "line", "count", "hit"]
    var testDescription: String { name }
  }

  private static func regression(_ formula: String, _ distribution: String = "gaussian")
    -> any FamilyDefinition
  { (try? Regression(formula, distribution: distribution)) ?? Regression() }

  static let cases = [
    Case(
      name: "gaussian, slope of x tied", family: regression("line ~ x + z"),
      logLikelihood: -139.895269212, tied: ["x"]),
    Case(
      name: "gaussian, slope of z fixed, deviation tied", family: regression("line ~ x + z"),
      logLikelihood: -90.250107601, tied: ["standard_deviation"], fixed: ["z": .scalar(0.5)]),
    Case(
      name: "gaussian, intercept tied", family: regression("line ~ x + z"),
      logLikelihood: -158.415867264, tied: ["coefficients.intercept"]),
    Case(
      name: "poisson, slope of z tied", family: regression("count ~ x + z", "poisson"),
      logLikelihood: -304.706732532, tied: ["z"]),
    Case(
      name: "poisson, slope of x fixed", family: regression("count ~ x + z", "poisson"),
      logLikelihood: -455.929758723, components: 1, fixed: ["x": .scalar(0.3)]),
    Case(
      name: "binomial, intercept fixed", family: regression("hit ~ x + z", "binomial"),
      logLikelihood: -58.245154013, components: 1, fixed: ["intercept": .scalar(-0.5)]),
    Case(
      name: "gaussian, slope of x fixed", family: regression("line ~ x + z"),
      logLikelihood: -206.019759259, components: 1, fixed: ["x": .scalar(0.3)]),
    Case(
      name: "laplace, scale tied", family: Laplace(), logLikelihood: -221.258076536,
      tied: ["scale"], columns: ["line"]),
    Case(
      name: "circle, concentration tied", family: VonMisesFisher(), logLikelihood: -120.987754383,
      tied: ["concentration"], columns: ["cosine", "sine"]),
    Case(
      name: "circle, direction tied", family: VonMisesFisher(), logLikelihood: -167.019500321,
      tied: ["mean_direction"], columns: ["cosine", "sine"]),
  ]

  /// The rows that the script makes.
  private static var columns: [String: [Double]] {
    let rows = (1...120).map { i -> [String: Double] in
      let n = Double(i)
      let (x, z, isFirst) = (n / 30, sin(3 * n), i % 3 != 0)
      func noise(_ k: Double) -> Double { sin(k * n) + cos(2.3 * k * n) }
      let angle = (isFirst ? 0.7 : 2.9) + 0.35 * noise(3.3)
      let mean = exp((isFirst ? 0.4 + 0.5 * x : 2.6 + 0.1 * x) + 0.2 * z)
      let level = (isFirst ? -1 + 0.7 * x : 1 + 0.2 * x) + z + 0.8 * noise(4.3)
      return [
        "x": x, "z": z,
        "line": (isFirst ? 1 + 0.8 * x + 0.5 * z : 6 - 0.5 * x + 0.5 * z) + 0.3 * noise(7.7),
        "count": max(0, (mean + 0.5 + 0.7 * noise(5.1)).rounded(.down)),
        "hit": level > 0.5 ? 1 : 0, "cosine": cos(angle), "sine": sin(angle),
      ]
    }
    return rows[0].keys.reduce(into: [:]) { result, name in
      result[name] = rows.map { $0[name] ?? .nan }
    }
  }

  @Test(arguments: cases) func theMaximumIsThatOfDirectSearch(_ reference: Case) throws {
    let columns = Self.columns
    let values = (0..<120).flatMap { i in reference.columns.map { columns[$0]?[i] ?? .nan } }
    let data = MatrixSource(
      Matrix(rows: 120, columns: reference.columns.count, values: values),
      columnNames: reference.columns)
    var options = FitOptions()
    options.family = reference.family
    options.components = reference.components
    options.constraints.tied = reference.tied
    options.constraints.fixed = reference.fixed
    options.restarts = 30
    options.seed = 1
    options.tolerance = 1e-9
    options.maximumIterations = 20000
    let model = try Catalogue.withPlugins.fit(data, options)
    let error = abs(model.logLikelihood - reference.logLikelihood)
    #expect(error < 2e-6 * abs(reference.logLikelihood), "\(model.logLikelihood)")
  }
}
