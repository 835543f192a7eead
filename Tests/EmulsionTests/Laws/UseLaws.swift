import Emulsion
import Foundation
import Testing

/// Laws of what a model tells of rows, and of the rows that it draws.
@Suite struct UseLaws {
  /// More than what is dealt to threads block by block, and a block that is not full.
  private static let rows = 70_001

  private static func model(columns: Int, covariance: String = "full") throws -> Model {
    try fit(MatrixSource(clusters(600, columns: columns, components: 3, separation: 2))) {
      ($0.covariance, $0.restarts) = (covariance, 1)
    }
  }

  @Test(arguments: [900, rows])
  func bitsDoNotDependOnThreads(rows: Int) throws {
    let model = try Self.model(columns: 3)
    let data = MatrixSource(clusters(rows, columns: 3, components: 4, separation: 2, seed: 9))
    for threads in [2, 3] {
      #expect(try model.predict(data, threads: 1) == model.predict(data, threads: threads))
      #expect(try model.posterior(data, threads: 1) == model.posterior(data, threads: threads))
      #expect(try model.logDensity(data, threads: 1) == model.logDensity(data, threads: threads))
      #expect(try model.score(data, threads: 1) == model.score(data, threads: threads))
      let (one, many) = (
        try model.sample(rows, seed: 4, threads: 1),
        try model.sample(rows, seed: 4, threads: threads)
      )
      #expect(one.rows == many.rows && one.labels == many.labels)
    }
  }

  @Test func whatIsToldOfARowIsTheSameInAnyCompany() throws {
    let model = try Self.model(columns: 3)
    let matrix = clusters(600, columns: 3, components: 4, separation: 2, seed: 9)
    let data = MatrixSource(matrix)
    let (posterior, densities) = (try model.posterior(data), try model.logDensity(data))
    let labels = try model.predict(data)
    for i in stride(from: 0, to: 600, by: 37) {
      let alone = MatrixSource(Matrix(rows: 1, columns: 3, values: Array(matrix.row(i))))
      #expect(try model.logDensity(alone) == [densities[i]])
      #expect(try model.posterior(alone).values == Array(posterior.row(i)))
      let row = posterior.row(i)
      #expect(row[row.startIndex + labels[i]] == row.max())
    }
    #expect(areClose(try model.score(data), densities.reduce(0, +) / 600))
  }

  @Test func entropyAndClassificationAreThoseOfThePosterior() throws {
    let data = MatrixSource(clusters(700, columns: 2, components: 3, separation: 1))
    let model = try fit(data)
    let posterior = try model.posterior(data)
    let entropy = posterior.values.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
    let largest = (0..<700).reduce(0) { $0 + log(posterior.row($1).max() ?? 0) }
    #expect(areClose(model.entropy, entropy))
    #expect(areClose(model.icl, model.bic - 2 * largest))
  }

  @Test(arguments: [1, 2])
  func theFirstRowThatIsNotFiniteIsNamed(threads: Int) throws {
    let model = try Self.model(columns: 2)
    var matrix = clusters(Self.rows, columns: 2, components: 2)
    for row in [41_000, 69_999, 70_000] { matrix[row, 1] = .nan }
    let error = #expect(throws: EmulsionError.self) {
      try model.predict(MatrixSource(matrix), threads: threads)
    }
    #expect(error?.message.contains("row 41001, column \"x2\"") == true, "\(error?.message ?? "")")
  }

  /// Standard normal coordinates of drawn rows: their distribution function, their moments, and that
  /// neither they nor their squares are correlated, in one row or from row to row.
  @Test(arguments: [1, 2, 5], ["full", "diagonal"])
  func drawnRowsAreNormal(columns d: Int, covariance: String) throws {
    let n = 100_000
    let data = MatrixSource(clusters(200, columns: d, components: 1))
    let model = try fit(data) { ($0.components, $0.covariance) = (1, covariance) }
    let (rows, _) = try model.sample(n, seed: 11)
    let means = try #require(model.means)
    let covariances = try #require(model.covariances)
    // z = L⁻¹(x − μ) by forward substitution.
    var factor = covariances[0]
    for a in 0..<d {
      for b in 0...a {
        var sum = covariances[0][a, b]
        for q in 0..<b { sum -= factor[a, q] * factor[b, q] }
        factor[a, b] = a == b ? sum.squareRoot() : sum / factor[b, b]
      }
    }
    var columns = Array(repeating: [Double](), count: d)
    for i in 0..<n {
      var z: [Double] = []
      for a in 0..<d {
        let rest = (0..<a).reduce(rows[i, a] - means[0, a]) { $0 - factor[a, $1] * z[$1] }
        z.append(rest / factor[a, a])
      }
      for a in 0..<d { columns[a].append(z[a]) }
    }
    // Four standard errors of each quantity, whatever the seed.
    let error = 4 / Double(n).squareRoot()
    for (a, z) in columns.enumerated() {
      #expect(kolmogorovDistance(z) < 1.95 / Double(n).squareRoot(), "column \(a)")
      for (power, moment, deviation) in [(1, 0.0, 1.0), (2, 1, 1.42), (3, 0, 3.88), (4, 3, 9.8)] {
        let mean = z.reduce(0) { $0 + pow($1, Double(power)) } / Double(n)
        #expect(abs(mean - moment) < deviation * error, "column \(a), moment \(power)")
      }
      let others =
        columns.enumerated().filter { $0.offset > a }.map(\.element) + [
          Array(z.dropFirst())
        ]
      for other in others {
        let (product, squares) = zip(z, other).reduce(into: (0.0, 0.0)) {
          $0.0 += $1.0 * $1.1
          $0.1 += ($1.0 * $1.0 - 1) * ($1.1 * $1.1 - 1)
        }
        #expect(abs(product / Double(n)) < error && abs(squares / Double(n)) < 2 * error)
      }
    }
  }

  /// The largest distance between the distribution function of `values` and the normal one.
  private func kolmogorovDistance(_ values: [Double]) -> Double {
    let n = Double(values.count)
    return values.sorted().enumerated().reduce(0) { largest, entry in
      let probability = 0.5 * erfc(-entry.element / 2.0.squareRoot())
      let steps = (Double(entry.offset) / n, Double(entry.offset + 1) / n)
      return max(largest, abs(probability - steps.0), abs(probability - steps.1))
    }
  }

  @Test func componentsOfNoWeightAreNeverDrawn() throws {
    let data = MatrixSource(clusters(300, columns: 1, components: 3))
    let means = Matrix(rows: 4, columns: 1, values: [0, 1, 2, 3])
    let model = try fit(data) {
      ($0.components, $0.maximumIterations) = (4, 0)
      $0.initializer = GivenMeans(
        means: means, covariances: Array(repeating: .identity(1), count: 4),
        weights: [0, 0.25, 0.75, 0])
    }
    let labels = try model.sample(20_000, seed: 1).labels
    #expect(Set(labels) == [1, 2])
    #expect(abs(Double(labels.count { $0 == 1 }) - 5000) < 4 * (20_000 * 0.25 * 0.75).squareRoot())
  }
}
