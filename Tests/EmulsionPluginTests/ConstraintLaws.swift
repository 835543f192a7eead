import Emulsion
import EmulsionBernoulli
import EmulsionBeta
import EmulsionCategorical
import EmulsionExponential
import EmulsionGamma
import EmulsionLaplace
import EmulsionLogNormal
import EmulsionMultinomial
import EmulsionNegativeBinomial
import EmulsionPlugins
import EmulsionPoisson
import EmulsionRegression
import EmulsionStudentT
import EmulsionTestKit
import EmulsionUniform
import EmulsionVonMisesFisher
import Foundation
import Testing

/// What holds of fixed and tied parameters of any family.
@Suite struct ConstraintLaws {
  /// A parameter of a family, or a number of it, and data to restrict it on.
  struct Case: Sendable, CustomTestStringConvertible {
    let family: any FamilyDefinition
    let parameter: String
    let data: Data
    /// A name that stands for a single number.
    var number: String?
    /// Whether it depends on differences between components alone.
    var isRelative = false
    /// Whether covariances have a structure that their numbers alone don't keep to.
    var isStructured: Bool { family.label.contains("VEV") }
    var testDescription: String { "\(family.label): \(number ?? parameter)" }
  }

  enum Data: Sendable { case real, positive, counts, binary, shares }

  static var cases: [Case] {
    let line = try? Regression("b ~ a")
    let counts = try? Regression("b ~ a", distribution: "poisson")
    let odds = try? Regression("b ~ a", distribution: "binomial")
    let mixing = try? Regression("b ~ a", concomitant: "~ a")
    let product = try? ProductDefinition([
      GaussianDefinition().on(columns: ["a"]), Laplace().on(columns: ["b"]),
    ])
    let list: [((any FamilyDefinition)?, Data, [(String, String?)])] = [
      (GaussianDefinition(), .real, [("mean", nil), ("covariance", nil), ("mean", "b")]),
      (GaussianDefinition(covariance: "VEV"), .real, [("mean", "mean.a"), ("covariance", nil)]),
      (
        StudentT(), .real,
        [("mean", nil), ("scale", nil), ("degrees_of_freedom", nil), ("mean", "a")]
      ),
      (LogNormal(), .positive, [("log_mean", nil), ("log_covariance", nil), ("log_mean", "a")]),
      (Gamma(), .positive, [("shape", nil), ("rate", nil), ("shape", "shape.a")]),
      (Exponential(), .positive, [("rate", nil), ("rate", "b")]),
      (Beta(), .shares, [("alpha", nil), ("beta", nil), ("beta", "beta.b")]),
      (
        NegativeBinomial(), .counts, [("mean", nil), ("size", nil), ("mean", "mean.a")]
      ),
      (Poisson(), .counts, [("rate", nil), ("rate", "a")]),
      (Bernoulli(), .binary, [("probability", nil), ("probability", "b")]),
      (Categorical(), .binary, [("probabilities", nil), ("probabilities", "p2(1)")]),
      (Categorical(), .counts, [("probabilities", nil), ("probabilities", "p1(3)")]),
      (Multinomial(), .counts, [("probabilities", nil)]),
      (Laplace(), .real, [("location", nil), ("scale", nil), ("location", "location.b")]),
      (Uniform(), .real, [("minimum", nil), ("maximum", nil)]),
      (VonMisesFisher(), .real, [("mean_direction", nil), ("concentration", nil)]),
      (
        line, .real,
        [
          ("coefficients", nil), ("standard_deviation", nil), ("coefficients", "a"),
          ("coefficients", "intercept"),
        ]
      ),
      (counts, .counts, [("coefficients", nil), ("coefficients", "coefficients.a")]),
      (odds, .binary, [("coefficients", nil), ("coefficients", "a")]),
      (
        mixing, .real,
        [("coefficients", nil), ("concomitant", nil), ("concomitant", "concomitant.a")]
      ),
      (product, .real, [("gaussian.mean", nil), ("laplace.scale", nil)]),
    ]
    return list.flatMap { family, data, names in
      names.compactMap { name, number in
        family.map {
          Case(
            family: $0, parameter: name, data: data, number: number,
            isRelative: name == "concomitant")
        }
      }
    }
  }

