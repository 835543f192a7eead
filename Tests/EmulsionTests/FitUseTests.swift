import Emulsion
import EmulsionData
import Foundation
import Testing

/// What can be made of a fit, against mclust (`Reference/use.R`) and by laws.
@Suite struct FitUseTests {
  struct Directions: Decodable, Sendable {
    var basis: [Double]
    var eigenvalues: [Double]
  }

  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    var data: String
    var weights: [Double]
    var means: [[Double]]
    var covariances: [[Double]]
    var entropy: [Double]
    var labels: [[Double]]
    var half: Directions
    var meansAlone: Directions
    var uncertainty: [Double]

    var testDescription: String { data }

    var source: MatrixSource {
      get throws {
        let names =
          data == "iris"
          ? ["Sepal_Length", "Sepal_Width", "Petal_Length", "Petal_Width"]
          : ["eruptions", "waiting"]
        let path = ReferenceCase.folder.appending(path: "data/\(data).csv").path
        return MatrixSource(try Table(reading: path).matrix(names), columnNames: names)
      }
    }

    /// mclust's fit, its components in its order.
    var model: Model {
      get throws {
        try fit(source) {
          $0.components = weights.count
          $0.initializer = GivenMeans(
            means: Matrix(rows: means) ?? Matrix(rows: 0, columns: 0),
            covariances: covariances.map {
              Matrix(rows: means[0].count, columns: means[0].count, values: $0)
            }, weights: weights)
          $0.maximumIterations = 0
        }
      }
    }

