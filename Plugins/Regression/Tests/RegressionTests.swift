import Emulsion
import EmulsionRegression
import EmulsionTestKit
import Foundation
import Testing

/// Rows of two regressions of y on x and z.
private func rows(_ n: Int, distribution: String, seed: UInt64 = 9) -> MatrixSource {
  var random = CounterRandom(seed: seed)
  var values: [Double] = []
  for row in 0..<n {
    let (x, z) = (4 * random.uniform() - 1, 1 + 3 * random.uniform())
    let eta = row % 2 == 0 ? 1 + 0.6 * x : 2.5 - 0.5 * x + 0.2 * log(z)
    let trials = 12.0
    switch distribution {
    case "gaussian": values += [eta + 0.2 * random.normal(), x, z, trials]
    case "poisson":
      var (count, product) = (0.0, 1 - random.uniform())
      while product > exp(-exp(eta)) {
        count += 1
        product *= 1 - random.uniform()
      }
      values += [count, x, z, trials]
    default:
      let probability = 1 / (1 + exp(2 - eta))
      let count = (0..<Int(trials)).reduce(0.0) { sum, _ in
        sum + (random.uniform() < probability ? 1 : 0)
      }
      values += [count, x, z, trials]
    }
  }
  return MatrixSource(
    Matrix(rows: n, columns: 4, values: values), columnNames: ["y", "x", "z", "n"])
}

@Suite struct RegressionTests {
  @Test(arguments: ["gaussian", "poisson", "binomial"])
  func itKeepsTheLaws(distribution: String) throws {
    let family = try Regression(
      "y ~ x + log(z)", distribution: distribution,
      trials: distribution == "binomial" ? "n" : nil)
    var outside: [Int: [Double]] = [2: [0, -1], 1: [.nan]]
    if distribution != "gaussian" { outside[0] = [-1, 0.5] }
    let example = FamilyExample(
      family, data: rows(400, distribution: distribution),
      components: [[1.0, 0.6, 0], [2.5, -0.5, 0.2]].map { coefficients in
        var component: [String: ParameterValue] = ["coefficients": .vector(coefficients)]
        if distribution == "gaussian" { component["standard_deviation"] = .scalar(0.2) }
        return component
      },
      // It describes y given the other columns: there are no rows to draw.
      exempt: [.density, .recovery, .moments], outside: outside, drawsRows: false)
    let found = example.violations()
    #expect(found.isEmpty, "\(found)")
  }

  /// Terms that tell rows apart without error are told, and no others.
  @Test(arguments: ["binomial", "poisson", "negative_binomial"], [true, false])
  func separationIsTold(distribution: String, isSeparated: Bool) throws {
    let values = (0..<40).flatMap { i -> [Double] in
      let (x, z) = (Double(i), Double(i % 2))
      let isOne = distribution == "binomial" ? i >= 20 : z == 1
      let y = isOne ? (distribution == "binomial" ? 1 : Double(1 + i * 7 % 5)) : 0
      return [!isSeparated && i % 9 < 2 ? 1 - min(y, 1) : y, x, z]
    }
    var options = FitOptions()
    options.components = 1
    options.family = try Regression("y ~ x + z", distribution: distribution)
    let data = MatrixSource(
      Matrix(rows: 40, columns: 3, values: values), columnNames: ["y", "x", "z"])
    let notes = try Catalogue.standard.fit(data, options).warnings.filter {
      $0.contains("separation")
    }
    #expect(notes.count == (isSeparated ? 1 : 0), "\(notes)")
    let term = "in component 1 \(distribution == "binomial" ? "x" : "z")"
    #expect(notes.allSatisfy { $0.contains(term) }, "\(notes)")
  }

  /// One component is the generalised linear model: the score is zero, and shifts and scales of
  /// predictors change nothing but coefficients.
  @Test(arguments: ["gaussian", "poisson"])
  func predictorsMayBeFarFromZero(distribution: String) throws {
    let near = rows(300, distribution: distribution)
    var matrix = near.matrix
    for i in 0..<matrix.rows { matrix[i, 1] = 1e6 + 1000 * matrix[i, 1] }
    let far = MatrixSource(matrix, columnNames: near.columnNames)
    var options = FitOptions()
    options.family = try Regression("y ~ x + x^2", distribution: distribution)
    let a = try Catalogue.standard.fit(near, options)
    let b = try Catalogue.standard.fit(far, options)
    #expect(abs(a.logLikelihood - b.logLikelihood) < 1e-6 * abs(a.logLikelihood))
  }

