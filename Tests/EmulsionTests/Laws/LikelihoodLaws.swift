import Emulsion
import EmulsionTestKit
import Testing

/// Laws of the log-likelihood that hold for every covariance model.
@Suite struct LikelihoodLaws {
  let data = MatrixSource(clusters(600, columns: 3, components: 3, separation: 2))

  @Test(arguments: covarianceNames)
  func neverFalls(covariance: String) throws {
    let model = try fit(data) {
      $0.covariance = covariance
      $0.tolerance = 0
      $0.maximumIterations = 60
      $0.initializer = GivenLabels((0..<600).map { $0 / 200 })
    }
    #expect(model.trace.count == 61)
    #expect(model.firstFall == nil)
  }

  @Test(arguments: covarianceNames)
  func isTheSumOfLogDensities(covariance: String) throws {
    let model = try fit(data) { $0.covariance = covariance }
    let densities = try model.logDensity(data)
    #expect(areClose(densities.reduce(0, +), model.logLikelihood, 1e-12))
    #expect(areClose(try model.score(data) * 600, model.logLikelihood, 1e-12))
    #expect(model.trace.last == model.logLikelihood)
  }

  @Test(arguments: covarianceNames)
  func agreesWithTheDefinition(covariance: String) throws {
    let model = try fit(data) { $0.covariance = covariance }
    let means = try #require(model.means)
    let covariances = try #require(model.covariances)
    let densities = try model.logDensity(data)
    for row in stride(from: 0, to: 600, by: 97) {
      let terms = (0..<3).map { k in
        model.weights[k]
          * density(Array(data.matrix.row(row)), Array(means.row(k)), covariances[k])
      }
      #expect(areClose(logarithm(terms.reduce(0, +)), densities[row], 1e-10))
    }
  }

  @Test(arguments: covarianceNames)
  func criteriaFollowTheirDefinitions(covariance: String) throws {
    let model = try fit(data) { $0.covariance = covariance }
    let covariances = try Catalogue.standard.covarianceModel(named: covariance)
    let p = covariances.freeParameters(components: 3, dimension: 3) + 9 + 2
    #expect(model.freeParameters == p)
    #expect(
      areClose(model.bic, -2 * model.logLikelihood + Double(p) * logarithm(600), 1e-14))
    #expect(areClose(model.aic, -2 * model.logLikelihood + 2 * Double(p), 1e-14))
    let posterior = try model.posterior(data)
    let largest = (0..<600).map { logarithm(posterior.row($0).max() ?? 0) }.reduce(0, +)
    #expect(areClose(model.icl, model.bic - 2 * largest, 1e-10))
    for row in 0..<600 { #expect(areClose(posterior.row(row).reduce(0, +), 1, 1e-12)) }
    let labels = try model.predict(data)
    for row in 0..<600 {
      #expect(posterior[row, labels[row]] == posterior.row(row).max())
    }
  }

  /// Narrow clusters far apart: moments about a shared centre would lose twice the digits that the
  /// distance has.
  @Test(arguments: [1.0, 1e3, 1e6])
  func aStartIsExactFarFromTheCentre(distance: Double) throws {
    // Values on a grid of 2⁻²⁰, so that distances are exact.
    let narrow = clusters(300, columns: 2, components: 1, separation: 0)
      .mapped { value, _ in (value * 0x1p20).rounded() * 0x1p-20 }
    let far = narrow.rowList.enumerated().map { row, values in
      values.map { $0 + (row % 3 == 0 ? distance : 0) }
    }
    let model = try fit(MatrixSource(try #require(Matrix(rows: far)))) {
      $0.components = 2
      $0.initializer = GivenLabels((0..<300).map { $0 % 3 == 0 ? 0 : 1 })
      $0.maximumIterations = 0
      $0.covarianceFloor = 0
    }
    let covariances = try #require(model.covariances)
    for (k, covariance) in covariances.enumerated() {
      let rows = narrow.rowList.enumerated().filter { ($0.offset % 3 == 0) == (k == 0) }
        .map { $0.element }
      let n = Double(rows.count)
      let means = (0..<2).map { j in rows.reduce(0) { $0 + $1[j] } / n }
      for a in 0..<2 {
        for b in 0..<2 {
          let exact = rows.reduce(0) { $0 + ($1[a] - means[a]) * ($1[b] - means[b]) } / n
          #expect(abs(covariance[a, b] - exact) < 1e-9)
        }
      }
    }
  }

  @Test func evaluatesAStartWithoutIterations() throws {
    let start = GivenMeans(
      means: Matrix(rows: 3, columns: 3, values: [0, 0, 0, 1, 1, 1, 2, 2, 2]),
      covariances: Array(repeating: .identity(3), count: 3), weights: [0.2, 0.3, 0.5])
    let model = try fit(data) {
      $0.initializer = start
      $0.maximumIterations = 0
    }
    #expect(model.iterations == 0 && model.trace.count == 1)
    #expect(model.weights == [0.2, 0.3, 0.5])
    let means = try #require(model.means)
    #expect(zip(means.values, start.means.values).allSatisfy { abs($0 - $1) < 1e-14 })
  }

  @Test func resumingGoesOnWhereItStopped() throws {
    let whole = try fit(data) {
      $0.tolerance = 0
      $0.maximumIterations = 30
      $0.initializer = GivenLabels((0..<600).map { $0 % 3 })
    }
    let half = try fit(data) {
      $0.tolerance = 0
      $0.maximumIterations = 12
      $0.initializer = GivenLabels((0..<600).map { $0 % 3 })
    }
    var options = FitOptions()
    options.tolerance = 0
    options.maximumIterations = 18
    let resumed = try half.resume(data, options)
    #expect(resumed.logLikelihood == whole.logLikelihood)
    #expect(resumed.means == whole.means)
  }

  /// N(x|μ,Σ) in three dimensions by the adjugate, independent of the library's factorisation.
  private func density(_ x: [Double], _ mean: [Double], _ c: Matrix) -> Double {
    func minor(_ i: Int, _ j: Int) -> Double {
      let rows = [0, 1, 2].filter { $0 != i }
      let columns = [0, 1, 2].filter { $0 != j }
      return c[rows[0], columns[0]] * c[rows[1], columns[1]]
        - c[rows[0], columns[1]] * c[rows[1], columns[0]]
    }
    let determinant = c[0, 0] * minor(0, 0) - c[0, 1] * minor(0, 1) + c[0, 2] * minor(0, 2)
    let t = zip(x, mean).map { $0 - $1 }
    var quadratic = 0.0
    for i in 0..<3 {
      for j in 0..<3 {
        quadratic += t[i] * t[j] * minor(i, j) * ((i + j) % 2 == 0 ? 1 : -1) / determinant
      }
    }
    let twoPi = 2 * Double.pi
    return power(-0.5 * quadratic) / (twoPi * twoPi * twoPi * determinant).squareRoot()
  }
}
