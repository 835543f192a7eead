import Emulsion
import EmulsionPlugins
import EmulsionRegression
import Foundation
import Testing

/// Gamma, negative binomial and multinomial responses: of one component against R's `glm`, `MASS::glm.nb` and
/// `nnet::multinom` (`Reference/responses.R`), of more by the laws of EM.
@Suite struct ResponseTests {
  private static let names = ["x", "z", "amount", "count", "choice"]
  private static let data: MatrixSource = {
    let values = (1...120).flatMap { i -> [Double] in
      let n = Double(i)
      let (x, z) = (n / 30, sin(3 * n))
      func noise(_ k: Double) -> Double { sin(k * n) + cos(2.3 * k * n) }
      let score = 0.8 * x + noise(4.3)
      return [
        x, z, exp(1 + 0.4 * x + 0.2 * z + 0.3 * noise(7.7)),
        exp(0.5 + 0.5 * x + 0.6 * noise(5.1)).rounded(.down), score < 0.9 ? 0 : score < 2.4 ? 1 : 2,
      ]
    }
    return MatrixSource(Matrix(rows: 120, columns: 5, values: values), columnNames: names)
  }()

  private func fit(
    _ formula: String, _ distribution: String, _ data: any DataSource = data, components: Int = 1,
    _ change: (inout FitOptions) -> Void = { _ in }
  ) throws -> Model {
    var options = FitOptions()
    options.family = try Regression(formula, distribution: distribution)
    (options.components, options.tolerance) = (components, 1e-9)
    change(&options)
    return try Catalogue.withPlugins.fit(data, options)
  }

  private func numbers(_ model: Model, _ k: Int = 0) -> [Double] {
    model.parameters(ofComponent: k).flatMap(\.value.numbers)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let formula: String
    let distribution: String
    let logLikelihood: Double
    let numbers: [Double]
    var testDescription: String { distribution }
  }

  static let cases = [
    Case(
      formula: "amount ~ x + z", distribution: "gamma", logLikelihood: -244.922921851,
      numbers: [1.056216594463, 0.393777112351, 0.205669387220, 10.9812372785]),
    Case(
      formula: "count ~ x + z", distribution: "negative_binomial", logLikelihood: -295.746279082,
      numbers: [0.44970282125, 0.55069489356, 0.04181548595, 4.373430518]),
    Case(
      formula: "choice ~ x + z", distribution: "multinomial", logLikelihood: -103.520275519,
      numbers: [-1.4409522, 1.0181642, 0.078907871, -4.1698631, 2.0084162, 0.187872704]),
  ]

  @Test(arguments: cases) func oneComponentIsThatOfR(_ reference: Case) throws {
    let model = try fit(reference.formula, reference.distribution)
    #expect(abs(model.logLikelihood - reference.logLikelihood) < 1e-6)
    #expect(model.freeParameters == reference.numbers.count && model.warnings.isEmpty)
    for (found, expected) in zip(numbers(model), reference.numbers) {
      #expect(abs(found - expected) < 5e-6 * max(1, abs(expected)), "\(found)")
    }
  }

  @Test(arguments: cases) func likelihoodNeverFalls(_ reference: Case) throws {
    for k in 2...3 {
      let model = try fit(reference.formula, reference.distribution, components: k)
      for (before, after) in zip(model.trace, model.trace.dropFirst()) {
        #expect(after >= before - 1e-9 * abs(before))
      }
      let path = FileManager.default.temporaryDirectory.appending(
        path: "response-\(UUID().uuidString).json"
      ).path
      defer { try? FileManager.default.removeItem(atPath: path) }
      try model.save(to: path)
      let loaded = try Catalogue.withPlugins.load(path: path)
      #expect(try loaded.logDensity(Self.data) == model.logDensity(Self.data))
    }
  }

  @Test(arguments: cases) func weightsCountAsCopies(_ reference: Case) throws {
    let matrix = Self.data.matrix
    let copies = MatrixSource(
      Matrix(rows: 360, columns: 5, values: (0..<360).flatMap { Array(matrix.row($0 % 120)) }),
      columnNames: Self.names)
    let weighted = MatrixSource(
      matrix, columnNames: Self.names, weights: Array(repeating: 3, count: 120))
    let (a, b) = (
      try fit(reference.formula, reference.distribution, weighted),
      try fit(reference.formula, reference.distribution, copies)
    )
    #expect(abs(a.logLikelihood - b.logLikelihood) < 1e-6)
  }

  /// Covariates on the weights go with all of them, and files keep both.
  @Test(arguments: cases) func covariatesOnTheWeights(_ reference: Case) throws {
    var options = FitOptions()
    options.family = try Regression(
      reference.formula, distribution: reference.distribution, concomitant: "~ z")
    options.components = 2
    let model = try Catalogue.withPlugins.fit(Self.data, options)
    #expect(model.freeParameters == 2 * reference.numbers.count + 2)
    let path = FileManager.default.temporaryDirectory.appending(
      path: "response-\(UUID().uuidString).json"
    ).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try model.save(to: path)
    #expect(
      try Catalogue.withPlugins.load(path: path).logDensity(Self.data)
        == model.logDensity(Self.data)
    )
  }

  @Test func shapesAndSizesAreTiedAndFixed() throws {
    for (formula, distribution, name) in [
      ("amount ~ x", "gamma", "shape"), ("count ~ x", "negative_binomial", "size"),
    ] {
      let tied = try fit(formula, distribution, components: 2) { $0.constraints.tied = [name] }
      #expect(numbers(tied, 0).last == numbers(tied, 1).last && tied.freeParameters == 6)
      let fixed = try fit(formula, distribution, components: 2) {
        $0.constraints.fixed[name] = .scalar(3)
      }
      #expect(numbers(fixed, 0).last == 3 && fixed.freeParameters == 5)
      for model in [tied, fixed] {
        for (before, after) in zip(model.trace, model.trace.dropFirst()) {
          #expect(after >= before - 1e-9 * abs(before))
        }
      }
    }
  }

  /// Expected responses are e^η; of levels there is no mean.
  @Test func responses() throws {
    let model = try fit("amount ~ x", "gamma")
    let found = try model.respond(to: Self.data)
    let own = numbers(model)
    #expect(abs(found.mean[5] - exp(own[0] + own[1] * 0.2)) < 1e-9)
    let choice = try fit("choice ~ x", "multinomial")
    #expect(throws: EmulsionError.self) { try choice.respond(to: Self.data) }
    #expect(throws: EmulsionError.self) { try choice.sample(2, seed: 0) }
  }

  @Test(arguments: [
    ("x ~ z", "multinomial2", "multinomial"), ("log(amount) ~ x", "gamma", "log"),
    ("log(choice) ~ x", "multinomial", "levels"), ("z ~ x", "gamma", "numbers > 0"),
    ("amount ~ x", "negative_binomial", "whole numbers"),
  ])
  func whatIsWrongIsNamed(formula: String, distribution: String, text: String) {
    let error = #expect(throws: EmulsionError.self) { try fit(formula, distribution) }
    #expect(error?.message.contains(text) ?? false, "\(error?.message ?? "")")
  }
}
