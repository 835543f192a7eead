import Emulsion
import Foundation
import Testing

/// Rows that were measured with known errors, against the likelihood as it is written down.
@Suite struct MeasurementErrorTests {
  static let columns = 3

  /// Rows of two clusters, with errors that differ by row and column, and the errors' deviations.
  private static func data(_ n: Int, seed: UInt64 = 4) -> (rows: Matrix, deviations: Matrix) {
    var random = CounterRandom(seed: seed)
    var (values, deviations): ([Double], [Double]) = ([], [])
    for i in 0..<n {
      let k = Double(i % 2)
      let common = random.normal()
      for j in 0..<columns {
        let exact = 6 * k + Double(j) + (0.8 - 0.3 * k) * (common + random.normal())
        let deviation = 1.5 * random.uniform()
        values.append(100 * (exact + deviation * random.normal()))
        deviations.append(100 * deviation)
      }
    }
    return (
      Matrix(rows: n, columns: columns, values: values),
      Matrix(rows: n, columns: columns, values: deviations)
    )
  }

  private static func fitted(
    _ rows: Matrix, _ errors: Matrix?, weights: [Double]? = nil,
    _ change: (inout FitOptions) -> Void = { _ in }
  ) throws -> Model {
    var options = FitOptions()
    options.components = 2
    options.initializer = GivenLabels((0..<rows.rows).map { $0 % 2 })
    change(&options)
    let source = MatrixSource(rows, weights: weights)
    guard let errors else { return try Catalogue.standard.fit(source, options) }
    return try Catalogue.standard.fit(MeasuredSource(source, deviations: errors), options)
  }

