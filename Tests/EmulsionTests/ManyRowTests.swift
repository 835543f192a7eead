import Emulsion
import Testing

/// Fits of many rows: samples that grow, distinct rows, atoms, and where such fits end.
@Suite struct ManyRowTests {
  /// Whole numbers repeat themselves: rows and their distinct ones with weights are one thing.
  @Test(arguments: [3, 12])
  func copiesAreWeights(values: Int) throws {
    let (data, distinct, weights) = repeating(rows: 40_000, values: values)
    func fitted(_ data: MatrixSource) throws -> Model { try fit(data) { $0.seed = 1 } }
    let (all, few) = (try fitted(data), try fitted(MatrixSource(distinct, weights: weights)))
    #expect(areClose(all.logLikelihood, few.logLikelihood, 1e-9))
    #expect(all.observations == 40_000 && all.report.totalWeight == 40_000)
  }

  /// What repeats itself is found whole and once, wherever the rows lie.
  @Test func distinctRowsAreAll() throws {
    let (data, distinct, weights) = repeating(rows: 40_000, values: 9)
    let execution = Execution(threads: 2, isCancelled: { false })
    let summary = try DataSummary(data, execution: execution)
    let sample = try RepresentativeRows(data, summary: summary, execution: execution)
    let found = try #require(try DistinctRows(data, sample: sample, execution))
    let rows = try Matrix(reading: found)
    let copies = try found.rowWeights()
    #expect(rows == distinct && copies == weights)
    #expect(found.location(ofRow: 0) == data.location(ofRow: firstRow(of: distinct, in: data)))
  }

  /// Where rows hardly repeat themselves, they are left as they are.
  @Test func continuousRowsStay() throws {
    let data = MatrixSource(clusters(30_000, columns: 2, components: 3))
    let execution = Execution(threads: 2, isCancelled: { false })
    let summary = try DataSummary(data, execution: execution)
    let sample = try RepresentativeRows(data, summary: summary, execution: execution)
    let found = try DistinctRows(data, sample: sample, execution)
    #expect(found == nil)
  }

  /// Each sample has four times the rows of the last, and all of these.
  @Test func samplesGrow() throws {
    let data = MatrixSource(clusters(400_000, columns: 2, components: 3))
    let execution = Execution(threads: 2, isCancelled: { false })
    let summary = try DataSummary(data, execution: execution)
    let samples = GrowingSamples(data, summary, parameters: 17)
    #expect(samples.sizes == [20_000, 80_000])
    let (few, many) = (
      try Matrix(reading: samples.sample(20_000, execution)).rowList,
      try Matrix(reading: samples.sample(80_000, execution)).rowList
    )
    #expect(abs(few.count - 20_000) < 1000 && abs(many.count - 80_000) < 2000)
    #expect(Set(few).isSubset(of: Set(many)))
    // What has many parameters begins with more rows.
    #expect(GrowingSamples(data, summary, parameters: 9000).sizes == [45_000])
  }

  /// On a plateau jumps are short, and yet much may be left.
  @Test(arguments: [0, 3])
  func plateausAreNoEnd(seed: UInt64) throws {
    var random = CounterRandom(seed: 1)
    // Two clusters, of which a third component can make little.
    let values = (0..<200_000).flatMap { row in
      (0..<2).map { _ in random.normal() + (row % 5 < 2 ? 3 : 0) }
    }
    let data = MatrixSource(Matrix(rows: 200_000, columns: 2, values: values))
    let model = try fit(data) { ($0.seed, $0.maximumIterations) = (seed, 3000) }
    let further = try fit(data) {
      ($0.seed, $0.maximumIterations, $0.tolerance) = (seed, 3000, 1e-4)
    }
    #expect(model.hasConverged)
    #expect(further.logLikelihood - model.logLikelihood < 0.7)
  }

  /// Sums of a component with a place of its own stay out of jumps, which the others make.
  @Test func sumsAreReplacedByComponent() {
    var (sums, other) = (
      FeatureSums(components: 3, features: 2), FeatureSums(components: 3, features: 2)
    )
    (sums.values, other.values) = ([1, 2, 3, 4, 5, 6], [10, 20, 30, 40, 50, 60])
    let areReplaced = sums.replace([0, 2], by: other)
    #expect(areReplaced && sums.values == [10, 20, 3, 4, 50, 60])
    other.absent = [1, 1, 1]
    let areMixed = sums.replace([1], by: other)
    #expect(!areMixed)
  }

  /// A value that many rows have is no accident of a start, and the warning says which it is.
  @Test(arguments: [300, 30_000])
  func atomsAreToldApart(rows: Int) throws {
    var matrix = clusters(rows, columns: 2, components: 2)
    for row in stride(from: 0, to: rows, by: 6) { matrix[row, 0] = 255 }
    let model = try fit(MatrixSource(matrix)) { $0.components = 3 }
    if rows > RepresentativeRows.limit {
      #expect(model.warnings.contains { $0.contains("\(rows / 6) rows have x1 = 255 exactly") })
      #expect(model.evidence.degenerate < model.evidence.starts)
    } else {
      // Of few rows a fit without it is taken, where there is one.
      #expect(!model.warnings.contains { $0.contains("has collapsed") })
    }
  }

