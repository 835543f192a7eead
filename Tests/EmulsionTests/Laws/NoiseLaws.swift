import Emulsion
import EmulsionTestKit
import Foundation
import Testing

/// Clusters of unit width 20 apart, and every `every`-th row anywhere in a box of edge 100.
private func scattered(_ n: Int, columns d: Int, components k: Int, every: Int) -> Matrix {
  var random = CounterRandom(seed: 11)
  var values: [Double] = []
  for row in 0..<n {
    for _ in 0..<d {
      values.append(
        row % every == 0
          ? 100 * random.uniform() - 10 : 20 * Double(row % k) + random.normal())
    }
  }
  return Matrix(rows: n, columns: d, values: values)
}

/// What holds with a noise component.
@Suite struct NoiseLaws {
  let data = MatrixSource(scattered(600, columns: 2, components: 3, every: 7))

  private func noisy(
    _ data: MatrixSource, _ change: (inout FitOptions) -> Void = { _ in }
  ) throws -> Model {
    try fit(data) {
      $0.noise = true
      change(&$0)
    }
  }

  @Test(arguments: covarianceNames)
  func neverFalls(covariance: String) throws {
    let model = try noisy(data) {
      $0.covariance = covariance
      $0.tolerance = 0
      $0.maximumIterations = 60
      $0.initializer = GivenLabels((0..<600).map { $0 % 3 })
    }
    #expect(model.firstFall == nil)
  }

  /// Every seventh row is noise, of which about 4·3²π·3/10⁴ lie within a cluster.
  @Test(arguments: ["k-means++", "k-means", "random", "hierarchical"])
  func plantedNoiseIsFound(initializer: String) throws {
    let start = try Catalogue.standard.initializer(named: initializer)
    let model = try noisy(data) { $0.initializer = start }
    let noise = try #require(model.noise)
    #expect(abs(noise.weight - 1 / 7) < 0.02)
    #expect(areClose(model.weights.reduce(0, +) + noise.weight, 1, 1e-12))
    for covariance in try #require(model.covariances) {
      for j in 0..<2 { #expect(abs(covariance[j, j] - 1) < 0.4) }
    }
    let labels = try model.predict(data)
    let missed = labels.indices.count { (labels[$0] == Noise.label) != ($0 % 7 == 0) }
    #expect(missed < 10)
  }

  /// N(x|μ,Σ) in two dimensions.
  private func density(_ x: [Double], _ mean: [Double], _ c: Matrix) -> Double {
    let (u, v) = (x[0] - mean[0], x[1] - mean[1])
    let determinant = c[0, 0] * c[1, 1] - c[0, 1] * c[0, 1]
    let square = c[1, 1] * u * u - 2 * c[0, 1] * u * v + c[0, 0] * v * v
    return power(-0.5 * square / determinant) / (2 * Double.pi * determinant.squareRoot())
  }

