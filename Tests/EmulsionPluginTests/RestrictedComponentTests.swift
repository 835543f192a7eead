import Emulsion
import EmulsionPlugins
import EmulsionPoisson
import EmulsionRegression
import Foundation
import Testing

/// Parameters of single components that keep a value.
@Suite struct RestrictedComponentTests {
  /// Counts of a zero-inflated Poisson distribution, by their frequencies.
  private static let frequencies = [68.0, 21, 34, 30, 22, 13, 7, 3, 1, 1]
  private static var counts: MatrixSource {
    MatrixSource(
      Matrix(rows: 10, columns: 1, values: (0..<10).map(Double.init)), columnNames: ["n"],
      weights: frequencies)
  }

  private func fit(
    _ data: any DataSource, _ family: any FamilyDefinition,
    _ components: [Int: [String: ParameterValue]], _ change: (inout FitOptions) -> Void = { _ in }
  ) throws -> Model {
    var options = FitOptions()
    (options.family, options.components, options.tolerance) = (family, 2, 1e-10)
    options.constraints.components = components
    change(&options)
    return try Catalogue.withPlugins.fit(data, options)
  }

  /// ln Σ of π + (1 − π)e^−λ at 0 and (1 − π) λⁿe^−λ/n! elsewhere, maximised by bisection of the equation for λ:
  /// λ/(1 − e^−λ) is the mean of the counts above 0, and π follows.
  private static func directMaximum() -> (share: Double, rate: Double, logLikelihood: Double) {
    let total = frequencies.reduce(0, +)
    let positive = total - frequencies[0]
    let mean = frequencies.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element } / positive
    var (low, high) = (1e-6, 50.0)
    for _ in 0..<200 {
      let middle = 0.5 * (low + high)
      if middle / (1 - exp(-middle)) < mean { low = middle } else { high = middle }
    }
    let rate = 0.5 * (low + high)
    let share = 1 - positive / total / (1 - exp(-rate))
    let sum = frequencies.enumerated().reduce(0.0) { sum, entry in
      let n = Double(entry.offset)
      let p = (1 - share) * exp(n * log(rate) - rate - lgamma(n + 1)) + (n == 0 ? share : 0)
      return sum + entry.element * log(p)
    }
    return (share, rate, sum)
  }

  /// The component keeps its number, whichever is heavier.
  @Test(arguments: [0, 1]) func zeroInflatedPoisson(zero: Int) throws {
    let expected = Self.directMaximum()
    let model = try fit(Self.counts, Poisson(), [zero: ["rate": .scalar(0)]])
    #expect(abs(model.logLikelihood - expected.logLikelihood) < 1e-8)
    #expect(abs(model.weights[zero] - expected.share) < 1e-5)
    #expect(model.parameters(ofComponent: zero)[0].value.numbers == [0])
    #expect(abs(model.parameters(ofComponent: 1 - zero)[0].value.numbers[0] - expected.rate) < 1e-4)
    #expect(model.freeParameters == 2 && !model.isDegenerate)
  }

  @Test func savedModelsAndResumedOnesKeepIt() throws {
    let model = try fit(Self.counts, Poisson(), [0: ["rate": .scalar(0)]])
    let path = FileManager.default.temporaryDirectory.appending(
      path: "restricted-\(UUID().uuidString).json"
    ).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try model.save(to: path)
    let loaded = try Catalogue.withPlugins.load(path: path)
    #expect(try loaded.logDensity(Self.counts) == model.logDensity(Self.counts))
    let resumed = try loaded.resume(Self.counts, FitOptions())
    #expect(resumed.parameters(ofComponent: 0)[0].value.numbers == [0])
    #expect(resumed.freeParameters == 2)
  }

  private static let plane: MatrixSource = {
    let values = (0..<240).flatMap { i -> [Double] in
      let t = Double(i)
      let (a, b) = (sin(5.3 * t) + sin(7.1 * t + 1), sin(9.7 * t + 2) + cos(3.3 * t))
      return i % 3 == 0 ? [4 + a, 3 + 0.5 * a + b] : [0.3 + 0.8 * a, 0.2 + b]
    }
    return MatrixSource(Matrix(rows: 240, columns: 2, values: values), columnNames: ["x", "y"])
  }()

  /// A mean that is fixed in one component, in whole or in part: its M step is that of the family with the mean fixed in
  /// all, so that the likelihood rises and stands at a maximum.
  @Test(arguments: ["full", "diagonal", "spherical"]) func aGaussianMean(covariance: String) throws
  {
    for fixed: [String: ParameterValue] in [
      ["mean": .vector([0, 0])], ["x": .scalar(0)], ["covariance": .matrix(.identity(2))],
    ] {
      let model = try fit(Self.plane, GaussianDefinition(), [1: fixed]) {
        $0.covariance = covariance
      }
      let free = try fit(Self.plane, GaussianDefinition(), [:]) { $0.covariance = covariance }
      #expect(model.logLikelihood < free.logLikelihood)
      for (before, after) in zip(model.trace, model.trace.dropFirst()) {
        #expect(after >= before - 1e-9 * abs(before))
      }
      let lost = fixed["covariance"] == nil ? fixed.values.reduce(0) { $0 + $1.numbers.count } : 3
      if covariance == "full" { #expect(model.freeParameters == free.freeParameters - lost) }
      if let value = fixed["covariance"] {
        #expect(model.parameters(ofComponent: 1)[1].value.matrix?.values == value.numbers)
      } else {
        #expect(model.means?[1, 0] == 0)
      }
    }
  }

  /// Fixed in both components is fixed in all.
  @Test func allOfThemAreAll() throws {
    let each = try fit(
      Self.plane, GaussianDefinition(), [0: ["x": .scalar(0.5)], 1: ["x": .scalar(0.5)]])
    let all = try fit(Self.plane, GaussianDefinition(), [:]) {
      $0.constraints.fixed["x"] = .scalar(0.5)
    }
    #expect(abs(each.logLikelihood - all.logLikelihood) < 1e-6)
    #expect(each.freeParameters == all.freeParameters)
  }

  @Test func regressionsAndProducts() throws {
    let line = try fit(
      Self.plane, Regression("y ~ x"), [0: ["coefficients.intercept": .scalar(0)]])
    #expect(line.parameters(ofComponent: 0)[0].value.numbers[0] == 0)
    #expect(line.freeParameters == 6)
    let product = try fit(
      Self.plane,
      ProductDefinition([
        GaussianDefinition().on(columns: ["x"]), GaussianDefinition().on(columns: ["y"]),
      ]), [1: ["gaussian1.mean": .scalar(0)]])
    #expect(product.parameters(ofComponent: 1)[0].value.numbers == [0])
    #expect(product.freeParameters == 8)
  }

  @Test func whatCannotBeIsNamed() throws {
    let attempts: [([Int: [String: ParameterValue]], String, (inout FitOptions) -> Void)] = [
      ([2: ["mean": .vector([0, 0])]], "components[3]", { _ in }),
      ([0: ["means": .vector([0, 0])]], "components[1]", { _ in }),
      ([0: ["mean": .vector([0])]], "components[1]", { _ in }),
      ([0: ["mean": .vector([0, 0])]], "share parameters", { $0.covariance = "tied" }),
      ([0: ["mean": .vector([0, 0])]], "tied", { $0.constraints.tied = ["x"] }),
      ([0: ["x": .scalar(0)]], "already", { $0.constraints.fixed["x"] = .scalar(1) }),
    ]
    for (components, text, change) in attempts {
      let error = #expect(throws: EmulsionError.self) {
        try fit(Self.plane, GaussianDefinition(), components, change)
      }
      #expect(
        error?.code == .invalidOption && error?.message.contains(text) ?? false,
        "\(error?.message ?? "")")
    }
  }

  /// Intervals leave out what is fixed.
  @Test func intervalsAreOfWhatIsFree() throws {
    let model = try fit(Self.counts, Poisson(), [0: ["rate": .scalar(0)]])
    let intervals = try model.intervals(Self.counts)
    #expect(intervals.rows.count == 3)
  }

  /// A neutral component need be none that parameters make, and probabilities that are held leave the others a share.
  @Test(arguments: ["categorical", "multinomial", "student_t"], [1, 2, 3])
  func anyFamilyHoldsOneNumber(family: String, components: Int) throws {
    let definition = try Catalogue.withPlugins.family(named: family)
    let data = family == "student_t" ? Self.plane : Self.levels
    for held in 0..<components {
      let free = try fit(data, definition, [:]) { $0.components = components }
      let parameter = free.parameters(ofComponent: 0)[0]
      let title = try #require(
        parameter.labels.first { $0 != "" } ?? data.columnNames.first)
      let model = try fit(data, definition, [held: [title: .scalar(0.25)]]) {
        $0.components = components
      }
      #expect(model.parameters(ofComponent: held)[0].value.numbers[0] == 0.25)
      #expect(model.freeParameters == free.freeParameters - 1)
      #expect(model.logLikelihood.isFinite)
    }
  }

  /// Whole numbers from 0 to 2 and 1 to 3.
  private static let levels: MatrixSource = {
    let values = (0..<90).flatMap { (i: Int) -> [Double] in
      let (x, y) = ((i * i / 3) % 3, 1 + (i * 7 / 4) % 3)
      return [Double(x), Double(y)]
    }
    return MatrixSource(Matrix(rows: 90, columns: 2, values: values), columnNames: ["x", "y"])
  }()

  /// A component that is held is the same mixture whichever number it has.
  @Test(arguments: [1, 6, 8] as [UInt64]) func numbersOfHeldComponentsDontMatter(seed: UInt64)
    throws
  {
    var random = CounterRandom(seed: seed)
    let values = (0..<150).flatMap { (i: Int) -> [Double] in
      let (x, y, z) = (random.normal(), random.normal(), random.normal())
      if i % 10 < 5 { return [x, 2 * y, 0.5 * z] }
      return i % 10 < 8 ? [4 + x, 0.5 * x + 0.87 * y, 1 + z] : [1.4 * x, 5 + y, z]
    }
    let data = MatrixSource(Matrix(rows: 150, columns: 3, values: values))
    let heights = try (0..<3).map { held in
      try fit(data, GaussianDefinition(), [held: ["mean": .vector([0, 0, 0])]]) {
        ($0.components, $0.tolerance) = (3, 1e-6)
      }.logLikelihood
    }
    for height in heights { #expect(abs(height - heights[0]) < 1e-3, "\(heights)") }
  }
}
