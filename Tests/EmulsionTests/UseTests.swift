import Emulsion
import EmulsionData
import Testing

/// What a model is used for once it is fitted.
@Suite struct UseTests {
  let data = MatrixSource(clusters(900, columns: 3, components: 3, separation: 3))

  @Test(arguments: covarianceNames)
  func simulatedDataGiveTheModelBack(covariance: String) throws {
    let model = try fit(data) { $0.covariance = covariance }
    let (rows, labels) = try model.sample(40_000, seed: 3)
    for k in 0..<3 {
      #expect(abs(Double(labels.count { $0 == k }) / 40_000 - model.weights[k]) < 0.01)
    }
    let means = try #require(model.means)
    let covariances = try #require(model.covariances)
    let again = try fit(MatrixSource(rows)) {
      $0.covariance = covariance
      $0.initializer = GivenMeans(means: means, covariances: covariances, weights: model.weights)
    }
    #expect(zip(try #require(again.means).values, means.values).allSatisfy { abs($0 - $1) < 0.08 })
    for (a, b) in zip(try #require(again.covariances), covariances) {
      #expect(zip(a.values, b.values).allSatisfy { abs($0 - $1) < 0.1 })
    }
  }

  @Test func samplesDependOnSeedAndRowAlone() throws {
    let model = try fit(data)
    let long = try model.sample(100, seed: 5)
    let short = try model.sample(10, seed: 5)
    #expect(Array(long.rows.values.prefix(30)) == short.rows.values)
    #expect(try model.sample(10, seed: 6).rows != short.rows)
  }

  /// p(a | b) = p(a, b)/p(b): log-densities of joint and conditional differ by a constant in a.
  @Test(arguments: covarianceNames)
  func conditionalDensities(covariance: String) throws {
    let table = try DataSets.table(named: "iris")
    let names = table.numericNames
    let model = try fit(MatrixSource(table.matrix(names), columnNames: names)) {
      $0.covariance = covariance
    }
    let given = [names[1]: 3.0, names[3]: 1.4]
    let conditional = try model.conditional(given: given)
    #expect(conditional.columnNames == [names[0], names[2]])
    let points = [[5.0, 1.5], [6.1, 4.4], [5.5, 3.9], [7.2, 6.0]]
    let whole = points.map { [$0[0], 3.0, $0[1], 1.4] }
    let joint = try model.logDensity(MatrixSource(try #require(Matrix(rows: whole))))
    let part = try conditional.logDensity(MatrixSource(try #require(Matrix(rows: points))))
    for i in points.indices {
      #expect(abs((joint[i] - joint[0]) - (part[i] - part[0])) < 1e-8 * abs(joint[i]))
    }
    #expect(throws: EmulsionError.self) { try model.conditional(given: ["sepal": 1]) }
    #expect(throws: EmulsionError.self) { try model.conditional(given: [:]) }
  }

  /// Where squares leave the doubles the density is 0, never not-a-number.
  @Test(arguments: covarianceNames)
  func farAway(covariance: String) throws {
    let model = try fit(data) { $0.covariance = covariance }
    let far = MatrixSource(
      Matrix(rows: 3, columns: 3, values: [1e160, -1e160, 1e170, 1e300, 1e300, 1e300, 1e99, 3, 1]))
    let densities = try model.logDensity(far)
    #expect(densities[0] == -.infinity && densities[1] == -.infinity && densities[2] < -1e190)
    #expect(try model.posterior(far).values.allSatisfy { $0 >= 0 && $0 <= 1 })
  }

  @Test func conditionalWithoutVarianceIsAnError() throws {
    let line = (0..<50).map { [Double($0), 3 * Double($0)] }
    let model = try fit(MatrixSource(try #require(Matrix(rows: line)))) {
      ($0.components, $0.covarianceFloor, $0.regularization) = (1, 0, 1e-11)
    }
    do {
      _ = try model.conditional(given: ["x1": 3])
    } catch let error as EmulsionError {
      #expect(error.code == .degenerate, "\(error.message)")
    }
  }

  @Test func summaryFitsTheScreen() throws {
    let table = try DataSets.table(named: "wine")
    let names = table.numericNames
    let model = try fit(MatrixSource(table.matrix(names), columnNames: names)) {
      $0.covariance = "diagonal"
    }
    for width in [40, 80, 200] {
      for line in model.summary(width: width).split(separator: "\n") {
        #expect(line.count <= width)
      }
    }
    #expect(model.description.contains("BIC"))
  }

  @Test func kMeansOrdersByWeight() throws {
    var options = KMeansOptions()
    options.components = 2
    let rows = Matrix(rows: 4, columns: 1, values: [0, 1, 2, 10])
    let result = try Catalogue.standard.kMeans(MatrixSource(rows, weights: [1, 1, 1, 9]), options)
    #expect(result.centers.values == [10, 1] && result.labels == [1, 1, 1, 0])
  }

  @Test func kMeansKeepsItsLaws() throws {
    var options = KMeansOptions()
    options.components = 3
    let result = try Catalogue.standard.kMeans(data, options)
    var sizes = [0, 0, 0]
    var inertia = 0.0
    for (row, label) in result.labels.enumerated() {
      sizes[label] += 1
      let distances = (0..<3).map { k in
        zip(data.matrix.row(row), result.centers.row(k)).reduce(0.0) {
          $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
        }
      }
      #expect(distances[label] == distances.min())
      inertia += distances[label]
    }
    #expect(sizes == sizes.sorted(by: >))
    #expect(areClose(inertia, result.inertia, 1e-12))
  }

  /// Ward's method finds clusters that lie far apart, whatever their sizes, and draws nothing.
  @Test(arguments: [40, 30_000])
  func hierarchicalStartsFindSeparateClusters(rows: Int) throws {
    let data = MatrixSource(clusters(rows, columns: 2, components: 5, separation: 40, seed: 8))
    let models = try [UInt64(0), 1].map { seed in
      try fit(data) {
        $0.components = 5
        $0.covariance = "spherical"
        $0.initializer = HierarchicalInitializer()
        $0.seed = seed
      }
    }
    #expect(models[0].trace == models[1].trace)
    #expect(models[0].evidence.starts == 1)
    #expect(models[0].weights.allSatisfy { abs($0 - 0.2) < 1e-3 })
  }

  /// Merging in Ward's order gives these two groups; the cut at 3 splits the wider one.
  @Test func wardsMergesByHand() throws {
    let data = MatrixSource(Matrix(rows: 6, columns: 1, values: [0, 1, 10, 12, 30, 31]))
    var options = KMeansOptions()
    options.initializer = HierarchicalInitializer()
    options.maximumIterations = 0
    options.components = 3
    let three = try Catalogue.standard.kMeans(data, options)
    #expect(Set(three.centers.values) == [0.5, 11, 30.5])
    options.components = 2
    let two = try Catalogue.standard.kMeans(data, options)
    #expect(Set(two.centers.values) == [5.75, 30.5])
  }

  /// A function of the user's gets all rows, even where others start from a sample.
  @Test func functionsSeeAllRows() throws {
    let data = MatrixSource(clusters(25_000, columns: 2, components: 2, separation: 6))
    let model = try fit(data) {
      $0.components = 2
      $0.restarts = 1
      $0.initializer = ClosureInitializer { data, _, _ in
        #expect(data.rows == 25_000)
        return GivenLabels((0..<25_000).map { $0 % 2 })
      }
    }
    #expect(model.evidence.starts == 1)
  }
}
