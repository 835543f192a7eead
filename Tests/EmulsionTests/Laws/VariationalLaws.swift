import Emulsion
import Testing

private let structures = ["full", "tied", "diagonal", "spherical"]

/// Laws of variational Bayes.
@Suite struct VariationalLaws {
  private static let matrix = clusters(300, columns: 3, components: 3, separation: 2, seed: 5)
  private let rows = MatrixSource(matrix)

  private func run(
    _ data: MatrixSource, _ covariance: String, _ weights: VariationalBayes.Weights,
    _ change: (inout FitOptions) -> Void = { _ in }
  ) throws -> Model {
    try fit(data) {
      var algorithm = VariationalBayes()
      algorithm.weights = weights
      ($0.components, $0.covariance, $0.algorithm, $0.restarts) = (5, covariance, algorithm, 3)
      change(&$0)
    }
  }

  private func begun(_ data: MatrixSource, _ covariance: String, _ labels: [Int]) throws -> Model {
    try run(data, covariance, .dirichletProcess) {
      ($0.initializer, $0.maximumIterations, $0.tolerance) = (GivenLabels(labels), 20, 0)
    }
  }

  @Test(arguments: structures, VariationalBayes.Weights.allCases)
  func theBoundNeverFalls(covariance: String, weights: VariationalBayes.Weights) throws {
    let model = try run(rows, covariance, weights) { $0.tolerance = 1e-7 }
    for (before, after) in zip(model.trace, model.trace.dropFirst()) {
      #expect(after >= before - 1e-9 * abs(before))
    }
    #expect(model.hasConverged && model.warnings.isEmpty)
    #expect(model.weights.reduce(0, +).magnitude > 1 - 1e-9)
  }

  /// Whatever it starts from.
  @Test(arguments: structures, VariationalBayes.Weights.allCases)
  func norFromGivenParameters(covariance: String, weights: VariationalBayes.Weights) throws {
    let means = Matrix(rows: 5, columns: 3, values: (0..<15).map { Double($0 % 7) - 3 })
    let model = try run(rows, covariance, weights) {
      ($0.initializer, $0.tolerance) = (GivenMeans(means: means), 1e-6)
    }
    for (before, after) in zip(model.trace, model.trace.dropFirst()) {
      #expect(after >= before - 1e-9 * abs(before))
    }
  }

  @Test(arguments: structures)
  func aWeightOfThreeIsThreeCopies(covariance: String) throws {
    let labels = (0..<300).map { $0 % 5 }
    let weighted = try begun(
      MatrixSource(Self.matrix, weights: Array(repeating: 3, count: 300)), covariance, labels)
    let copies = try begun(
      MatrixSource(Self.matrix.rows((0..<900).map { $0 % 300 })), covariance,
      (0..<900).map { labels[$0 % 300] })
    for (a, b) in zip(weighted.trace, copies.trace) { #expect(areClose(a, b)) }
  }

  /// The priors are those of the data, so that units and origins change the bound by the Jacobian alone.
  @Test(arguments: structures)
  func unitsDontMatter(covariance: String) throws {
    let factors = covariance == "spherical" ? [1e5, 1e5, 1e5] : [1e-6, 3, 1e9]
    let labels = (0..<300).map { $0 % 5 }
    let plain = try begun(rows, covariance, labels)
    let scaled = try begun(
      MatrixSource(Self.matrix.mapped { $0 * factors[$1] + 7 }), covariance, labels)
    let shift = factors.reduce(0) { $0 + 300 * logarithm($1) }
    for (a, b) in zip(plain.trace, scaled.trace) { #expect(areClose(a - shift, b, 1e-8)) }
    for (a, b) in zip(plain.weights, scaled.weights) { #expect(abs(a - b) < 1e-7) }
  }

  @Test(arguments: structures)
  func orderOfRowsAndThreadsDontMatter(covariance: String) throws {
    let many = clusters(9000, columns: 2, components: 3, separation: 2)
    let labels = (0..<9000).map { $0 % 5 }
    func model(_ data: MatrixSource, _ labels: [Int], _ threads: Int) throws -> Model {
      try run(data, covariance, .dirichlet) {
        ($0.initializer, $0.maximumIterations, $0.tolerance) = (GivenLabels(labels), 5, 0)
        $0.threads = threads
      }
    }
    let (one, two) = (
      try model(MatrixSource(many), labels, 1), try model(MatrixSource(many), labels, 2)
    )
    #expect(one.trace == two.trace && one.means == two.means)
    let order = Array((0..<9000).reversed())
    let turned = try model(MatrixSource(many.rows(order)), order.map { labels[$0] }, 2)
    for (a, b) in zip(one.trace, turned.trace) { #expect(areClose(a, b)) }
  }

  /// Blocks that components are left out of lose nothing.
  @Test func leavingOutComponentsChangesNothing() throws {
    let many = MatrixSource(clusters(20000, columns: 2, components: 16, separation: 40, seed: 3))
    func model(_ prunes: Bool) throws -> Model {
      try run(many, "full", .dirichletProcess) {
        ($0.components, $0.prunes, $0.maximumIterations) = (16, prunes, 12)
        ($0.initializer, $0.tolerance) = (GivenLabels((0..<20000).map { $0 % 16 }), 0)
      }
    }
    let (with, without) = (try model(true), try model(false))
    for (a, b) in zip(with.trace, without.trace) { #expect(areClose(a, b, 1e-11)) }
  }
}
