import Emulsion
import Testing

/// Laws of k-means.
@Suite struct ClusteringLaws {
  private static func cluster(
    _ data: MatrixSource, _ change: (inout KMeansOptions) -> Void = { _ in }
  ) throws -> KMeansResult {
    var options = KMeansOptions()
    options.components = 4
    change(&options)
    return try Catalogue.standard.kMeans(data, options)
  }

  /// Rows and centres far from zero, and clusters very narrow against their distances, for which
  /// |c|² − 2c·x alone can't tell which centre is nearer.
  @Test(arguments: [(1.0, 0.0), (1, 1e9), (1e-9, 0), (1e-7, -1e6)])
  func everyRowHasTheNearestCentre(width: Double, offset: Double) throws {
    var random = CounterRandom(seed: 3)
    var values: [Double] = []
    for row in 0..<1203 {
      // Four places, of which two are close to each other.
      let place = [(0.0, 0.0), (1, 0), (0, 1), (20 * width, 0)][row % 4]
      values.append(offset + place.0 + width * random.normal())
      values.append(offset + place.1 + width * random.normal())
    }
    let matrix = Matrix(rows: 1203, columns: 2, values: values)
    let result = try Self.cluster(MatrixSource(matrix))
    var inertia = 0.0
    for i in 0..<1203 {
      let distances = (0..<4).map { k in
        (0..<2).reduce(0.0) {
          $0 + (matrix[i, $1] - result.centers[k, $1]) * (matrix[i, $1] - result.centers[k, $1])
        }
      }
      let least = try #require(distances.min())
      #expect(distances[result.labels[i]] <= least * (1 + 1e-6) + 1e-12 * width * width)
      inertia += least
    }
    #expect(areClose(result.inertia, inertia, 1e-5))
  }

  @Test func manyRowsAreClusteredAlikeOnAnyThreads() throws {
    let data = MatrixSource(clusters(50_001, columns: 3, components: 4, separation: 4))
    let one = try Self.cluster(data) { $0.threads = 1 }
    let two = try Self.cluster(data) { $0.threads = 2 }
    #expect(one.centers == two.centers && one.labels == two.labels && one.inertia == two.inertia)
    // A sample finds the clusters: within their width nothing is left of the distances between.
    #expect(one.inertia < 1.01 * 3 * 50_001)
    let exact = try Self.cluster(data) { $0.tolerance = 0 }
    #expect(exact.inertia <= one.inertia && exact.inertia > 0.999 * one.inertia)
  }

  @Test func aToleranceIsAShare() throws {
    let data = MatrixSource(clusters(90, columns: 2, components: 3))
    for tolerance in [-0.1, 1, .nan] {
      #expect(throws: EmulsionError.self) { try Self.cluster(data) { $0.tolerance = tolerance } }
    }
  }

  /// Fewer clusters can't be kept apart than there are distinct rows: empty ones take the farthest.
  @Test func noClusterStaysEmpty() throws {
    let rows = (0..<40).map { [Double($0 % 4) * 10, 1] }
    let start = Matrix(rows: 4, columns: 2, values: [0, 1, 0, 1, 0, 1, 1000, 1])
    let result = try Self.cluster(MatrixSource(try #require(Matrix(rows: rows)))) {
      $0.initializer = GivenMeans(means: start)
    }
    #expect(result.inertia == 0 && Set(result.labels).count == 4)
  }
}
