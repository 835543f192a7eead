import Emulsion
import EmulsionPlugins
import Foundation
import Testing

/// Distribution functions of the families against `Reference/distributions.json`.
@Suite struct DistributionTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    var family: String
    var parameters: [String: Double]
    var points: [Double]
    var below: [Double]
    var probabilities: [Double]
    var quantiles: [Double]

    var testDescription: String {
      "\(family) \(parameters.sorted { $0.key < $1.key }.map { "\($0.value)" })"
    }

    /// One component of these parameters.
    var model: Model {
      get throws {
        try DistributionTests.model(
          family, [parameters.mapValues { .scalar($0) }], weights: [1], column: column)
      }
    }

    /// Rows to make the family of: near the component, since a Gaussian family works in their coordinates.
    private var column: [Double] {
      guard let mean = parameters["mean"],
        let square = parameters["covariance"] ?? parameters["scale"]
      else { return points }
      return [mean - square.squareRoot(), mean, mean + square.squareRoot()]
    }

    static let all: [Case] = {
      let path = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Reference/distributions.json")
      let data = (try? Data(contentsOf: path)) ?? Data()
      return (try? JSONDecoder().decode([Case].self, from: data)) ?? []
    }()
  }

  /// A model of given components; the rows only make the family.
  static func model(
    _ family: String, _ components: [[String: ParameterValue]], weights: [Double],
    column: [Double]
  ) throws -> Model {
    var options = FitOptions()
    options.components = components.count
    options.family = try Catalogue.withPlugins.family(named: family)
    options.initializer = GivenParameters(components, weights: weights)
    options.maximumIterations = 0
    let rows = column.map {
      $0.rounded(.down) == $0 || family != "poisson" ? $0 : $0.rounded(.down)
    }
    return try Catalogue.withPlugins.fit(
      MatrixSource(Matrix(rows: rows.count, columns: 1, values: rows), columnNames: ["x"]), options)
  }

  @Test func casesAreThere() { #expect(Case.all.count > 20) }

  @Test("distribution functions and their inverses", arguments: Case.all)
  func agrees(_ reference: Case) throws {
    let model = try reference.model
    for (x, (found, expected)) in zip(
      reference.points, zip(try model.cdf(reference.points), reference.below))
    {
      #expect(
        abs(found - expected) <= 1e-12 * max(expected, 1e-3), "\(x): \(found), not \(expected)")
    }
    for (p, (found, expected)) in zip(
      reference.probabilities, zip(try model.quantile(reference.probabilities), reference.quantiles)
    ) {
      // A median of 0 has no digits of its own.
      let slack = reference.parameters["mean"] == 0 ? 1e-11 : 0
      #expect(
        abs(found - expected) <= 1e-10 * abs(expected) + slack, "\(p): \(found), not \(expected)")
    }
  }

  /// F(F⁻¹(p)) = p, and of discrete families the least number that gets there.
  @Test(arguments: Case.all)
  func quantilesInvert(_ reference: Case) throws {
    let model = try reference.model
    let isDiscrete = ["poisson", "negative_binomial"].contains(reference.family)
    for p in [1e-9, 0.01, 0.3, 0.5, 0.9, 0.99999] {
      let x = try model.quantile([p])[0]
      let reached = try model.cdf([x])[0]
      if isDiscrete {
        #expect(x == x.rounded())
        #expect(reached >= p * (1 - 1e-14))
        #expect(try x == 0 || model.cdf([x - 1])[0] < p)
        #expect(try model.quantile([reached])[0] == x)
      } else {
        // Between doubles that are next to each other F may rise by more.
        let step = 4 * x.ulp
        let around = try model.cdf([x - step, x + step])
        #expect(
          around[0] <= p * (1 + 1e-10) && around[1] >= p * (1 - 1e-10), "\(p): \(reached) at \(x)")
      }
    }
  }

  @Test func endsAreThoseOfTheSupport() throws {
    func ends(_ family: String, _ parameters: [String: Double], _ column: [Double]) throws
      -> [Double]
    {
      try Self.model(
        family, [parameters.mapValues { .scalar($0) }], weights: [1], column: column
      ).quantile([0, 1])
    }
    #expect(
      try ends("gaussian", ["mean": 0, "covariance": 1], [0, 1, 2]) == [-.infinity, .infinity])
    #expect(try ends("gamma", ["shape": 2, "rate": 1], [1, 2, 3]) == [0, .infinity])
    #expect(try ends("beta", ["alpha": 2, "beta": 1], [0.1, 0.2, 0.3]) == [0, 1])
    #expect(try ends("uniform", ["minimum": -3, "maximum": 4], [0, 1, 2]) == [-3, 4])
    #expect(try ends("bernoulli", ["probability": 0.25], [0, 1, 1]) == [0, 1])
  }

  @Test func stepsOfFewLevels() throws {
    let yes = try Self.model(
      "bernoulli", [["probability": .scalar(0.25)]], weights: [1], column: [0, 1, 1])
    #expect(try yes.cdf([-1, 0, 0.5, 1, 2]) == [0, 0.75, 0.75, 1, 1])
    #expect(try yes.quantile([0.5, 0.75, 0.76]) == [0, 0, 1])
    let codes = try Self.model(
      "categorical", [["probabilities": .vector([0.2, 0.3, 0.5])]], weights: [1],
      column: [1, 2, 5, 5])
    #expect(try codes.cdf([0, 1, 2, 4, 5]) == [0, 0.2, 0.5, 0.5, 1])
    #expect(try codes.quantile([0.2, 0.5, 0.51]) == [1, 2, 5])
  }

  /// Components far apart in place and scale, with a gap between them.
  @Test func mixturesOfVeryDifferentComponents() throws {
    let model = try Self.model(
      "gaussian",
      [
        ["mean": .scalar(0), "covariance": .scalar(1)],
        ["mean": .scalar(1e6), "covariance": .scalar(1e8)],
      ], weights: [0.4, 0.6], column: [0, 1, 1e6])
    for p in [1e-6, 0.1, 0.39999, 0.41, 0.7, 1 - 1e-9] {
      #expect(abs(try model.cdf(model.quantile([p]))[0] - p) <= 1e-10, "\(p)")
    }
    let points = try model.quantile([0.1, 0.2, 0.4, 0.6, 0.9])
    #expect(points == points.sorted())
  }

  @Test(arguments: ["student_t", "log_normal", "gamma", "categorical"])
  func marginalsAreSlices(family: String) throws {
    // The marginal's log-density, integrated numerically over the other column by samples, is that of a fit
    // of independent rows: the marginal of a sample has the sample's columns.
    var random = CounterRandom(seed: 3)
    var values: [Double] = []
    for i in 0..<300 {
      let shift = i % 2 == 0 ? 1.0 : 3.0
      let (a, b) = (random.uniform(), random.uniform())
      values +=
        family == "categorical"
        ? [(2 * a + shift - 1).rounded(), (b * shift).rounded()] : [shift + a + b, shift * (1 + b)]
    }
    let data = MatrixSource(
      Matrix(rows: 300, columns: 2, values: values), columnNames: ["a", "b"])
    var options = FitOptions()
    (options.components, options.restarts) = (2, 2)
    options.family = try Catalogue.withPlugins.family(named: family)
    let model = try Catalogue.withPlugins.fit(data, options)
    for (j, name) in ["a", "b"].enumerated() {
      let marginal = try model.marginal([name])
      #expect(marginal.family == family && marginal.columnNames == [name])
      let drawn = try model.sample(40_000, seed: 5).rows.column(j).sorted()
      for q in [0.1, 0.5, 0.8] {
        let x = drawn[Int(q * 40_000)]
        let below = Double(drawn.count { $0 <= x }) / 40_000
        #expect(abs(try marginal.cdf([x])[0] - below) < 0.012)
      }
    }
    // The same parameters in the other order.
    let swapped = try model.marginal(["b", "a"])
    let back = MatrixSource(
      Matrix(rows: 1, columns: 2, values: [values[1], values[0]]), columnNames: ["b", "a"])
    let one = MatrixSource(
      Matrix(rows: 1, columns: 2, values: Array(values[0...1])), columnNames: ["a", "b"])
    #expect(abs(try swapped.logDensity(back)[0] - model.logDensity(one)[0]) < 1e-10)
  }

  @Test func productsAndRegressionsHaveMarginals() throws {
    var random = CounterRandom(seed: 8)
    var values: [Double] = []
    for i in 0..<200 {
      let x = random.normal()
      let slope: Double = i % 2 == 0 ? 1 : -1
      values += [x, slope * x * 3 + 0.2 * random.normal(), random.poisson(mean: 3 + 2 * slope)]
    }
    let data = MatrixSource(
      Matrix(rows: 200, columns: 3, values: values), columnNames: ["x", "y", "n"])
    var options = FitOptions()
    (options.components, options.restarts) = (2, 3)
    let catalogue = Catalogue.withPlugins
    let regression = try catalogue.family(named: "regression").configured(with: [
      "formula": .text("y ~ x")
    ])
    options.family = try ProductDefinition([
      regression, catalogue.family(named: "poisson").on(columns: ["n"]),
    ])
    let model = try catalogue.fit(data, options)
    let counts = try model.marginal(["n"])
    #expect(counts.family == "poisson")
    #expect(try abs(counts.cdf([.infinity])[0] - 1) < 1e-14)
    let error = #expect(throws: EmulsionError.self) { try model.marginal(["y", "n"]) }
    #expect(error?.message.contains("predictors") ?? false)
    let none = #expect(throws: EmulsionError.self) { try model.marginal(["x"]) }
    #expect(none?.code == .invalidOption)
  }
}
