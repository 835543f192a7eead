import Emulsion
import EmulsionBernoulli
import EmulsionCategorical
import EmulsionGamma
import EmulsionPlugins
import EmulsionRegression
import Foundation
import Testing

/// Mixing probabilities that depend on covariates, beside any family.
@Suite struct ConcomitantTests {
  /// poLCA's cheating data, complete rows: four answers and the grade point average of each pattern, and how many
  /// students gave it. Optimum by flexmix, poLCA and StepMix: `Reference/concomitant.R`.
  private static let patterns = """
    11111:51 11112:63 11113:35 11114:30 11115:24 11121:19 11122:18 11123:6 11124:2 11125:1 11212:5 11213:1 11215:1
    11221:4 11225:1 12111:4 12112:4 12113:4 12115:1 12121:3 12124:1 12211:1 12222:1 12224:1 21111:5 21112:4 21115:1
    21121:2 21122:1 21211:1 21222:1 21223:1 22111:4 22112:6 22113:1 22121:4 22211:1 22221:1 22222:1
    """
  private static let names = ["lieexam", "liepaper", "fraud", "copyexam", "gpa"]

  /// One row a pattern with its weight, or one a student.
  private static func cheating(isWeighted: Bool = true, scale: Double = 1, shift: Double = 0)
    -> MatrixSource
  {
    var (values, weights) = ([Double](), [Double]())
    for entry in patterns.split(whereSeparator: \.isWhitespace) {
      let parts = entry.split(separator: ":")
      var row = parts[0].compactMap { Double(String($0)) }
      row[4] = scale * row[4] + shift
      let count = Int(parts[1]) ?? 0
      for _ in 0..<(isWeighted ? 1 : count) {
        values += row
        weights.append(Double(count))
      }
    }
    return MatrixSource(
      Matrix(rows: values.count / 5, columns: 5, values: values), columnNames: names,
      weights: isWeighted ? weights : nil)
  }

  private func fit(
    _ data: any DataSource, _ formula: String = "~ gpa",
    _ family: any FamilyDefinition = Categorical(),
    _ change: (inout FitOptions) throws -> Void = { _ in }
  ) throws -> Model {
    var options = FitOptions()
    options.family = try Catalogue.withPlugins.concomitant(formula, of: family)
    (options.components, options.tolerance) = (2, 1e-9)
    try change(&options)
    return try Catalogue.withPlugins.fit(data, options)
  }

  private func concomitant(_ model: Model, _ k: Int) -> [Double] {
    model.parameters(ofComponent: k).byName["concomitant"]?.numbers ?? []
  }

  /// What a model says of rows does not differ in a bit.
  private func expectSame(_ a: Model, _ b: Model, on data: any DataSource) throws {
    let (first, second) = (try a.logDensity(data), try b.logDensity(data))
    #expect(first.map(\.bitPattern) == second.map(\.bitPattern))
  }

  @Test func latentClassRegressionIsThatOfOthers() throws {
    let model = try fit(Self.cheating())
    #expect(abs(model.logLikelihood + 429.638384354) < 1e-6)
    #expect(model.freeParameters == 10 && abs(model.bic - 916.8024951) < 1e-5)
    #expect(model.family == "categorical" && model.concomitant?.formula == "~ gpa")
    // The heavier class comes first, and others are compared with it.
    #expect(abs(model.weights[0] - 0.8218919) < 1e-4)
    #expect(concomitant(model, 0) == [0, 0])
    for (found, expected) in zip(concomitant(model, 1), [0.1134344, -0.8424811]) {
      #expect(abs(found - expected) < 2e-3)
    }
    let summary = model.summary()
    #expect(summary.contains("weights ~ gpa, log odds against 1:") && summary.contains("-0.84"))
  }

  /// `weights` are the means of what the covariates make of each row.
  @Test func weightsAreThoseOfTheRows() throws {
    let data = Self.cheating(isWeighted: false)
    let model = try fit(data)
    let coefficients = concomitant(model, 1)
    let shares = (0..<data.rows).map { i in
      1 / (1 + exp(-coefficients[0] - coefficients[1] * data.matrix[i, 4]))
    }
    #expect(abs(shares.reduce(0, +) / Double(data.rows) - model.weights[1]) < 1e-6)
  }

