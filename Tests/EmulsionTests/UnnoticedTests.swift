import Emulsion
import EmulsionData
import Foundation
import Testing

/// What could once break without a test that fails: each was seen to fail with the line changed that it
/// is about.
@Suite struct UnnoticedTests {
  private func faithful(weights: [Double]? = nil) throws -> MatrixSource {
    let table = try DataSets.table(named: "faithful")
    return MatrixSource(try table.matrix(), columnNames: table.names, weights: weights)
  }

  /// Without its chance, −1098.3: the run that stood second after the short runs comes to more.
  @Test func `a runner-up that heads higher is followed to its end`() throws {
    let model = try fit(faithful()) { ($0.components, $0.seed) = (6, 2) }
    #expect(model.logLikelihood > -1090)
  }

  /// Without the exchange, −1125.594: no start under EEI finds the clusters that other structures do.
  @Test func `fits of a grid begin where other structures have come to`() throws {
    var options = SelectionOptions()
    (options.components, options.covariances) = ([3, 4], covarianceNames)
    let entry = try Catalogue.standard.select(faithful(), options).entries.first {
      $0.components == 4 && $0.covariance == "EEI"
    }
    #expect(try #require(entry?.model).logLikelihood > -1125.4)
  }

  @Test func `a fingerprint knows the weights`() throws {
    func fingerprint(_ weights: [Double]?) throws -> String {
      try fit(faithful(weights: weights)).manifest.dataFingerprint
    }
    let halves = (0..<272).map { $0 % 2 == 0 ? 1.0 : 2.0 }
    #expect(try fingerprint(halves) == fingerprint(halves))
    #expect(try fingerprint(halves) != fingerprint(halves.map { 3 - $0 }))
    #expect(try fingerprint(halves) != fingerprint(nil))
  }

  @Test func `pooled covariances of given means count rows by their weights`() throws {
    let weights = (0..<272).map { 1 + Double($0 % 5) }
    let data = try faithful(weights: weights)
    let means = [[2.0, 54], [4.3, 80]]
    let model = try fit(data) {
      $0.components = 2
      $0.initializer = GivenMeans(means: Matrix(rows: means) ?? Matrix(rows: 0, columns: 0))
      $0.maximumIterations = 0
    }
    // Nearest in standard deviations of each column, as starts measure.
    let table = try DataSets.table(named: "faithful").matrix()
    let total = weights.reduce(0, +)
    let units = (0..<2).map { j in
      let mean = (0..<272).reduce(0) { $0 + weights[$1] * table[$1, j] } / total
      let squares = (0..<272).reduce(0) { $0 + weights[$1] * pow(table[$1, j] - mean, 2) }
      return (squares / total).squareRoot()
    }
    var pooled = [[0.0, 0], [0, 0]]
    for i in 0..<272 {
      let distances = means.map { mean in
        (0..<2).reduce(0) { $0 + pow((table[i, $1] - mean[$1]) / units[$1], 2) }
      }
      let own = means[distances[0] <= distances[1] ? 0 : 1]
      for a in 0..<2 {
        for b in 0..<2 {
          pooled[a][b] += weights[i] * (table[i, a] - own[a]) * (table[i, b] - own[b]) / total
        }
      }
    }
    for covariance in try #require(model.covariances) {
      for a in 0..<2 {
        for b in 0..<2 { #expect(areClose(covariance[a, b], pooled[a][b], 1e-10)) }
      }
    }
  }

  @Test func `starts beside noise are drawn where rows are dense`() throws {
    var random = CounterRandom(seed: 5)
    let centres = [[0.0, 0], [30, 5], [10, 35], [40, 40]]
    var rows: [[Double]] = []
    for i in 0..<600 {
      rows.append(
        i % 3 == 0
          ? [120 * random.uniform() - 40, 120 * random.uniform() - 40]
          : centres[i % 4].map { $0 + 0.3 * random.normal() })
    }
    let data = MatrixSource(try #require(Matrix(rows: rows)))
    // The first of two starts looks at all rows.
    let successes = try (0..<8).count { seed in
      let model = try fit(data) {
        ($0.components, $0.noise, $0.restarts, $0.seed) = (4, true, 2, UInt64(seed))
      }
      let found = try #require(model.means)
      return centres.allSatisfy { centre in
        (0..<4).contains { hypot(found[$0, 0] - centre[0], found[$0, 1] - centre[1]) < 1 }
      }
    }
    #expect(successes == 8)
  }

  @Test func `evidence counts as successes those starts that reached the best`() throws {
    let table = try DataSets.table(named: "iris").select(["Sepal_Length", "Sepal_Width"])
    let data = MatrixSource(try table.matrix())
    let counts = try (0..<8).map { seed in
      try fit(data) {
        ($0.components, $0.covariance, $0.seed) = (4, "diagonal", UInt64(seed))
      }.evidence
    }
    // Where a simpler structure's fit is tried as well, and wins, nothing else has reached it.
    let own = counts.filter { $0.starts == 10 }
    #expect(
      own.contains {
        $0.reachedBest < $0.starts - $0.degenerate - $0.spurious - ($0.givenUp ?? 0)
      })
    #expect(counts.allSatisfy { $0.reachedBest >= 1 && $0.reachedBest <= $0.starts })
  }

  @Test func `a resumed model tells how it began`() throws {
    let data = try faithful()
    let model = try fit(data) {
      ($0.components, $0.covariance, $0.seed) = (2, "tied", 41)
      ($0.restarts, $0.maximumIterations, $0.initializer) = (3, 2, RandomCenters())
    }
    var further = FitOptions()
    further.tolerance = 1e-6
    let resumed = try model.resume(data, further)
    var expected = model.manifest
    (expected.options["max_iterations"], expected.options["tolerance"]) = ("1000", "1e-06")
    #expect(resumed.manifest == expected)
  }
}
