import Emulsion
import Testing

/// What must not change a fit, default starts included.
@Suite struct InvarianceLaws {
  let matrix = clusters(400, columns: 3, components: 3, separation: 2)

  private func partition(_ model: Model, _ data: MatrixSource) throws -> [Int] {
    try model.predict(data)
  }

  @Test(arguments: covarianceNames, [1.0, -7, 1e6])
  func shiftingAColumn(covariance: String, by offset: Double) throws {
    let moved = MatrixSource(matrix.mapped { $1 == 1 ? $0 + offset : $0 })
    let source = MatrixSource(matrix)
    let (a, b) = (
      try fit(source) { $0.covariance = covariance }, try fit(moved) { $0.covariance = covariance }
    )
    #expect(areClose(a.logLikelihood, b.logLikelihood))
    #expect(try partition(a, source) == partition(b, moved))
  }

  @Test(
    arguments: ["full", "tied", "diagonal", "EEI", "VEI", "EVI", "VEE", "EVV"], [3.0, 1e-9, 1e120])
  func rescalingAColumn(covariance: String, by factor: Double) throws {
    let scaled = MatrixSource(matrix.mapped { $1 == 1 ? $0 * factor : $0 })
    let source = MatrixSource(matrix)
    let a = try fit(source) { $0.covariance = covariance }
    let b = try fit(scaled) { $0.covariance = covariance }
    #expect(areClose(a.logLikelihood - 400 * logarithm(factor), b.logLikelihood))
    #expect(try partition(a, source) == partition(b, scaled))
  }

  /// Where a column dwarfs the others, dwarfing them more changes next to nothing: their variances keep
  /// their digits beside its own.
  @Test(arguments: ["EEV", "VEV"], [1e10, 1e15])
  func columnsFarApartInScale(covariance: String, factor: Double) throws {
    let (a, b) = try (
      fit(MatrixSource(matrix.mapped { $1 == 1 ? $0 * 1e6 : $0 })) { $0.covariance = covariance },
      fit(MatrixSource(matrix.mapped { $1 == 1 ? $0 * factor : $0 })) {
        $0.covariance = covariance
      }
    )
    #expect(areClose(a.logLikelihood - 400 * logarithm(factor / 1e6), b.logLikelihood, 1e-8))
  }

  @Test func rescalingEverythingUnderASphericalModel() throws {
    let scaled = MatrixSource(matrix.mapped { value, _ in value * 5 })
    let a = try fit(MatrixSource(matrix)) { $0.covariance = "spherical" }
    let b = try fit(scaled) { $0.covariance = "spherical" }
    #expect(areClose(a.logLikelihood - 3 * 400 * logarithm(5), b.logLikelihood))
  }

  @Test(arguments: covarianceNames)
  func permutingRows(covariance: String) throws {
    let order = (0..<400).map { ($0 * 173) % 400 }
    let (source, shuffled) = (MatrixSource(matrix), MatrixSource(matrix.rows(order)))
    let a = try fit(source) { $0.covariance = covariance }
    let b = try fit(shuffled) { $0.covariance = covariance }
    #expect(areClose(a.logLikelihood, b.logLikelihood, 1e-11))
    let labels = try partition(a, source)
    #expect(try partition(b, shuffled) == order.map { labels[$0] })
  }

  @Test(arguments: covarianceNames)
  func aWeightOfThreeIsThreeCopies(covariance: String) throws {
    let weights = (0..<400).map { Double($0 % 4) }
    let copies = (0..<400).flatMap { Array(repeating: $0, count: $0 % 4) }
    let a = try fit(MatrixSource(matrix, weights: weights)) { $0.covariance = covariance }
    let b = try fit(MatrixSource(matrix.rows(copies))) { $0.covariance = covariance }
    #expect(areClose(a.logLikelihood, b.logLikelihood, 1e-11))
    #expect(areClose(a.bic, b.bic, 1e-11) && areClose(a.icl, b.icl, 1e-9))
  }

  @Test func relabellingAStart() throws {
    let data = MatrixSource(matrix)
    let labels = (0..<400).map { $0 % 3 }
    let a = try fit(data) { $0.initializer = GivenLabels(labels) }
    let b = try fit(data) { $0.initializer = GivenLabels(labels.map { ($0 + 1) % 3 }) }
    #expect(areClose(a.logLikelihood, b.logLikelihood, 1e-12))
    for k in 0..<3 { #expect(areClose(a.weights[k], b.weights[(k + 1) % 3])) }
  }

  @Test(arguments: covarianceNames)
  func componentsComeByWeight(covariance: String) throws {
    let model = try fit(MatrixSource(matrix)) { $0.covariance = covariance }
    #expect(model.weights == model.weights.sorted(by: >))
  }

  /// Several chunks, so that work is really shared; and more than starts are drawn from whole.
  @Test(arguments: ["full", "diagonal"], [9_000, 30_000])
  func threadsDoNotChangeABit(covariance: String, rows: Int) throws {
    let data = MatrixSource(clusters(rows, columns: 2, components: 4, separation: 2))
    let models = try [1, 2, 5].map { threads in
      try fit(data) {
        $0.covariance = covariance
        $0.threads = threads
        $0.restarts = 3
      }
    }
    for model in models.dropFirst() {
      #expect(model.trace == models[0].trace)
      #expect(model.means == models[0].means && model.covariances == models[0].covariances)
    }
  }

  @Test func seedsMatterAndAreEnough() throws {
    let data = MatrixSource(clusters(300, columns: 2, components: 8, separation: 1))
    let runs = try [UInt64(1), 1, 2].map { seed in
      try fit(data) {
        $0.components = 6
        $0.restarts = 1
        $0.seed = seed
      }
    }
    #expect(runs[0].trace == runs[1].trace)
    #expect(runs[0].trace != runs[2].trace)
  }
}