  @Test func weightsCountAsCopies() throws {
    let (weighted, copied) = (
      try fit(Self.cheating()), try fit(Self.cheating(isWeighted: false))
    )
    #expect(abs(weighted.logLikelihood - copied.logLikelihood) < 1e-6)
  }

  /// Another unit of a covariate changes its coefficient alone.
  @Test func unitsMatterToNothing() throws {
    let (plain, moved) = (try fit(Self.cheating()), try fit(Self.cheating(scale: 250, shift: -1e4)))
    #expect(abs(plain.logLikelihood - moved.logLikelihood) < 1e-6)
    #expect(abs(concomitant(plain, 1)[1] - 250 * concomitant(moved, 1)[1]) < 1e-2)
  }

  @Test func threadsGiveTheSameBits() throws {
    let data = Self.mixed(rows: 9000)
    let one = try fit(data, "~ w", GaussianDefinition()) { $0.threads = 1 }
    let two = try fit(data, "~ w", GaussianDefinition()) { $0.threads = 2 }
    try expectSame(one, two, on: data)
  }

  @Test func likelihoodNeverFalls() throws {
    for formula in ["~ w", "~ w + w^2", "~ 0 + w"] {
      let model = try fit(Self.mixed(rows: 500), formula, GaussianDefinition()) {
        $0.components = 3
      }
      #expect(model.warnings.isEmpty)
      for (before, after) in zip(model.trace, model.trace.dropFirst()) {
        #expect(after >= before - 1e-9 * abs(before))
      }
    }
  }