    static let all: [Case] = {
      let path = ReferenceCase.folder.appending(path: "use.json")
      let text = (try? String(contentsOf: path, encoding: .utf8)) ?? ""
      return text.split(separator: "\n").compactMap {
        try? JSONDecoder().decode(Case.self, from: Data($0.utf8))
      }
    }()
  }

  @Test func casesAreThere() { #expect(Case.all.count == 2) }

  @Test(arguments: Case.all)
  func mergingAgreesWithMclust(_ reference: Case) throws {
    let (model, data) = (try reference.model, try reference.source)
    let merged = try model.clusters(data)
    let k = reference.weights.count
    #expect(merged.steps.map(\.clusters) == Array((1...k).reversed()))
    for step in merged.steps {
      #expect(abs(step.entropy - reference.entropy[step.clusters - 1]) < 1e-6)
      let own = try merged.labels(step.clusters).map { ClassLabel.number(Double($0)) }
      let theirs = reference.labels[step.clusters - 1].map { ClassLabel.number($0) }
      #expect(try CrossTabulation(own, theirs).adjustedRand == 1, "\(step.clusters) clusters")
      #expect(step.members.flatMap { $0 }.sorted() == Array(0..<k))
    }
    #expect(try merged.labels(k) == model.predict(data))
    #expect(merged.steps.last?.entropy ?? 1 < 1e-9)
    for (before, after) in zip(merged.steps, merged.steps.dropFirst()) {
      #expect(after.entropy <= before.entropy)
    }
    #expect(throws: EmulsionError.self) { try merged.labels(0) }
    #expect(throws: EmulsionError.self) { try merged.labels(k + 1) }
  }

  @Test(arguments: Case.all)
  func directionsAgreeWithMclust(_ reference: Case) throws {
    let (model, data) = (try reference.model, try reference.source)
    for (lambda, expected) in [(0.5, reference.half), (1, reference.meansAlone)] {
      let found = try model.reduce(data, lambda: lambda)
      let d = data.columns
      #expect(found.eigenvalues.count == expected.eigenvalues.count)
      for (m, eigenvalue) in expected.eigenvalues.enumerated() {
        #expect(areClose(found.eigenvalues[m], eigenvalue, 1e-7))
        // mclust's are by columns, of either sign.
        let own = found.directions.column(m)
        let theirs = Array(expected.basis[m * d..<(m + 1) * d])
        let cosine = zip(own, theirs).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(abs(cosine) - 1) < 1e-9)
        let column = found.data.column(m)
        let first = (0..<d).reduce(0) {
          $0 + own[$1] * (data.matrix[0, $1] - found.center[$1])
        }
        #expect(abs(column[0] - first) < 1e-9 && abs(column.reduce(0, +)) < 1e-7)
      }
    }
  }

  @Test(arguments: Case.all)
  func uncertaintyAgreesWithMclust(_ reference: Case) throws {
    let found = try reference.model.uncertainty(reference.source)
    for (own, theirs) in zip(found, reference.uncertainty) { #expect(abs(own - theirs) < 1e-9) }
  }

  /// Directions turn with the units: the data in them differ by a factor each at most.
  @Test func directionsKnowNoUnits() throws {
    let matrix = clusters(300, columns: 3, components: 3, separation: 4)
    let factors = [1e-6, 1, 1e5]
    let scaled = matrix.mapped { $0 * factors[$1] }
    func reduced(_ matrix: Matrix) throws -> ClusterDirections {
      try fit(MatrixSource(matrix)) { $0.restarts = 2 }.reduce(MatrixSource(matrix))
    }
    let (a, b) = (try reduced(matrix), try reduced(scaled))
    for m in a.eigenvalues.indices {
      #expect(areClose(a.eigenvalues[m], b.eigenvalues[m], 1e-6))
      let ratio = b.data[0, m] / a.data[0, m]
      for i in stride(from: 0, to: 300, by: 29) {
        #expect(areClose(b.data[i, m], ratio * a.data[i, m], 1e-5))
      }
    }
  }

  @Test(arguments: covarianceNames)
  func marginalsOfGaussiansAreBlocks(covariance: String) throws {
    let data = MatrixSource(
      clusters(400, columns: 3, components: 3, separation: 3), columnNames: ["a", "b", "c"])
    let model = try fit(data) { ($0.covariance, $0.restarts) = (covariance, 1) }
    let marginal = try model.marginal(["c", "a"])
    #expect(marginal.columnNames == ["c", "a"] && marginal.weights == model.weights)
    let (means, covariances) = (try #require(model.means), try #require(model.covariances))
    for k in 0..<3 {
      #expect(marginal.means?[k, 0] == means[k, 2] && marginal.means?[k, 1] == means[k, 0])
      let own = try #require(marginal.covariances)[k]
      #expect(
        own.values == [
          covariances[k][2, 2], covariances[k][2, 0], covariances[k][0, 2], covariances[k][0, 0],
        ])
    }
    // It can be used, saved and loaded as any other model.
    let path = FileManager.default.temporaryDirectory.appending(
      path: "marginal-\(covariance)-\(UInt64.random(in: 0...UInt64.max)).json"
    ).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try marginal.save(to: path)
    let loaded = try Catalogue.standard.load(path: path)
    let rows = MatrixSource(data.matrix.selecting([2, 0]), columnNames: ["c", "a"])
    #expect(try loaded.logDensity(rows) == marginal.logDensity(rows))
    // p(a, c) = p(c) p(a | c).
    let row = data.matrix.row(5).map { $0 }
    let given = try model.marginal(["a", "c"]).conditional(given: ["c": row[2]])
    let joint = try marginal.logDensity(
      MatrixSource(Matrix(rows: 1, columns: 2, values: [row[2], row[0]])))
    let parts =
      try model.marginal(["c"]).logDensity(
        MatrixSource(Matrix(rows: 1, columns: 1, values: [row[2]])))[0]
      + given.logDensity(MatrixSource(Matrix(rows: 1, columns: 1, values: [row[0]])))[0]
    #expect(areClose(joint[0], parts, 1e-9))
  }

  @Test func marginalsThatAreNone() throws {
    let model = try fit(
      MatrixSource(clusters(60, columns: 2, components: 2), columnNames: ["first", "second"])
    ) { $0.components = 2 }
    for names in [[], ["frist"], ["first", "first"]] {
      let error = #expect(throws: EmulsionError.self) { try model.marginal(names) }
      #expect(error?.code == .invalidOption)
    }
  }

  @Test func noiseHasMarginalsToo() throws {
    let data = MatrixSource(
      clusters(300, columns: 2, components: 2, separation: 6), columnNames: ["a", "b"])
    let model = try fit(data) { ($0.components, $0.noise) = (2, true) }
    let marginal = try model.marginal(["b"])
    #expect(marginal.noise?.weight == model.noise?.weight)
    let (low, high) = (data.matrix.column(1).min() ?? 0, data.matrix.column(1).max() ?? 0)
    #expect(areClose(marginal.noise?.region.logDensity ?? 0, -log(high - low)))
    #expect(try abs(marginal.cdf([1e9])[0] - 1) < 1e-12)
    let x = try marginal.quantile([0.25])
    #expect(try areClose(marginal.cdf(x)[0], 0.25, 1e-12))
  }

  /// Of a model of two columns, by the conditional mixture at each row.
  @Test func expectedResponsesAreConditionalMeans() throws {
    let data = MatrixSource(
      clusters(500, columns: 3, components: 3, separation: 2), columnNames: ["x", "y", "z"])
    let model = try fit(data) { $0.restarts = 2 }
    // Neither the order of columns nor the response's presence matters.
    let given = MatrixSource(data.matrix.selecting([2, 0]), columnNames: ["z", "x"])
    let expected = try model.respond(to: given, response: "y")
    #expect(try model.predictors(response: "y") == ["x", "z"])
    for i in stride(from: 0, to: 500, by: 61) {
      let row = data.matrix.row(i).map { $0 }
      let conditional = try model.conditional(given: ["x": row[0], "z": row[2]])
      let means = try #require(conditional.means).column(0)
      let mean = zip(means, conditional.weights).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(areClose(expected.mean[i], mean, 1e-9))
      for k in 0..<3 {
        #expect(areClose(expected.components[i, k], means[k], 1e-9))
        #expect(abs(expected.weights[i, k] - conditional.weights[k]) < 1e-9)
      }
    }
    #expect(try model.respond(to: data, response: "y").mean == expected.mean)
    let unnamed = MatrixSource(data.matrix)
    #expect(try model.respond(to: unnamed, response: "y").mean == expected.mean)
    func message(_ data: MatrixSource, _ response: String?) -> String {
      #expect(throws: EmulsionError.self) { try model.respond(to: data, response: response) }?
        .message ?? ""
    }
    #expect(
      message(MatrixSource(data.matrix.selecting([0]), columnNames: ["x"]), "y").contains("\"z\""))
    #expect(message(data, nil).contains("response"))
    #expect(message(data, "why").contains("no column"))
    var holed = data.matrix
    holed[7, 2] = .nan
    #expect(message(MatrixSource(holed, columnNames: data.columnNames), "y").contains("row 8"))
    holed[7, 2] = 0
    holed[7, 1] = .nan
    #expect(throws: Never.self) {
      try model.respond(to: MatrixSource(holed, columnNames: data.columnNames), response: "y")
    }
  }

  @Test func divergencesOfGaussiansAreTheFormulas() throws {
    func one(_ mean: [Double], _ variances: [Double], _ names: [String]) throws -> Model {
      try fit(MatrixSource(clusters(20, columns: 2, components: 1), columnNames: names)) {
        ($0.components, $0.maximumIterations, $0.covariance) = (1, 0, "diagonal")
        $0.initializer = GivenParameters([
          ["mean": .vector(mean), "covariance": .vector(variances)]
        ])
      }
    }
    let p = try one([0, 1], [1, 4], ["a", "b"])
    let q = try one([1, -1], [2, 3], ["a", "b"])
    // ½ Σ (s/t + (m − n)²/t − 1 + ln t/s).
    let exact = 0.5 * ((0.5 + 0.5 - 1 + log(2)) + (4.0 / 3 + 4.0 / 3 - 1 + log(0.75)))
    let estimate = try p.divergence(from: q, samples: 50_000, seed: 3)
    #expect(abs(estimate.value - exact) < 4 * estimate.standardError)
    #expect(estimate.standardError > 0 && estimate.standardError < 0.02)
    #expect(try p.divergence(from: p).value == 0)
    // In another order of columns, the same.
    let turned = try one([-1, 1], [3, 2], ["b", "a"])
    let again = try p.divergence(from: turned, samples: 50_000, seed: 3)
    #expect(areClose(again.value, estimate.value, 1e-10))
    #expect(throws: EmulsionError.self) {
      try p.divergence(from: one([0, 0], [1, 1], ["a", "c"]))
    }
    #expect(throws: EmulsionError.self) { try p.divergence(from: q, samples: 1) }
  }

  @Test func criteriaAreTheirFormulas() throws {
    let data = MatrixSource(clusters(200, columns: 2, components: 3, separation: 3))
    var options = SelectionOptions()
    options.components = [2, 3]
    options.covariances = ["full", "EII"]
    options.fit.restarts = 2
    for name in ["caic", "sabic", "clc", "nec"] {
      options.criterion = try Catalogue.standard.criterion(named: name)
      let selection = try Catalogue.standard.select(data, options)
      for entry in selection.entries {
        let model = try #require(entry.model)
        let p = Double(model.freeParameters)
        let expected: Double
        switch name {
        case "caic": expected = -2 * model.logLikelihood + p * (log(200) + 1)
        case "sabic": expected = -2 * model.logLikelihood + p * log(202.0 / 24)
        case "clc": expected = -2 * model.logLikelihood + 2 * model.entropy
        default:
          let one = try fit(data) {
            ($0.components, $0.covariance) = (1, entry.covariance ?? "")
          }
          expected = model.entropy / (model.logLikelihood - one.logLikelihood)
        }
        #expect(areClose(selection.value(of: entry), expected, 1e-9), "\(name)")
      }
      let values = selection.entries.map { selection.value(of: $0) }
      #expect(values == values.sorted())
    }
    options.components = [1, 2]
    let selection = try Catalogue.standard.select(data, options)
    #expect(
      selection.entries.filter { $0.components == 1 }.allSatisfy {
        $0.value(of: NormalizedEntropy()) == 1
      })
    let error = #expect(throws: EmulsionError.self) {
      try Catalogue.standard.criterion(named: "nce")
    }
    #expect(error?.message.contains("nec") ?? false)
  }

  private struct FewestParameters: SelectionCriterion {
    var name: String { "fewest" }
    func value(of fit: FitFigures) -> Double { Double(fit.freeParameters) }
  }

  @Test func `a registered criterion chooses by its name`() throws {
    var catalogue = Catalogue.standard
    catalogue.register(FewestParameters())
    var options = SelectionOptions()
    options.components = [1, 2]
    options.covariances = ["full", "EII"]
    options.fit.restarts = 2
    options.criterion = try catalogue.criterion(named: "fewest")
    let data = MatrixSource(clusters(200, columns: 2, components: 3, separation: 3))
    let best = try catalogue.select(data, options).best
    #expect((best.components, best.covariance) == (1, "EII"))
    #expect(catalogue.criterionNames.contains("fewest"))
  }
}