  @Test func densitiesFollowTheDefinition() throws {
    let model = try noisy(data)
    let noise = try #require(model.noise)
    let columns = (0..<2).map { data.matrix.column($0) }
    let spans = columns.map { ($0.max() ?? 0) - ($0.min() ?? 0) }
    #expect(areClose(noise.region.logDensity, -logarithm(spans[0] * spans[1]), 1e-13))
    let (means, covariances) = (try #require(model.means), try #require(model.covariances))
    let densities = try model.logDensity(data)
    let posterior = try model.posterior(data)
    #expect(posterior.columns == 4)
    var certain = 0.0
    for row in 0..<600 {
      let x = Array(data.matrix.row(row))
      var terms = (0..<3).map { k in
        model.weights[k] * density(x, Array(means.row(k)), covariances[k])
      }
      terms.append(noise.weight / (spans[0] * spans[1]))
      let sum = terms.reduce(0, +)
      #expect(areClose(logarithm(sum), densities[row], 1e-10))
      for k in 0..<4 { #expect(abs(posterior[row, k] - terms[k] / sum) < 1e-10) }
      certain += logarithm((terms.max() ?? 0) / sum)
    }
    #expect(areClose(densities.reduce(0, +), model.logLikelihood, 1e-12))
    #expect(areClose(model.icl, model.bic - 2 * certain, 1e-10))
    #expect(model.freeParameters == 3 * 5 + 2 + 2)
  }

  @Test(arguments: [("full", 500), ("full", -500), ("diagonal", 490), ("tied", -490)])
  func columnsMayBeRescaledAndShifted(covariance: String, exponent: Int) throws {
    let factors = [Double(sign: .plus, exponent: exponent, significand: 1), 0.25]
    let scaled = MatrixSource(data.matrix.mapped { $0 * factors[$1] })
    let (plain, other) = (
      try noisy(data) { $0.covariance = covariance },
      try noisy(scaled) { $0.covariance = covariance }
    )
    let shift = -600 * (Double(exponent) - 2) * logarithm(2)
    #expect(abs(other.logLikelihood - plain.logLikelihood - shift) < 1e-9 * abs(shift))
    #expect(areClose(plain.noise?.weight ?? 0, other.noise?.weight ?? 1, 1e-7))
    #expect(try plain.predict(data) == other.predict(scaled))
  }

  @Test func aWeightOfThreeEqualsThreeCopies() throws {
    let counts = (0..<600).map { 1 + $0 % 3 }
    let copies = counts.enumerated().flatMap { Array(repeating: $0.offset, count: $0.element) }
    let weighted = try noisy(MatrixSource(data.matrix, weights: counts.map(Double.init)))
    let copied = try noisy(MatrixSource(data.matrix.rows(copies)))
    #expect(areClose(weighted.logLikelihood, copied.logLikelihood))
    #expect(areClose(weighted.noise?.weight ?? 0, copied.noise?.weight ?? 1, 1e-6))
  }

  @Test func theOrderOfRowsDoesNotMatter() throws {
    let turned = MatrixSource(data.matrix.rows((0..<600).map { ($0 * 7 + 3) % 600 }))
    let (a, b) = (try noisy(data), try noisy(turned))
    #expect(areClose(a.logLikelihood, b.logLikelihood))
  }

  @Test func pruningAndThreadsChangeNothing() throws {
    let many = MatrixSource(scattered(20_000, columns: 3, components: 16, every: 9))
    func short(prunes: Bool, threads: Int) throws -> Model {
      try noisy(many) {
        $0.components = 16
        $0.initializer = GivenLabels((0..<20_000).map { $0 % 9 == 0 ? Noise.label : $0 % 16 })
        ($0.maximumIterations, $0.tolerance) = (6, 0)
        ($0.prunes, $0.threads) = (prunes, threads)
      }
    }
    let (one, two) = (try short(prunes: true, threads: 1), try short(prunes: true, threads: 2))
    #expect(one.trace == two.trace)
    let dense = try short(prunes: false, threads: 1)
    #expect(areClose(one.logLikelihood, dense.logLikelihood, 1e-12))
    #expect(areClose(one.noise?.weight ?? 0, dense.noise?.weight ?? 1, 1e-10))
  }

  @Test func resumingGoesOn() throws {
    func run(_ iterations: Int) throws -> Model {
      try noisy(data) {
        $0.initializer = GivenLabels((0..<600).map { $0 % 3 })
        ($0.maximumIterations, $0.tolerance) = (iterations, 0)
      }
    }
    var options = FitOptions()
    (options.maximumIterations, options.tolerance) = (10, 0)
    let (whole, halves) = (try run(20), try run(10).resume(data, options))
    #expect(areClose(whole.logLikelihood, halves.logLikelihood, 1e-12))
    #expect(areClose(whole.noise?.weight ?? 0, halves.noise?.weight ?? 1, 1e-9))
    #expect(whole.noise?.region == halves.noise?.region)
  }

  @Test func noisyRowsAreDrawnFromTheBox() throws {
    let model = try noisy(data)
    let (rows, labels) = try model.sample(20_000, seed: 5)
    let share = Double(labels.count { $0 == Noise.label }) / 20_000
    #expect(abs(share - (model.noise?.weight ?? 0)) < 0.01)
    for j in 0..<2 {
      let column = data.matrix.column(j)
      let (low, high) = (column.min() ?? 0, column.max() ?? 0)
      let drawn = labels.indices.filter { labels[$0] == Noise.label }.map { rows[$0, j] }
      #expect(drawn.allSatisfy { (low...high).contains($0) })
      let mean = drawn.reduce(0, +) / Double(drawn.count)
      #expect(abs(mean - (low + high) / 2) < 0.02 * (high - low))
    }
    #expect(try model.sample(20_000, seed: 5, threads: 1).labels == labels)
  }

  /// p(x | y) = p(x, y)/p(y), so that differences over x are those of p(x, y).
  @Test func conditionals() throws {
    let model = try noisy(data)
    let given = try model.conditional(given: ["x2": 21])
    let places = [0.0, 19, 22, 60]
    let joint = try model.logDensity(
      MatrixSource(Matrix(rows: 4, columns: 2, values: places.flatMap { [$0, 21] })))
    let alone = try given.logDensity(
      MatrixSource(Matrix(rows: 4, columns: 1, values: places), columnNames: ["x1"]))
    for i in 1..<4 { #expect(areClose(joint[i] - joint[0], alone[i] - alone[0], 1e-8)) }
    #expect(areClose(given.weights.reduce(0, +) + (given.noise?.weight ?? 0), 1, 1e-12))
  }

  @Test func selection() throws {
    var options = SelectionOptions()
    options.components = [1, 2, 3, 4]
    options.covariances = ["full", "diagonal", "spherical"]
    options.fit.noise = true
    let selection = try Catalogue.standard.select(data, options)
    #expect(selection.best.components == 3 && selection.best.noise != nil)
    for entry in selection.entries {
      let model = try #require(entry.model)
      let structure = try Catalogue.standard.covarianceModel(named: entry.covariance ?? "")
      let covariances = structure.freeParameters(components: entry.components, dimension: 2)
      #expect(model.freeParameters == covariances + 3 * entry.components - 1 + 2)
    }
  }
}
