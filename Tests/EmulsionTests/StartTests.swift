import Emulsion
import Testing

/// Starts: the sample of many rows, and what is made of given means.
@Suite struct StartTests {
  /// Rounded data of many rows have few distinct values, all of which a sample needs.
  @Test(arguments: [0, 1, 2] as [UInt64])
  func manyRowsOfFewValues(seed: UInt64) throws {
    var random = CounterRandom(seed: 4)
    let values = (0..<60_000).map { ([20, 45, 70][$0 % 3] + 5 * random.normal()).rounded() }
    let model = try fit(MatrixSource(Matrix(rows: values.count, columns: 1, values: values))) {
      $0.seed = seed
    }
    #expect(!model.isDegenerate && model.evidence.degenerate == 0)
    #expect(model.weights.allSatisfy { abs($0 - 1.0 / 3) < 0.01 })
  }

  /// Rows of weight 0 count for nothing, however many there are.
  @Test func fewRowsOfPositiveWeight() throws {
    let few = clusters(60, columns: 2, components: 3)
    var all = Matrix(rows: 30_000, columns: 2)
    var weights = [Double](repeating: 0, count: all.rows)
    for row in 0..<few.rows {
      for j in 0..<2 { all[401 * row + 7, j] = few[row, j] }
      weights[401 * row + 7] = 1
    }
    let model = try fit(MatrixSource(all, weights: weights)) { $0.components = 2 }
    let alone = try fit(MatrixSource(few)) { $0.components = 2 }
    #expect(areClose(model.logLikelihood, alone.logLikelihood))
  }

  /// What a row of weight 0 holds does not matter, even where its squares overflow.
  @Test(arguments: covarianceNames, [1e6, 1e160, 1e300])
  func farRowOfWeightZero(covariance: String, distance: Double) throws {
    let near = clusters(300, columns: 2, components: 3)
    var far = near
    (far[7, 0], far[7, 1]) = (distance, -distance)
    let weights = (0..<300).map { $0 == 7 ? 0.0 : 1 }
    let model = try fit(MatrixSource(far, weights: weights)) { $0.covariance = covariance }
    let other = try fit(MatrixSource(near, weights: weights)) { $0.covariance = covariance }
    #expect(model.logLikelihood == other.logLikelihood && model.means == other.means)
  }

  @Test(arguments: covarianceNames, [0, 1e-8])
  func regularizedConstantColumn(covariance: String, floor: Double) throws {
    let data = clusters(300, columns: 2, components: 2).mapped { $1 == 1 ? 7 : $0 }
    let means = try #require(
      fit(MatrixSource(data)) {
        ($0.components, $0.covariance, $0.regularization) = (2, covariance, 1e-6)
      }.means)
    let model = try fit(MatrixSource(data)) {
      ($0.components, $0.covariance, $0.regularization) = (2, covariance, 1e-6)
      ($0.initializer, $0.covarianceFloor) = (GivenMeans(means: means), floor)
    }
    #expect(model.logLikelihood.isFinite && !model.isDegenerate)
  }

  /// Regularization makes a fit exist where all rows are alike, floor or not.
  @Test(arguments: covarianceNames, [0, 1e-8])
  func regularizedIdenticalRows(covariance: String, floor: Double) throws {
    let model = try fit(MatrixSource(Matrix(rows: 20, columns: 2, repeating: 3))) {
      ($0.components, $0.covariance) = (2, covariance)
      ($0.regularization, $0.covarianceFloor) = (1e-6, floor)
    }
    let expected = -20 * logarithm(2 * .pi * 1e-6)
    #expect(areClose(model.logLikelihood, expected) && model.isDegenerate)
  }

  /// Symmetry is judged on the scale of the matrix, not of elements that are rounding.
  @Test func covarianceThatIsSymmetricToRounding() throws {
    let covariance = Matrix(rows: 2, columns: 2, values: [1, 1e-17, 0, 1])
    let model = try fit(MatrixSource(clusters(90, columns: 2, components: 1))) {
      $0.components = 1
      $0.initializer = GivenMeans(
        means: Matrix(rows: 1, columns: 2), covariances: [covariance])
    }
    #expect(model.hasConverged)
  }
}