  @Test func offsetsAreCoefficientsOfOne() throws {
    let data = rows(300, distribution: "poisson")
    var options = FitOptions()
    options.family = try Regression("y ~ x", distribution: "poisson", offset: "log(z)")
    options.initializer = GivenParameters([["coefficients": .vector([0.3, 0.2])]])
    options.maximumIterations = 0
    let with = try Catalogue.standard.fit(data, options)
    options.family = try Regression("y ~ x + log(z)", distribution: "poisson")
    options.initializer = GivenParameters([["coefficients": .vector([0.3, 0.2, 1])]])
    let without = try Catalogue.standard.fit(data, options)
    #expect(abs(with.logLikelihood - without.logLikelihood) < 1e-8)
  }

  @Test(
    arguments: [
      "y", "y ~", "~ x", "y ~ x +", "y ~ lag(x)", "y ~ x^0", "y ~ x^1.5", "y ~ 3x", "y ~ x y",
      "y ~ log(x", "y ~ 0", "y ~ `x",
    ])
  func wrongFormulas(text: String) {
    let error = #expect(throws: EmulsionError.self) { try Regression(text) }
    #expect(error?.code == .invalidOption && error?.message.contains("formula") == true)
  }

  @Test(
    arguments: [
      ("y ~ x + x", 2), ("y ~ x*z", 4), ("y ~ 0 + x", 1), ("y ~ x - 1", 1), ("y ~ x:z:z + x^2", 3),
      ("y ~ I(x^2) + sqrt(z) + exp(x)", 4), ("`y` ~ `x`", 2), ("y ~ 1", 1),
    ])
  func formulas(text: String, coefficients: Int) throws {
    var options = FitOptions()
    options.family = try Regression(text)
    let model = try Catalogue.standard.fit(rows(60, distribution: "gaussian"), options)
    #expect(model.freeParameters == coefficients + 1)
  }