  @Test(arguments: ["gpa", "concomitant.gpa"]) func aCoefficientOf0IsNoCovariate(name: String)
    throws
  {
    // Whether the coefficient is named in full decides where it belongs.
    guard name.contains(".") else {
      #expect(throws: EmulsionError.self) {
        try fit(Self.cheating()) { $0.constraints.fixed[name] = .scalar(0) }
      }
      return
    }
    let held = try fit(Self.cheating()) { $0.constraints.fixed[name] = .scalar(0) }
    var options = FitOptions()
    options.family = Categorical().on(columns: Array(Self.names.prefix(4)))
    (options.components, options.tolerance) = (2, 1e-9)
    let plain = try Catalogue.withPlugins.fit(Self.cheating(), options)
    #expect(abs(held.logLikelihood - plain.logLikelihood) < 1e-6)
    #expect(held.freeParameters == plain.freeParameters)
  }

  @Test func savedModelsGiveTheSameBits() throws {
    let data = Self.cheating()
    let model = try fit(data)
    let path = FileManager.default.temporaryDirectory.appending(
      path: "concomitant-\(UUID().uuidString).json"
    ).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try model.save(to: path)
    let loaded = try Catalogue.withPlugins.load(path: path)
    try expectSame(model, loaded, on: data)
    #expect(loaded.concomitant == model.concomitant)
    let resumed = try loaded.resume(data, FitOptions())
    #expect(abs(resumed.logLikelihood - model.logLikelihood) < 1e-6)
    #expect(concomitant(resumed, 1).count == 2)
  }

  /// Two Gaussians in x whose shares depend on w, and a column of 0 and 1.
  private static func mixed(rows n: Int) -> MatrixSource {
    let values = (0..<n).flatMap { i -> [Double] in
      let t = Double(i)
      let w = sin(0.7 * t) + 0.3 * cos(2.9 * t)
      let u = 0.5 + 0.5 * sin(12.9898 * t + 4.1)
      let isSecond = u < 1 / (1 + exp(-2 * w))
      let noise = sin(5.3 * t) + sin(7.1 * t + 1) + sin(9.7 * t + 2)
      let x = (isSecond ? 3.0 : 0) + 0.7 * noise
      return [x, 0.5 * noise * cos(3.1 * t), w, isSecond == (i % 5 != 0) ? 1 : 0, exp(x)]
    }
    return MatrixSource(
      Matrix(rows: n, columns: 5, values: values), columnNames: ["x", "y", "w", "hit", "z"])
  }

  /// Every family and product: densities are Σ πₖ(w) p(x|k), and means are those of what is described.
  @Test func everyFamilyHasCovariates() throws {
    let data = Self.mixed(rows: 400)
    let families: [any FamilyDefinition] = [
      GaussianDefinition().on(columns: ["x", "y"]), Bernoulli().on(columns: ["hit"]),
      Gamma().on(columns: ["z"]),
      try ProductDefinition([
        GaussianDefinition().on(columns: ["x"]), Bernoulli().on(columns: ["hit"]),
      ]),
    ]
    for family in families {
      let model = try fit(data, "~ w", family)
      #expect(model.columnNames.contains("w"))
      let described = model.describedColumns.map { model.columnNames[$0] }
      #expect(!described.contains("w") && model.means?.columns == described.count)
      let marginal = try model.marginal(described)
      #expect(marginal.weights == model.weights)
      let coefficients = concomitant(model, 1)
      let rows = try model.logDensity(data)
      let own = try (0..<2).map { k in
        try marginal.logDensity(
          Matrix(
            rows: 400, columns: described.count,
            values: (0..<400).flatMap { i in
              described.map { data.matrix[i, data.columnNames.firstIndex(of: $0) ?? 0] }
            }), under: k)
      }
      for i in 0..<400 {
        let share = 1 / (1 + exp(-coefficients[0] - coefficients[1] * data.matrix[i, 2]))
        let expected = log((1 - share) * exp(own[0][i]) + share * exp(own[1][i]))
        #expect(abs(rows[i] - expected) < 1e-9 * max(1, abs(expected)))
      }
    }
  }

  /// The mixture of rows of given covariates has their weights.
  @Test func givenCovariates() throws {
    let model = try fit(Self.mixed(rows: 300), "~ w", GaussianDefinition().on(columns: ["x", "y"]))
    let coefficients = concomitant(model, 1)
    let part = try model.conditional(given: ["w": 0.4])
    let share = 1 / (1 + exp(-coefficients[0] - 0.4 * coefficients[1]))
    #expect(abs(part.weights[1] - share) < 1e-12 && part.columnNames == ["x", "y"])
    #expect(part.means == model.means)
  }

  /// What covariates tell for sure has coefficients without end.
  @Test func separationIsTold() throws {
    let values = (0..<60).flatMap { i -> [Double] in
      let isSecond = i >= 30
      return [(isSecond ? 100 : 0) + sin(Double(7 * i)), Double(i)]
    }
    let data = MatrixSource(Matrix(rows: 60, columns: 2, values: values), columnNames: ["x", "w"])
    let model = try fit(data, "~ w", GaussianDefinition())
    #expect(model.warnings.contains { $0.contains("\"w\" separates component 2") })
    #expect(!model.isDegenerate)
    #expect(try fit(Self.mixed(rows: 300), "~ w", GaussianDefinition()).warnings.isEmpty)
  }

  @Test func regressionsHaveTheOptionOfTheirOwn() throws {
    let data = Self.mixed(rows: 300)
    let beside = try fit(data, "~ w", Regression("x ~ y"))
    let own = try Catalogue.withPlugins.fit(
      data,
      {
        var options = FitOptions()
        options.family = try Regression("x ~ y", concomitant: "~ w")
        (options.components, options.tolerance) = (2, 1e-9)
        return options
      }())
    try expectSame(beside, own, on: data)
  }

  @Test(arguments: [
    ("~ nothing", "no column \"nothing\""), ("gpa ~ fraud", "concomitant"),
    ("~ gpa + offset(fraud)", "offset"),
    ("~ .", "none is left"), ("~ I(gpa * 0)", "constant"),
    ("~ gpa + I(2 * gpa)", "linear combination"),
  ])
  func whatIsWrongIsNamed(formula: String, text: String) {
    let error = #expect(throws: EmulsionError.self) { try fit(Self.cheating(), formula) }
    #expect(error?.message.contains(text) ?? false, "\(error?.message ?? "")")
  }

  @Test func whatNeedsADistributionOfCovariatesIsRefused() throws {
    let model = try fit(Self.mixed(rows: 200), "~ w", GaussianDefinition().on(columns: ["x", "y"]))
    for attempt: () throws -> Any in [
      { try model.sample(3, seed: 0) }, { try model.marginal(["x", "w"]) },
      { try model.conditional(given: ["x": 0]) }, { try model.conditional(given: ["w": .nan]) },
    ] {
      #expect(throws: EmulsionError.self) { _ = try attempt() }
    }
  }
}
