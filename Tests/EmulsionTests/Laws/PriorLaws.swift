import Emulsion
import Testing

/// The structures that have a conjugate prior.
private let structures = ["EII", "VII", "EEI", "VEI", "EVI", "VVI", "EEE", "EEV", "VEV", "VVV"]

/// Laws of fits under a conjugate prior.
@Suite struct PriorLaws {
  private static let matrix = clusters(300, columns: 3, components: 3, separation: 2, seed: 5)
  private let rows = MatrixSource(matrix)

  private func mode(
    _ data: MatrixSource, _ covariance: String, _ change: (inout FitOptions) -> Void = { _ in }
  ) throws -> Model {
    try fit(data) {
      ($0.covariance, $0.prior, $0.restarts) = (covariance, ConjugatePrior(), 3)
      change(&$0)
    }
  }

  private func expectRising(_ model: Model) {
    for (before, after) in zip(model.objective, model.objective.dropFirst()) {
      #expect(after >= before - 1e-9 * max(1, abs(before)))
    }
    #expect(model.warnings.isEmpty, "\(model.warnings)")
    #expect(model.objective.count == model.trace.count)
  }

  @Test(arguments: structures, [0, 0.01, 3])
  func theObjectiveNeverFalls(covariance: String, shrinkage: Double) throws {
    expectRising(
      try mode(rows, covariance) {
        ($0.prior, $0.tolerance) = (ConjugatePrior(shrinkage: shrinkage), 1e-6)
      })
  }

  @Test(arguments: structures)
  func besideNoiseItNeverFallsEither(covariance: String) throws {
    expectRising(try mode(rows, covariance) { $0.noise = true })
  }

  @Test(arguments: structures)
  func aWeightOfThreeIsThreeCopies(covariance: String) throws {
    let labels = (0..<300).map { $0 % 3 }
    func run(_ data: MatrixSource, _ labels: [Int]) throws -> Model {
      try mode(data, covariance) {
        ($0.initializer, $0.maximumIterations, $0.tolerance) = (GivenLabels(labels), 20, 0)
      }
    }
    let weighted = try run(
      MatrixSource(Self.matrix, weights: Array(repeating: 3, count: 300)), labels)
    let copies = try run(
      MatrixSource(Self.matrix.rows(Array(0..<900).map { $0 % 300 })),
      (0..<900).map { labels[$0 % 300] })
    #expect(areClose(weighted.logLikelihood, copies.logLikelihood))
    #expect(areClose(weighted.objective.last ?? 0, copies.objective.last ?? 1))
  }

  /// The default scale is that of the data: full ones follow any column, the others one unit for all.
  @Test(arguments: structures)
  func unitsDontMatter(covariance: String) throws {
    let isFull = ["EEE", "VVV"].contains(covariance)
    let factors = isFull ? [1e-6, 3, 1e9] : [1e5, 1e5, 1e5]
    let plain = try mode(rows, covariance)
    let scaled = try mode(MatrixSource(Self.matrix.mapped { $0 * factors[$1] + 7 }), covariance)
    let shift = factors.reduce(0) { $0 + 300 * logarithm($1) }
    #expect(areClose(scaled.logLikelihood, plain.logLikelihood - shift, 1e-7))
    for (a, b) in zip(plain.weights, scaled.weights) { #expect(abs(a - b) < 1e-5) }
  }

  @Test(arguments: ["VVV", "VEV"])
  func threadsDontMatter(covariance: String) throws {
    let many = MatrixSource(clusters(9000, columns: 2, components: 3, separation: 2))
    let (one, two) = (
      try mode(many, covariance) { $0.threads = 1 }, try mode(many, covariance) { $0.threads = 2 }
    )
    #expect(one.trace == two.trace && one.objective == two.objective)
  }

  /// The data outweigh any prior in the end.
  @Test(arguments: structures)
  func ofManyRowsItIsForgotten(covariance: String) throws {
    let many = MatrixSource(
      Self.matrix, weights: Array(repeating: 1e7, count: 300))
    let labels = GivenLabels((0..<300).map { $0 % 3 })
    func run(_ prior: ConjugatePrior?) throws -> Model {
      try fit(many) {
        ($0.covariance, $0.prior, $0.initializer) = (covariance, prior, labels)
        ($0.maximumIterations, $0.tolerance) = (10, 0)
      }
    }
    let (with, without) = (try run(ConjugatePrior()), try run(nil))
    #expect(areClose(with.logLikelihood, without.logLikelihood, 1e-6))
  }
}