  @Test func everyFamilyIsTried() {
    let tried = Set(Self.cases.map(\.family.name))
    #expect(Catalogue.withPlugins.familyNames.filter { !tried.contains($0) } == [])
  }

  private static let sources: [Data: MatrixSource] = {
    var random = CounterRandom(seed: 8)
    func source(_ draw: (Bool, Int, inout CounterRandom) -> Double) -> MatrixSource {
      let values = (0..<240).flatMap { i in (0..<2).map { draw(i % 3 == 0, $0, &random) } }
      return MatrixSource(
        Matrix(rows: 240, columns: 2, values: values), columnNames: ["a", "b"])
    }
    return [
      .real: source { $2.normal() * ($0 ? 1 : 0.6) + ($0 ? 6 : 1) + Double($1) },
      .positive: source { ($0 ? 9 : 1) * $2.gamma(shape: 4) + 0.01 * Double($1 + 1) },
      .counts: source { min(8, $2.poisson(mean: $0 ? 4 : 1) + Double($1)) },
      .binary: source { $2.uniform() < ($0 ? 0.85 : 0.2) + 0.05 * Double($1) ? 1 : 0 },
      .shares: source {
        let (a, b) = ($2.gamma(shape: $0 ? 9 : 2), $2.gamma(shape: $0 ? 3 : 7 + Double($1)))
        return a / (a + b)
      },
    ]
  }()

  private func source(_ item: Case) -> MatrixSource {
    Self.sources[item.data] ?? MatrixSource(Matrix(rows: 0, columns: 0))
  }

  private func fit(_ item: Case, _ change: (inout FitOptions) throws -> Void) throws -> Model {
    var options = FitOptions()
    options.family = item.family
    options.components = 2
    options.seed = 3
    options.restarts = 4
    options.tolerance = 1e-7
    options.maximumIterations = 2000
    try change(&options)
    let model = try Catalogue.withPlugins.fit(source(item), options)
    #expect(model.firstFall == nil, "\(item.testDescription) fell")
    return model
  }

  /// The numbers that the case's name stands for, of each component.
  private func numbers(_ model: Model, _ item: Case) -> [[Double]] {
    model.parameters.map { parameters in
      guard let parameter = parameters.first(where: { $0.name == item.parameter }) else {
        return []
      }
      guard let number = item.number?.split(separator: ".").last else {
        return parameter.value.numbers
      }
      let prefix = parameter.name + " "
      let labels = parameter.labels.isEmpty ? ["a", "b"] : parameter.labels
      let place = labels.firstIndex { $0 == number || $0 == prefix + number }
      return place.map { [parameter.value.numbers[$0]] } ?? []
    }
  }