  @Test(
    arguments: [
      ("y ~ x + n", "n is constant"), ("y ~ x + x:n", "linear combination"), ("y ~ w", "\"w\""),
    ])
  func unusableTerms(text: String, part: String) throws {
    var options = FitOptions()
    options.family = try Regression(text)
    let error = #expect(throws: EmulsionError.self) {
      try Catalogue.standard.fit(rows(60, distribution: "gaussian"), options)
    }
    #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
  }

  @Test func moreSuccessesThanTrials() throws {
    var data = rows(20, distribution: "binomial").matrix
    data[3, 0] = 13
    var options = FitOptions()
    options.family = try Regression("y ~ x", distribution: "binomial", trials: "n")
    let error = #expect(throws: EmulsionError.self) {
      try Catalogue.standard.fit(
        MatrixSource(data, columnNames: ["y", "x", "z", "n"]), options)
    }
    #expect(error?.message.contains("row 4") == true && error?.code == .invalidData)
  }

  /// A whole group is noise or none of it is, and the weight is a share of groups; with covariates
  /// the noise takes the same share of all rows. Every tenth group (or row) is scattered.
  @Test(arguments: [("id", nil), (nil, "~ x"), ("id", "~ x")] as [(String?, String?)])
  func noiseBesideMixingRegressions(group: String?, concomitant: String?) throws {
    var random = CounterRandom(seed: 4)
    var values: [Double] = []
    for unit in 0..<200 {
      for _ in 0..<(group == nil ? 1 : 1 + unit % 5) {
        let x = 4 * random.uniform()
        let line = unit % 2 == 0 ? 1 + x : 6 - 2 * x
        let isNoise = unit % 10 == 3
        values += [
          isNoise ? 12 * random.uniform() - 3 : line + 0.1 * random.normal(), x, Double(unit),
        ]
      }
    }
    let data = MatrixSource(
      Matrix(rows: values.count / 3, columns: 3, values: values), columnNames: ["y", "x", "id"])
    var options = FitOptions()
    options.family = try Regression("y ~ x", group: group, concomitant: concomitant)
    options.components = 2
    options.noise = true
    options.tolerance = 0
    options.maximumIterations = 60
    options.initializer = GivenParameters([
      ["coefficients": .vector([1, 1]), "standard_deviation": .scalar(0.5)],
      ["coefficients": .vector([6, -2]), "standard_deviation": .scalar(0.5)],
    ])
    let model = try Catalogue.standard.fit(data, options)
    #expect(model.firstFall == nil)
    let noise = try #require(model.noise)
    #expect(abs(noise.weight - 0.1) < 0.04)
    #expect(abs(noise.region.logDensity + log(data.span(ofColumn: 0))) < 1e-12)
    let posterior = try model.posterior(data)
    for row in 0..<data.rows {
      #expect(abs(posterior.row(row).reduce(0, +) - 1) < 1e-12)
      if group != nil && row > 0 && data.matrix[row, 2] == data.matrix[row - 1, 2] {
        #expect(Array(posterior.row(row)) == Array(posterior.row(row - 1)))
      }
    }
    #expect(abs(try model.logDensity(data).reduce(0, +) - model.logLikelihood) < 1e-8)
    // At the maximum the weight is the mean of the probabilities, one a group.
    var (sum, units) = (0.0, 0.0)
    for row in 0..<data.rows
    where group == nil || row == 0 || data.matrix[row, 2] != data.matrix[row - 1, 2] {
      sum += posterior[row, 2]
      units += 1
    }
    #expect(abs(sum / units - noise.weight) < 1e-6)
  }

  /// ln Σₖ πₖ Πᵢ N(yᵢ | k) of every group, however many rows it has.
  @Test func largeGroups() throws {
    let sizes = [3, 700, 40, 300, 1]
    var values: [Double] = []
    for (group, size) in sizes.enumerated() {
      for i in 0..<size {
        let x = Double(i % 7)
        values += [(group == 1 ? 3 : 1) * x / 4 + Double(i * 31 % 13) / 26, x, Double(group)]
      }
    }
    let rows = values.count / 3
    let data = MatrixSource(
      Matrix(rows: rows, columns: 3, values: values), columnNames: ["y", "x", "id"])
    let slopes = [0.25, 0.75]
    var options = FitOptions()
    options.family = try Regression("y ~ x", group: "id")
    options.components = 2
    options.maximumIterations = 0
    options.initializer = GivenParameters(
      slopes.map { ["coefficients": .vector([0.2, $0]), "standard_deviation": .scalar(0.4)] },
      weights: [0.3, 0.7])
    let model = try Catalogue.standard.fit(data, options)
    var expected = 0.0
    var first = 0
    for size in sizes {
      let joint = zip(slopes, [0.3, 0.7]).map { slope, weight in
        (first..<first + size).reduce(log(weight)) { sum, i in
          let t = (values[3 * i] - 0.2 - slope * values[3 * i + 1]) / 0.4
          return sum - 0.5 * t * t - log(0.4) - 0.5 * log(2 * Double.pi)
        }
      }
      let top = joint.max() ?? 0
      expected += top + log(joint.reduce(0) { $0 + exp($1 - top) })
      first += size
    }
    #expect(abs(model.logLikelihood - expected) < 1e-10 * abs(expected))
    options.maximumIterations = 100
    let fitted = try Catalogue.standard.fit(data, options)
    #expect(Set(try fitted.predict(data)[3..<703]).count == 1)
    #expect(fitted.logLikelihood > model.logLikelihood)
  }

  private static let grouped: [Double] = (0..<24).flatMap { i -> [Double] in
    let x = Double(i % 7)
    return [x + Double(i % 3), x, Double(i / 4)]
  }

  /// Weights that are none, and groups without a number, are told with their row.
  @Test(arguments: [(-1.0, 3.0), (Double.nan, 3), (1, .nan), (1, .infinity)])
  func wrongWeightsAndGroupsAreTold(weight: Double, group: Double) throws {
    var values = Self.grouped
    values[3 * 14 + 2] = group
    let matrix = Matrix(rows: 24, columns: 3, values: values)
    let weights = (0..<24).map { $0 == 14 ? weight : 1 }
    let names = ["y", "x", "id"]
    var options = FitOptions()
    options.family = try Regression("y ~ x", group: "id")
    let wrong = MatrixSource(matrix, columnNames: names, weights: weights)
    let error = try #require(
      #expect(throws: EmulsionError.self) { try Catalogue.standard.fit(wrong, options) })
    #expect(error.code == EmulsionError.Code.invalidData)
    #expect(error.message.contains("row 15"))
    let sound = MatrixSource(
      Matrix(rows: 24, columns: 3, values: Self.grouped), columnNames: names)
    let model = try Catalogue.standard.fit(sound, options)
    if !group.isFinite {
      #expect(throws: EmulsionError.self) { try model.predict(wrong) }
    }
  }

  /// Parts without rows that count leave fits without a value, and lose nothing.
  @Test func groupsThatWeighNothingCanNotBeLeftOut() throws {
    let weights = (0..<24).map { $0 < 4 ? 1.0 : 0 }
    let data = MatrixSource(
      Matrix(rows: 24, columns: 3, values: Self.grouped), columnNames: ["y", "x", "id"],
      weights: weights)
    var options = SelectionOptions()
    (options.components, options.criterion) = ([1], CrossValidatedLikelihood())
    options.families = [try Regression("y ~ x", group: "id")]
    let error = try #require(
      #expect(throws: EmulsionError.self) { try Catalogue.standard.select(data, options) })
    #expect(error.message.contains("one row or group"))
  }

  /// Rows that weigh nothing are no part of their group.
  @Test func weightlessRowsOfGroupsDoNothing() throws {
    let whole = rows(120, distribution: "gaussian")
    let weights = (0..<120).map { $0 % 5 == 2 ? 0.0 : 1 }
    var values: [Double] = []
    var kept: [Double] = []
    for i in 0..<120 {
      let row = [whole.matrix[i, 0], whole.matrix[i, 1], Double(i / 4)]
      values += row
      if weights[i] > 0 { kept += row }
    }
    let names = ["y", "x", "id"]
    var options = FitOptions()
    options.family = try Regression("y ~ x", group: "id")
    options.components = 2
    let weighted = try Catalogue.standard.fit(
      MatrixSource(
        Matrix(rows: 120, columns: 3, values: values), columnNames: names, weights: weights),
      options)
    let without = try Catalogue.standard.fit(
      MatrixSource(
        Matrix(rows: kept.count / 3, columns: 3, values: kept), columnNames: names), options)
    #expect(abs(weighted.logLikelihood - without.logLikelihood) < 0.01)
    // What is asked of all rows does not look at their weights.
    let all = Matrix(rows: 120, columns: 3, values: values)
    #expect(
      try weighted.logDensity(MatrixSource(all, columnNames: names, weights: weights))
        == weighted.logDensity(MatrixSource(all, columnNames: names)))
  }

  /// Rows of a group are left out together: as many parts as groups, each written out.
  @Test func crossValidationKeepsGroupsTogether() throws {
    let sizes = [3, 9, 5, 12, 4]
    let groups = sizes.indices.flatMap { Array(repeating: Double($0), count: sizes[$0]) }
    let values = groups.indices.flatMap { i in
      let x = Double(i % 7)
      return [x / 3 + Double(i * 31 % 13) / 10 + groups[i] / 5, x, groups[i]]
    }
    let matrix = Matrix(rows: groups.count, columns: 3, values: values)
    let names = ["y", "x", "id"]
    var options = SelectionOptions()
    (options.components, options.criterion, options.folds) = ([1], CrossValidatedLikelihood(), 100)
    options.families = [try Regression("y ~ x", group: "id")]
    let selection = try Catalogue.standard.select(
      MatrixSource(matrix, columnNames: names), options)
    var expected = 0.0
    for group in sizes.indices.map(Double.init) {
      let weights = groups.map { $0 == group ? 0.0 : 1 }
      var fit = FitOptions()
      fit.family = try Regression("y ~ x")
      let model = try Catalogue.standard.fit(
        MatrixSource(matrix, columnNames: names, weights: weights), fit)
      let densities = try model.logDensity(MatrixSource(matrix, columnNames: names))
      for i in groups.indices where groups[i] == group { expected += densities[i] }
    }
    let found = try #require(selection.entries.first?.heldOutLogLikelihood)
    #expect(abs(found - expected) < 1e-8 * abs(expected))
  }
}

extension MatrixSource {
  /// The largest number in a column minus the smallest.
  fileprivate func span(ofColumn j: Int) -> Double {
    let values = matrix.column(j)
    return (values.max() ?? 0) - (values.min() ?? 0)
  }
}