  /// A few rows in a plane are no atom.
  @Test func accidentsAreCollapses() throws {
    var matrix = clusters(300, columns: 2, components: 2)
    for row in 0..<3 { (matrix[row, 0], matrix[row, 1]) = (50, 50 + Double(row)) }
    let model = try fit(MatrixSource(matrix)) {
      ($0.components, $0.initializer) = (2, GivenLabels((0..<300).map { $0 < 3 ? 0 : 1 }))
    }
    #expect(model.isDegenerate && !model.warnings.contains { $0.contains("atom") })
  }

  /// By default what is left is below 1 % of the standard errors; a tolerance that is given holds.
  @Test func tolerances() {
    var options = FitOptions()
    #expect(options.stopping(parameters: 17).tolerance == 0.01)
    #expect(options.stopping(parameters: 10_000).tolerance == 0.5)
    options.tolerance = 0.01
    #expect(options.stopping(parameters: 10_000).tolerance == 0.01)
  }

  /// Jumps after every second iteration never lower the log-likelihood, and come further.
  @Test func eagerJumps() throws {
    let data = MatrixSource(clusters(60_000, columns: 2, components: 3))
    var options = FitOptions()
    (options.components, options.restarts, options.maximumIterations) = (12, 1, 0)
    let start = try Catalogue.standard.fit(data, options)
    options.maximumIterations = 60
    let jumping = try Catalogue.standard.fit(data, options)
    // What is resumed takes one plain iteration after the other.
    let plain = try start.resume(data, options)
    #expect(zip(jumping.trace, jumping.trace.dropFirst()).allSatisfy { $1 - $0 > -1e-6 })
    #expect(jumping.logLikelihood > plain.logLikelihood)
  }

  /// Random starts of 25 components leave several in wrong places, of which each costs 0.055 nats a row; moves leave
  /// one at most of few rows, and two of many.
  @Test(arguments: [(5000, 0.08), (60_000, 0.12)], [0, 1, 2] as [UInt64])
  func componentsMove(of data: (rows: Int, loss: Double), seed: UInt64) throws {
    let (rows, loss) = data
    let data = MatrixSource(grid(rows))
    let means = (0..<25).flatMap(centre)
    let right = try fit(data) {
      ($0.components, $0.initializer) = (
        25, GivenMeans(means: Matrix(rows: 25, columns: 2, values: means))
      )
    }
    let found = try fit(data) {
      ($0.components, $0.initializer, $0.seed) = (25, RandomCenters(), seed)
    }
    #expect(found.logLikelihood > right.logLikelihood - loss * Double(rows))
  }

  /// Moves depend on threads as little as the rest.
  @Test func movesAreOneForAllThreads() throws {
    let data = MatrixSource(grid(60_000))
    let fits = try [1, 2, 3].map { threads in
      try fit(data) {
        ($0.components, $0.initializer, $0.threads) = (25, RandomCenters(), threads)
      }
    }
    #expect(Set(fits.map(\.logLikelihood)).count == 1)
    #expect(Set(fits.map(\.weights)).count == 1)
  }

  /// 25 clusters on a grid, of unit variance and 8 apart.
  private func grid(_ rows: Int) -> Matrix {
    var random = CounterRandom(seed: 3)
    let values = (0..<rows).flatMap { row in centre(row % 25).map { $0 + random.normal() } }
    return Matrix(rows: rows, columns: 2, values: values)
  }

  private func centre(_ cluster: Int) -> [Double] {
    [8 * Double(cluster % 5), 8 * Double(cluster / 5)]
  }

  /// Rows of whole numbers, with their distinct rows in order and how often each is there.
  private func repeating(rows: Int, values: Int) -> (MatrixSource, Matrix, [Double]) {
    var random = CounterRandom(seed: 7)
    var counts: [[Double]: Double] = [:]
    var list: [Double] = []
    for i in 0..<rows {
      let centre = Double(i % 3) * Double(values) / 3
      let row = (0..<2).map { _ in (centre + Double(values) / 8 * random.normal()).rounded() }
      counts[row, default: 0] += 1
      list += row
    }
    let distinct = counts.keys.sorted { $0.lexicographicallyPrecedes($1) }
    return (
      MatrixSource(Matrix(rows: rows, columns: 2, values: list)),
      Matrix(rows: distinct.count, columns: 2, values: distinct.flatMap { $0 }),
      distinct.map { counts[$0] ?? 0 }
    )
  }

  private func firstRow(of distinct: Matrix, in data: MatrixSource) -> Int {
    let wanted = Array(distinct.row(0))
    return data.matrix.rowList.firstIndex { $0 == wanted } ?? -1
  }
}
