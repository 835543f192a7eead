import Emulsion
import EmulsionBeta
import EmulsionData
import EmulsionExponential
import EmulsionGamma
import EmulsionLogNormal
import EmulsionNegativeBinomial
import EmulsionPlugins
import EmulsionStudentT
import EmulsionTestKit
import Foundation
import Testing

/// Parameters that are fixed, or tied across components.
@Suite struct ConstraintTests {
  private func fit(
    _ family: any FamilyDefinition, _ data: MatrixSource, tied: Set<String> = [],
    fixed: [String: ParameterValue] = [:], components: Int = 2, covariance: String = "full",
    _ change: (inout FitOptions) -> Void = { _ in }
  ) throws -> Model {
    var options = FitOptions()
    options.family = family
    options.components = components
    options.covariance = covariance
    options.constraints.tied = tied
    options.constraints.fixed = fixed
    options.tolerance = 1e-8
    options.maximumIterations = 3000
    change(&options)
    let model = try Catalogue.withPlugins.fit(data, options)
    #expect(model.firstFall == nil)
    return model
  }

  private func numbers(_ model: Model, _ name: String) -> [[Double]] {
    model.parameters.map { $0.byName[name]?.numbers ?? [] }
  }

  private func draws(_ n: Int, seed: UInt64, _ draw: (Int, inout CounterRandom) -> Double)
    -> MatrixSource
  {
    var random = CounterRandom(seed: seed)
    return MatrixSource(
      Matrix(rows: n, columns: 1, values: (0..<n).map { draw($0, &random) }))
  }

  private var positive: MatrixSource {
    draws(600, seed: 3) { i, random in
      i % 3 == 0 ? random.gamma(shape: 4) : 20 + 5 * random.gamma(shape: 4)
    }
  }

  private var counts: MatrixSource {
    draws(600, seed: 4) { i, random in
      random.poisson(mean: random.gamma(shape: 3) * (i % 2 == 0 ? 1 : 12))
    }
  }

  private var shares: MatrixSource {
    draws(600, seed: 5) { i, random in
      let (a, b) = (
        random.gamma(shape: i % 2 == 0 ? 2 : 9), random.gamma(shape: i % 2 == 0 ? 7 : 3)
      )
      return min(max(a / (a + b), 1e-9), 1 - 1e-9)
    }
  }

  /// A gamma law of shape 1 is the exponential one.
  @Test func aFixedShapeMakesAnotherFamily() throws {
    let start = GivenResponsibilities(
      Matrix(
        rows: 600, columns: 2, values: (0..<600).flatMap { $0 % 3 == 0 ? [0.9, 0.1] : [0.2, 0.8] }))
    let gamma = try fit(Gamma(), positive, fixed: ["shape": .scalar(1)]) { $0.initializer = start }
    let exponential = try fit(Exponential(), positive) { $0.initializer = start }
    #expect(abs(gamma.logLikelihood - exponential.logLikelihood) < 1e-6)
    #expect(gamma.freeParameters == 3)
    #expect(numbers(gamma, "shape") == [[1], [1]])
  }

  /// Between a component for all and components that share nothing.
  @Test(arguments: [
    ("gamma", "shape"), ("gamma", "rate"), ("beta", "alpha"), ("beta", "beta"),
    ("negative_binomial", "size"), ("negative_binomial", "mean"), ("log_normal", "log_covariance"),
    ("gaussian", "covariance"), ("gaussian", "mean"), ("student_t", "mean"),
    ("student_t", "scale"), ("student_t", "degrees_of_freedom"), ("log_normal", "log_mean"),
  ])
  func aTiedParameterIsShared(family: String, parameter: String) throws {
    let definition = try Catalogue.withPlugins.family(named: family)
    let data = family == "beta" ? shares : family == "negative_binomial" ? counts : positive
    let one = try fit(definition, data, components: 1)
    let tied = try fit(definition, data, tied: [parameter])
    let free = try fit(definition, data)
    let values = numbers(tied, parameter)
    #expect(values.count == 2 && !values[0].isEmpty && values[0] == values[1])
    #expect(tied.freeParameters == free.freeParameters - 1)
    // Degrees of freedom of Gaussian components grow on and on: fits end a little before.
    let slack = family == "student_t" ? 0.1 : 1e-6
    #expect(tied.logLikelihood >= one.logLikelihood - slack)
    #expect(tied.logLikelihood <= free.logLikelihood + slack)
  }

  /// Where everything is tied, two components are one.
  @Test(arguments: [
    ("gamma", ["shape", "rate"]), ("beta", ["alpha", "beta"]),
    ("negative_binomial", ["mean", "size"]), ("gaussian", ["mean", "covariance"]),
  ])
  func everythingTiedIsOneComponent(family: String, parameters: [String]) throws {
    let definition = try Catalogue.withPlugins.family(named: family)
    let data = family == "beta" ? shares : family == "negative_binomial" ? counts : positive
    let one = try fit(definition, data, components: 1)
    let tied = try fit(definition, data, tied: Set(parameters))
    #expect(abs(tied.logLikelihood - one.logLikelihood) < 1e-6 * abs(one.logLikelihood))
    #expect(tied.freeParameters == one.freeParameters + 1)
  }

  @Test(arguments: ["full", "diagonal", "spherical", "tied", "VEV"])
  func aGaussianMeanIsFixedOrShared(covariance: String) throws {
    let data = MatrixSource(try DataSets.table(named: "faithful").matrix())
    let fixed = try fit(
      GaussianDefinition(), data, fixed: ["mean": .vector([3.5, 70])], covariance: covariance)
    #expect(
      numbers(fixed, "mean").allSatisfy { abs($0[0] - 3.5) < 1e-12 && abs($0[1] - 70) < 1e-12 })
    let shared = try fit(GaussianDefinition(), data, tied: ["mean"], covariance: covariance)
    #expect(numbers(shared, "mean")[0] == numbers(shared, "mean")[1])
    #expect(shared.freeParameters == fixed.freeParameters + 2)
    #expect(shared.logLikelihood >= fixed.logLikelihood - 1e-6)
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).json").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try shared.save(to: path)
    let again = try Catalogue.withPlugins.load(path: path)
    #expect(try again.logDensity(data) == shared.logDensity(data))
    #expect(again.freeParameters == shared.freeParameters)
  }

  /// With unit covariances, k-means' own model: means alone are free.
  @Test func aFixedCovarianceStays() throws {
    let model = try fit(
      GaussianDefinition(), positive, fixed: ["covariance": .scalar(4)])
    #expect(model.freeParameters == 3)
    #expect(numbers(model, "covariance").allSatisfy { abs($0[0] - 4) < 1e-12 })
  }

  @Test func whatDoesNotFitIsRefused() {
    let square = MatrixSource(Matrix(rows: 4, columns: 2, values: [1, 2, 2, 1, 5, 3, 4, 9]))
    let skewed = Matrix(rows: 2, columns: 2, values: [2, 1, 1, 2])
    for (fixed, covariance) in [
      (["mean": ParameterValue.vector([1, 2, 3])], "full"),
      (["covariance": .matrix(skewed)], "diagonal"),
      (["covariance": .scalar(-1)], "full"),
      (["centre": .scalar(1)], "full"),
    ] {
      #expect(throws: EmulsionError.self) {
        try fit(GaussianDefinition(), square, fixed: fixed, covariance: covariance)
      }
    }
  }
}