  /// Σ ln Σₖ πₖ N(xₙ | μₖ, Vₖ + Sₙ), by models without errors of one row each.
  private static func direct(_ model: Model, _ rows: Matrix, _ errors: Matrix) throws -> [Double] {
    let (means, covariances) = (try #require(model.means), try #require(model.covariances))
    return try (0..<rows.rows).map { i in
      let sums = covariances.map { covariance -> Matrix in
        var sum = covariance
        for j in 0..<rows.columns { sum[j, j] += errors[i, j] * errors[i, j] }
        return sum
      }
      let own = try GivenGaussians(weights: model.weights, means: means, covariances: sums).model()
      return try own.logDensity(
        MatrixSource(Matrix(rows: 1, columns: rows.columns, values: Array(rows.row(i)))))[0]
    }
  }

  @Test(arguments: covarianceNames + ["factors:1", "factors:1:CCC"])
  func likelihoodIsThatOfWhatWasMeasured(covariance: String) throws {
    let (rows, errors) = Self.data(120)
    let model = try Self.fitted(rows, errors) { $0.covariance = covariance }
    #expect(model.firstFall == nil)
    let direct = try Self.direct(model, rows, errors)
    #expect(areClose(direct.reduce(0, +), model.logLikelihood, 1e-9))
    let source = try MeasuredSource(MatrixSource(rows), deviations: errors)
    for (a, b) in zip(direct, try model.logDensity(source)) { #expect(areClose(a, b)) }
    // Without errors it is the model of exact values.
    #expect(try model.logDensity(MatrixSource(rows)) != model.logDensity(source))
  }

  @Test func truthIsRecovered() throws {
    let (rows, errors) = Self.data(20_000)
    let (with, without) = (try Self.fitted(rows, errors), try Self.fitted(rows, nil))
    for (k, spread) in [0.8, 0.5].enumerated() {
      let covariance = try #require(with.covariances)[k]
      for i in 0..<3 {
        for j in 0..<3 {
          let truth = 1e4 * spread * spread * (i == j ? 2 : 1)
          #expect(abs(covariance[i, j] - truth) < 0.1 * 2e4 * spread * spread)
        }
      }
      #expect(try #require(without.covariances)[k][0, 0] > covariance[0, 0] + 4000)
    }
  }

  @Test(arguments: ["full", "diagonal", "VEV", "factors:1"])
  func errorsOfZeroAreNone(covariance: String) throws {
    let (rows, _) = Self.data(200)
    func model(_ errors: Matrix?) throws -> Model {
      try Self.fitted(rows, errors) {
        $0.covariance = covariance
        ($0.tolerance, $0.maximumIterations) = (0, 20)
      }
    }
    let (a, b) = (try model(nil), try model(Matrix(rows: 200, columns: 3)))
    #expect(areClose(a.logLikelihood, b.logLikelihood, 1e-8))
    for (x, y) in zip(a.trace, b.trace) { #expect(areClose(x, y, 1e-7)) }
  }

  /// Missing cells are the limit of errors without bound, but for ½ ln 2πs of each, s its error's variance.
  @Test(arguments: ["full", "diagonal", "EVE", "factors:1"])
  func missingCellsAreTheLimit(covariance: String) throws {
    let (rows, exact) = Self.data(150)
    var (holes, errors) = (rows, exact)
    var random = CounterRandom(seed: 9)
    let large = 1e9
    var cells = 0
    for i in 0..<150 {
      for j in 0..<3 where random.uniform() < 0.2 {
        (holes[i, j], errors[i, j]) = (.nan, large)
        cells += 1
      }
    }
    let start = try Self.fitted(rows, exact) {
      $0.covariance = covariance
      $0.maximumIterations = 3
    }
    var options = FitOptions()
    (options.maximumIterations, options.tolerance, options.takesMissing) = (10, 0, true)
    let seen = try start.resume(
      MeasuredSource(
        MatrixSource(holes),
        deviations: exact), options)
    options.takesMissing = false
    let unseen = try start.resume(
      MeasuredSource(MatrixSource(rows), deviations: errors), options)
    let shift = Double(cells) * 0.5 * logarithm(2 * .pi * large * large)
    #expect(areClose(unseen.logLikelihood + shift, seen.logLikelihood, 1e-7))
    for (a, b) in zip(try #require(seen.means).values, try #require(unseen.means).values) {
      #expect(areClose(a, b, 1e-5))
    }
  }

  @Test(arguments: ["full", "diagonal", "factors:1"])
  func weightsAndThreadsAreAsWithout(covariance: String) throws {
    let (rows, errors) = Self.data(150)
    func model(_ rows: Matrix, _ errors: Matrix, _ weights: [Double]?, threads: Int) throws -> Model
    {
      try Self.fitted(rows, errors, weights: weights) {
        $0.covariance = covariance
        $0.initializer = GivenMeans(
          means: Matrix(rows: 2, columns: 3, values: [0, 100, 200, 600, 700, 800]))
        ($0.maximumIterations, $0.tolerance, $0.threads) = (10, 0, threads)
      }
    }
    let order = (0..<150).flatMap { [$0, $0, $0] }
    let copies = try model(rows.rows(order), errors.rows(order), nil, threads: 1)
    let weights = [Double](repeating: 3, count: 150)
    let weighted = try model(rows, errors, weights, threads: 1)
    #expect(areClose(copies.logLikelihood, weighted.logLikelihood))
    let others = try model(rows, errors, weights, threads: 2)
    #expect(others.trace == weighted.trace)
  }

  /// A covariance of errors a row, here of a rotation of independent ones.
  @Test(arguments: ["full", "diagonal", "spherical"])
  func errorsMayHaveCovariances(covariance: String) throws {
    let (rows, errors) = Self.data(100)
    let matrices = (0..<100).map { i in
      Matrix(
        rows: 3, columns: 3,
        values: (0..<9).map { $0 % 4 == 0 ? errors[i, $0 / 4] * errors[i, $0 / 4] : 0 })
    }
    var options = FitOptions()
    (options.components, options.covariance) = (2, covariance)
    options.initializer = GivenLabels((0..<100).map { $0 % 2 })
    (options.maximumIterations, options.tolerance) = (10, 0)
    let a = try Catalogue.standard.fit(
      MeasuredSource(MatrixSource(rows), covariances: matrices), options)
    let b = try Catalogue.standard.fit(
      MeasuredSource(MatrixSource(rows), deviations: errors), options)
    #expect(areClose(a.logLikelihood, b.logLikelihood, 1e-9) && a.firstFall == nil)
  }

  @Test(arguments: [-1, Double.nan, .infinity])
  func nonsenseIsNamed(value: Double) throws {
    let (rows, exact) = Self.data(20)
    var errors = exact
    errors[4, 1] = value
    let error = #expect(throws: EmulsionError.self) {
      try MeasuredSource(MatrixSource(rows), deviations: errors)
    }
    #expect(error?.code == .invalidData && error?.message.contains("row 5") == true)
    #expect(error?.message.contains("\"x2\"") == true)
  }

  @Test func noiseAndSelectionTakePart() throws {
    let (rows, errors) = Self.data(300)
    let source = try MeasuredSource(MatrixSource(rows), deviations: errors)
    let noisy = try Self.fitted(rows, errors) { $0.noise = true }
    #expect(noisy.firstFall == nil && noisy.noise != nil)
    var options = SelectionOptions()
    (options.components, options.covariances) = ([1, 2, 3], ["full", "diagonal", "factors:1"])
    let selection = try Catalogue.standard.select(source, options)
    #expect(selection.best.components == 2)
    #expect(selection.entries.count == 9)
  }

  /// A product of a Gaussian with errors and a family that knows none, in columns without.
  @Test func partsOfProductsHaveThem() throws {
    let (rows, errors) = Self.data(200)
    var some = errors
    for i in 0..<200 { some[i, 2] = 0 }
    func model(_ parts: [any FamilyDefinition], _ change: (inout FitOptions) -> Void) throws
      -> Model
    {
      let family = try ProductDefinition(parts)
      return try Self.fitted(rows, some) {
        $0.family = family
        change(&$0)
      }
    }
    let names = ["x1", "x2", "x3"]
    let parts = [
      GaussianDefinition(covariance: "full").on(columns: Array(names.prefix(2))),
      GaussianDefinition(covariance: "spherical").on(columns: [names[2]]),
    ]
    let product = try model(parts) { _ in }
    #expect(product.firstFall == nil && product.hasConverged)
    let diagonal = try model(
      names.map { GaussianDefinition(covariance: "diagonal").on(columns: [$0]) }
    ) { ($0.tolerance, $0.maximumIterations) = (0, 10) }
    let whole = try Self.fitted(rows, some) {
      $0.covariance = "diagonal"
      ($0.tolerance, $0.maximumIterations) = (0, 10)
    }
    #expect(areClose(diagonal.logLikelihood, whole.logLikelihood, 1e-9))
  }

  @Test func othersRefuseThem() throws {
    let (rows, errors) = Self.data(60)
    let error = #expect(throws: EmulsionError.self) {
      try Self.fitted(rows, errors) { $0.algorithm = VariationalBayes() }
    }
    #expect(error?.code == .invalidOption && error?.message.hasPrefix("errors:") == true)
  }
}
