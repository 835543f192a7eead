import Emulsion
import Synchronization
import Testing

/// Leaving components out of blocks changes nothing but the time.
@Suite struct PruningLaws {
  static let components = 12
  static let separated = clusters(8000, columns: 3, components: components, separation: 20)

  /// A fit of few iterations from centres near the true ones, and the share evaluated in each.
  static func run(
    _ data: MatrixSource, prunes: Bool, covariance: String = "full", threads: Int = 1,
    components k: Int = components, start: Matrix? = nil, iterations: Int = 6
  ) throws -> (model: Model, shares: [Double]) {
    let shares = Mutex<[Double]>([])
    let means = start ?? data.matrix.rows(Array(0..<k))
    let model = try fit(data) {
      $0.components = k
      $0.covariance = covariance
      $0.initializer = GivenMeans(
        means: means, covariances: Array(repeating: .identity(means.columns), count: k))
      $0.maximumIterations = iterations
      $0.tolerance = 0
      $0.threads = threads
      $0.prunes = prunes
      $0.progress = ProgressHandler(isConcurrent: true) { progress in
        shares.withLock { $0.append(progress.evaluatedShare) }
      }
    }
    return (model, shares.withLock { $0 })
  }

  static func expectEqual(_ a: Model, _ b: Model) throws {
    for (x, y) in zip(a.trace, b.trace) { #expect(areClose(x, y, 1e-12)) }
    for (x, y) in zip(a.weights, b.weights) { #expect(abs(x - y) <= 1e-12 * max(1e-6, y)) }
    let means = (try #require(a.means), try #require(b.means))
    for (x, y) in zip(means.0.values, means.1.values) {
      #expect(abs(x - y) <= 1e-12 * max(1, abs(y)))
    }
    // Both paths round the second moments about one point for all, in orders of their own.
    let rounding = means.1.values.map { 1e-15 * $0 * $0 }.max() ?? 0
    let covariances = (try #require(a.covariances), try #require(b.covariances))
    for (x, y) in zip(covariances.0, covariances.1) {
      let size = (0..<y.rows).map { y[$0, $0] }.max() ?? 0
      for (u, v) in zip(x.values, y.values) { #expect(abs(u - v) <= 1e-12 * size + rounding) }
    }
  }

  @Test(arguments: closedCovarianceNames, [false, true])
  func equalsTheDensePath(covariance: String, isWeighted: Bool) throws {
    let weights = isWeighted ? (0..<8000).map { Double($0 % 4) } : nil
    let data = MatrixSource(Self.separated, weights: weights)
    let (pruned, shares) = try Self.run(data, prunes: true, covariance: covariance)
    let (dense, all) = try Self.run(data, prunes: false, covariance: covariance)
    #expect(try #require(shares.last) < 0.5)
    #expect(all.allSatisfy { $0 == 1 })
    try Self.expectEqual(pruned, dense)
  }

  @Test(arguments: covarianceNames)
  func bitsDoNotDependOnThreads(covariance: String) throws {
    let data = MatrixSource(Self.separated)
    let one = try Self.run(data, prunes: true, covariance: covariance, threads: 1).model
    let two = try Self.run(data, prunes: true, covariance: covariance, threads: 2).model
    #expect(one.trace == two.trace)
    #expect(one.means == two.means)
    #expect(one.covariances == two.covariances)
  }

  /// Results keep the caller's order of rows.
  @Test func rowsComeBackInTheirOrder() throws {
    let data = MatrixSource(Self.separated)
    let model = try Self.run(data, prunes: true).model
    let labels = try model.predict(data)
    #expect((0..<8000).allSatisfy { labels[$0] == $0 % Self.components })
    let densities = try model.logDensity(data)
    let posterior = try model.posterior(data)
    for row in [0, 1, 4095, 4096, 7999] {
      let alone = MatrixSource(Self.separated.rows([row]))
      #expect(try areClose(model.logDensity(alone)[0], densities[row], 1e-12))
      #expect(posterior[row, row % Self.components] > 0.999)
    }
  }

  /// Components narrow enough to be measured from their own means, far from the centre.
  @Test(arguments: closedCovarianceNames)
  func holdsForComponentsWithReferencesOfTheirOwn(covariance: String) throws {
    let narrow = clusters(8000, columns: 2, components: Self.components, separation: 1e5)
    let data = MatrixSource(narrow)
    let (pruned, shares) = try Self.run(data, prunes: true, covariance: covariance)
    let dense = try Self.run(data, prunes: false, covariance: covariance).model
    #expect(try #require(shares.last) < 0.5)
    try Self.expectEqual(pruned, dense)
  }

  /// In many columns balls around blocks are too wide to tell anything; what earlier passes measured
  /// tells.
  @Test(arguments: closedCovarianceNames, [1, 2])
  func distancesAreRemembered(covariance: String, threads: Int) throws {
    let data = MatrixSource(
      clusters(8000, columns: 16, components: Self.components, separation: 4))
    let (pruned, shares) = try Self.run(
      data, prunes: true, covariance: covariance, threads: threads)
    let dense = try Self.run(data, prunes: false, covariance: covariance).model
    #expect(try #require(shares.last) < 0.5)
    try Self.expectEqual(pruned, dense)
  }

  /// Components that move far in each iteration, since they begin in other clusters' places.
  @Test(arguments: ["full", "diagonal"])
  func holdsWhileComponentsMove(covariance: String) throws {
    let rows = clusters(8000, columns: 10, components: Self.components, separation: 4)
    let start = rows.rows((0..<Self.components).map { $0 / 3 + 12 * $0 })
    let data = MatrixSource(rows)
    let pruned = try Self.run(
      data, prunes: true, covariance: covariance, start: start, iterations: 40
    )
    let dense = try Self.run(
      data, prunes: false, covariance: covariance, start: start, iterations: 40
    ).model
    #expect(pruned.shares.contains { $0 < 0.8 }, "\(pruned.shares)")
    for (x, y) in zip(pruned.model.trace, dense.trace) { #expect(areClose(x, y, 1e-12)) }
  }

  @Test func overlappingComponentsAreAllEvaluated() throws {
    let data = MatrixSource(
      clusters(8000, columns: 3, components: Self.components, separation: 0.5))
    let (pruned, shares) = try Self.run(data, prunes: true)
    let dense = try Self.run(data, prunes: false).model
    #expect(shares.allSatisfy { $0 == 1 })
    #expect(pruned.trace == dense.trace)
    #expect(pruned.means == dense.means)
  }

  /// An outlier in every cluster, and rows that repeat.
  @Test func holdsWithOutliersAndDuplicates() throws {
    var values = Self.separated
    for k in 0..<Self.components {
      for j in 0..<3 { values[4000 + k, j] += k.isMultiple(of: 2) ? 300 : -1e4 }
    }
    for row in 5000..<5500 {
      for j in 0..<3 { values[row, j] = values[row % Self.components, j] }
    }
    let data = MatrixSource(values)
    let start = values.rows(Array(0..<Self.components))
    let (pruned, shares) = try Self.run(data, prunes: true, start: start)
    let dense = try Self.run(data, prunes: false, start: start).model
    #expect(try #require(shares.last) < 0.7)
    try Self.expectEqual(pruned, dense)
  }

  /// A component that no row belongs to, far from all of them.
  @Test func holdsWithEmptyComponents() throws {
    var start = Self.separated.rows(Array(0..<Self.components + 1))
    for j in 0..<3 { start[Self.components, j] = 5000 }
    let data = MatrixSource(Self.separated)
    let k = Self.components + 1
    let (pruned, shares) = try Self.run(data, prunes: true, components: k, start: start)
    let dense = try Self.run(data, prunes: false, components: k, start: start).model
    #expect(try #require(shares.last) < 0.5)
    try Self.expectEqual(pruned, dense)
  }

  /// Many components of few rows each: blocks are small, and more of them than of the data's own.
  @Test func holdsWithManyComponents() throws {
    let data = MatrixSource(clusters(8000, columns: 2, components: 200, separation: 400))
    let (pruned, shares) = try Self.run(data, prunes: true, components: 200)
    let dense = try Self.run(data, prunes: false, components: 200).model
    #expect(try #require(shares.last) < 0.2)
    try Self.expectEqual(pruned, dense)
  }

  /// Rows that k-means leaves alone have the label that comparing all centres would give them.
  @Test(arguments: [0.5, 3.0])
  func kMeansEndsAtAFixedPoint(separation: Double) throws {
    let rows = clusters(5000, columns: 3, components: 12, separation: separation)
    var options = KMeansOptions()
    (options.components, options.restarts, options.tolerance) = (12, 1, 0)
    let result = try Catalogue.standard.kMeans(MatrixSource(rows), options)
    #expect(result.iterations > 2)
    for row in 0..<rows.rows {
      let distances = (0..<12).map { k in
        (0..<3).reduce(0.0) { sum, j in
          let t = rows[row, j] - result.centers[k, j]
          return sum + t * t
        }
      }
      let least = try #require(distances.min())
      #expect(areClose(distances[result.labels[row]], least, 1e-12))
    }
  }
}
