import Emulsion
import EmulsionCategorical
import EmulsionPlugins
import EmulsionStudentT
import Testing

/// Cells that are filled by draws and means given the others.
@Suite struct ConditionalDrawTests {
  /// Draws of Student-t given a column have the conditional mean and variance: (ν + δ)/(ν + m − 2) times the scale.
  @Test func drawsOfStudentTAreConditional() throws {
    var given = GivenComponents(
      StudentT(degreesOfFreedom: .fixed(5)),
      parameters: [
        [
          "mean": .vector([0, 0]),
          "scale": .matrix(Matrix(rows: 2, columns: 2, values: [1, 0.8, 0.8, 1])),
        ]
      ])
    given.source = "test"
    let truth = try given.model(.withPlugins)
    let sample = try truth.sample(400, seed: 1).rows
    let model = try Incomplete.fit(sample, StudentT(degreesOfFreedom: .fixed(5))) {
      $0.components = 1
      $0.maximumIterations = 0
      $0.initializer = GivenParameters(truth.parameters.map(\.byName))
    }
    let n = 20_000
    let far = Matrix(rows: n, columns: 2, values: (0..<n).flatMap { _ in [3.0, .nan] })
    let drawn = try model.imputed(MatrixSource(far), draws: true, seed: 2).column(1)
    let mean = drawn.reduce(0, +) / Double(n)
    let variance = drawn.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(n)
    #expect(abs(mean - 2.4) < 0.03)
    // δ = 9, ν = 5, m = 1: (5 + 9)/(5 + 1 − 2)·(1 − 0.8²).
    #expect(abs(variance - 3.5 * 0.36) < 0.08, "\(variance)")
    Incomplete.expectClose(try model.imputed(MatrixSource(far))[0, 1], 2.4)
  }

  /// Cells of a Gaussian block are drawn given the rest of the block, whatever else the product has.
  @Test func drawsOfProductsAreConditional() throws {
    var random = CounterRandom(seed: 8)
    var values: [Double] = []
    for i in 0..<300 {
      let x = random.normal()
      values += [x, x + 0.01 * random.normal(), Double(i % 2)]
    }
    let rows = Matrix(rows: 300, columns: 3, values: values)
    let family = try ProductDefinition([
      GaussianDefinition().on(columns: ["x1", "x2"]), Categorical().on(columns: ["x3"]),
    ])
    let model = try Incomplete.fit(rows, family, labels: (0..<300).map { _ in 0 }) {
      $0.components = 1
    }
    var holes = rows
    for i in 0..<300 { holes[i, 1] = .nan }
    let drawn = try model.imputed(MatrixSource(holes), draws: true, seed: 1)
    for i in 0..<300 { #expect(abs(drawn[i, 1] - rows[i, 0]) < 0.1) }
    let filled = try model.imputed(MatrixSource(holes))
    for i in 0..<300 { #expect(abs(filled[i, 1] - rows[i, 0]) < 0.1) }
    holes[3, 2] = .nan
    let error = #expect(throws: EmulsionError.self) { try model.imputed(MatrixSource(holes)) }
    #expect(error?.message.contains("\"x3\"") == true)
    #expect(try model.imputed(MatrixSource(holes), draws: true)[3, 2].isFinite)
  }

  @Test func covariatesOnWeightsFillCellsToo() throws {
    let rows = try Incomplete.iris()
    var with = Matrix(rows: 150, columns: 5)
    for i in 0..<150 { for j in 0..<5 { with[i, j] = j < 4 ? rows[i, j] : Double(i) / 150 } }
    let family = try Catalogue.withPlugins.concomitant("~ x5", of: GaussianDefinition())
    let model = try Incomplete.fit(with, family)
    let filled = try model.imputed(MatrixSource(with))
    #expect(filled.values.allSatisfy { $0.isFinite })
    let posterior = try model.posterior(MatrixSource(with))
    let i = try #require((0..<150).first { rows.row($0).allSatisfy { !$0.isNaN } == false })
    let j = try #require((0..<4).first { rows[i, $0].isNaN })
    let own = try (0..<3).map { try PlainT(model, $0, parameter: "covariance") }
    let expected = (0..<3).reduce(0) {
      $0 + posterior[i, $1] * own[$1].given(Array(rows.row(i))).mean[j]
    }
    Incomplete.expectClose(filled[i, j], expected, 1e-8)
    // Draws for rows of given covariates.
    let (drawn, labels) = try model.sample(forRowsOf: MatrixSource(with), seed: 1)
    #expect(drawn.rows == 150 && Set(labels).isSubset(of: [0, 1, 2]))
    for i in 0..<150 { #expect(drawn[i, 4] == with[i, 4]) }
    let few = MatrixSource(Matrix(rows: 1, columns: 1, values: [0.01]), columnNames: ["x5"])
    let shares = try model.conditional(given: ["x5": 0.01]).weights
    let many = try model.sample(forRowsOf: few, count: 4000, seed: 3)
    for k in 0..<3 {
      let share = Double(many.labels.count { $0 == k }) / 4000
      #expect(abs(share - shares[k]) < 0.04)
    }
    #expect(throws: EmulsionError.self) { try model.sample(10, seed: 0) }
  }
}