  /// What is fixed stays to the bit, what is tied is equal, from the start on; the count follows; the
  /// likelihood is no higher than without the restriction; and a model keeps it when saved or resumed.
  @Test(arguments: cases) func restrictionsAreKept(_ item: Case) throws {
    let name = item.number ?? item.parameter
    let free = try fit(item) { _ in }
    let one = try fit(item) { $0.components = 1 }
    let value: ParameterValue
    if item.number == nil {
      value = try #require(
        one.parameters[0].byName[item.parameter] ?? free.parameters[0].byName[item.parameter])
    } else {
      value = .scalar(
        try #require((item.isRelative ? numbers(free, item) : numbers(one, item))[0].first))
    }
    let given = GivenParameters(free.parameters.map(\.byName), weights: free.weights)
    for isFixed in [true, false] {
      func restrict(_ options: inout FitOptions) {
        if isFixed {
          options.constraints.fixed = [name: value]
        } else {
          options.constraints.tied = [name]
        }
      }
      let begun = try fit(item) {
        restrict(&$0)
        $0.initializer = given
        $0.maximumIterations = 0
      }
      let model = try fit(item) { restrict(&$0) }
      let resumed = try model.resume(source(item), FitOptions())
      for fitted in [begun, model, resumed] {
        let found = numbers(fitted, item)
        #expect(!found[0].isEmpty)
        #expect(found[0] == found[1] || item.isRelative && !isFixed, "\(found)")
        // Directions are scaled to the length 1.
        if isFixed && item.family.name != "von_mises_fisher" {
          #expect(found[0] == (item.number == nil ? value.numbers : [value.numbers[0]]))
        }
      }
      // A local maximum of the restricted model is no higher than what EM makes of it without.
      let released = try fit(item) {
        $0.initializer = GivenParameters(model.parameters.map(\.byName), weights: model.weights)
      }
      if item.family.name != "uniform" {
        #expect(released.logLikelihood >= model.logLikelihood - 1e-7 * abs(model.logLikelihood))
      }
      #expect(resumed.logLikelihood >= model.logLikelihood - 1e-9 * abs(model.logLikelihood))
      try expectNoBetterNeighbour(of: model, item, restrict)
      #expect(model.freeParameters < free.freeParameters)
      try expectSaved(model, item)
    }
    let fixed = try fit(item) { $0.constraints.fixed = [name: value] }.freeParameters
    let tied = try fit(item) { $0.constraints.tied = [name] }.freeParameters
    // q numbers of two components: 2q less, or q less, where they don't depend on one another.
    let dependent = item.isRelative || item.number != nil && item.parameter == "probabilities"
    if !dependent && !(item.isStructured && item.parameter == "covariance") {
      #expect(free.freeParameters - fixed == 2 * (free.freeParameters - tied))
    }
  }

  /// No other parameters near by that keep to the restrictions do better.
  private func expectNoBetterNeighbour(
    of model: Model, _ item: Case, _ restrict: (inout FitOptions) -> Void
  ) throws {
    guard item.family.name != "uniform" else { return }
    for k in 0..<2 {
      for (p, parameter) in model.parameters[k].enumerated() {
        // Degrees of freedom of Gaussian components grow on and on.
        if parameter.name == "degrees_of_freedom" { continue }
        if item.isStructured && parameter.name == "covariance" { continue }
        for i in parameter.value.numbers.indices {
          // EM leaves a probability of 0 where it is.
          if item.parameter == "probabilities" && parameter.value.numbers[i] < 1e-6 { continue }
          for step in [1e-3, -1e-3] {
            var moved = model.parameters
            var numbers = parameter.value.numbers
            numbers[i] += step * max(abs(numbers[i]), 0.1)
            switch parameter.value {
            case .scalar: moved[k][p].value = .scalar(numbers[0])
            case .vector: moved[k][p].value = .vector(numbers)
            case .matrix, .covariance:
              let matrix = try #require(parameter.value.matrix)
              moved[k][p].value = .matrix(
                Matrix(rows: matrix.rows, columns: matrix.columns, values: numbers))
            }
            // What is no covariance and no probabilities any more can't be tried.
            let tried = try? fit(item) {
              restrict(&$0)
              $0.maximumIterations = 0
              $0.initializer = GivenParameters(moved.map(\.byName), weights: model.weights)
            }
            guard let tried else { continue }
            #expect(
              tried.logLikelihood <= model.logLikelihood + 1e-5,
              "\(parameter.name) \(i) of component \(k + 1)")
          }
        }
      }
    }
  }

  private func expectSaved(_ model: Model, _ item: Case) throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).json").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try model.save(to: path)
    let again = try Catalogue.withPlugins.load(path: path)
    #expect(again.freeParameters == model.freeParameters)
    #expect(again.parameters == model.parameters)
    let resumed = try again.resume(source(item), FitOptions())
    let found = numbers(resumed, item)
    #expect(found[0] == found[1] || item.isRelative)
  }
}
