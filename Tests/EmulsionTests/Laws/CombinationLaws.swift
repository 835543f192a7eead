import Emulsion
import EmulsionTestKit
import Testing

/// A fit that puts several of the things together that can stand beside each other.
struct Combination: Sendable, CustomTestStringConvertible {
  let covariance: String
  let algorithm: any Algorithm
  let isMissing: Bool
  let isLabelled: Bool
  let isNoisy: Bool

  var testDescription: String {
    let others = [
      isMissing ? "missing" : nil, isLabelled ? "labels" : nil, isNoisy ? "noise" : nil,
    ]
    return ([covariance, algorithm.name] + others.compactMap { $0 }).joined(separator: " × ")
  }

  /// Every structure with every algorithm, and each pair of them with two of the eight ways to have the rest, which go
  /// round so that all eight stand beside each structure and each algorithm.
  static let covering: [Combination] = {
    let structures = ["full", "tied", "diagonal", "spherical", "VEV", "EVE", "factors:1:UUU"]
    let algorithms: [any Algorithm] = [
      PlainEM(), ClassificationEM(), AnnealedEM(),
      StochasticEM(burnIn: 5, average: 5), OnlineEM(), VariationalBayes(),
    ]
    return structures.indices.flatMap { s in
      algorithms.indices.flatMap { a in
        [s + 3 * a, 5 * s + a + 4].map { rest in
          Combination(
            covariance: structures[s], algorithm: algorithms[a], isMissing: rest & 1 != 0,
            isLabelled: rest & 2 != 0, isNoisy: rest & 4 != 0)
        }
      }
    }
  }()
}

/// Laws that hold whatever stands beside what: structure × algorithm × missing cells × labels × noise, weights in all.
@Suite struct CombinationLaws {
  private static let count = 120

  /// Three columns in two overlapping clusters, a few rows far from both.
  private static func rows(isMissing: Bool) -> Matrix {
    var random = CounterRandom(seed: 21)
    var values: [Double] = []
    for i in 0..<count {
      let isFar = i % 20 == 19
      let (x, y, z) = (random.normal(), random.normal(), random.normal())
      let middle = i % 2 == 0 ? 0.0 : 3.5
      let row = isFar ? [9 * x, 9 * y, 9 * z] : [middle + x, middle + 0.6 * x + 0.8 * y, 1.5 * z]
      values += row.map { isMissing && random.uniform() < 0.15 ? .nan : $0 }
    }
    return Matrix(rows: count, columns: 3, values: values)
  }

  private static func model(
    _ item: Combination, _ rows: Matrix, _ order: [Int] = Array(0..<count), weight: Double? = nil,
    threads: Int = 1
  ) throws -> Model {
    try fit(
      MatrixSource(rows, weights: weight.map { Array(repeating: $0, count: rows.rows) })
    ) {
      $0.components = 2
      ($0.covariance, $0.algorithm, $0.threads) = (item.covariance, item.algorithm, threads)
      ($0.takesMissing, $0.noise) = (item.isMissing, item.isNoisy)
      ($0.maximumIterations, $0.tolerance) = (8, 0)
      $0.initializer = GivenLabels(order.map { $0 % 2 })
      if item.isLabelled {
        $0.labels = KnownLabels(order.map { $0 % 6 < 2 ? ["a", "b"][$0 % 2] : nil })
      }
    }
  }

  @Test(arguments: Combination.covering)
  func whateverStandsBesideWhat(item: Combination) throws {
    let rows = Self.rows(isMissing: item.isMissing)
    let model: Model
    do {
      model = try Self.model(item, rows)
    } catch let error as EmulsionError where error.code == .invalidOption {
      // What can't be combined is told with both names, and EM combines with everything.
      let names = [
        item.algorithm.name, item.isMissing ? "missing" : nil, item.isNoisy ? "noise" : nil,
        item.isLabelled ? "labels" : nil, "covariance",
      ]
      let told = names.compactMap { $0 }.filter(error.message.contains)
      #expect(told.count >= 2, "\(error.message)")
      #expect(item.algorithm.name != "em", "\(error.message)")
      return
    }
    let name = item.algorithm.name
    // Only algorithms that climb have a course that never falls.
    if ["em", "cem", "variational"].contains(name) {
      for (a, b) in zip(model.objective, model.objective.dropFirst()) {
        #expect(b >= a - 1e-9 * abs(a), "\(a) falls to \(b)")
      }
    }
    let threaded = try Self.model(item, rows, threads: 2)
    #expect(threaded.trace == model.trace && threaded.weights == model.weights)
    // Draws belong to rows by their numbers, and online EM takes rows as they come.
    let isOfRows = !["sem", "online"].contains(name)
    let tolerance = ["VEV", "EVE"].contains(item.covariance) ? 1e-6 : 1e-8
    if isOfRows {
      let order = (0..<Self.count).flatMap { [$0, $0, $0] }
      let copies = try Self.model(item, rows.rows(order), order)
      let weighted = try Self.model(item, rows, weight: 3)
      #expect(areClose(copies.logLikelihood, weighted.logLikelihood, tolerance))
      let back = Array((0..<Self.count).reversed())
      let turned = try Self.model(item, rows.rows(back), back)
      #expect(areClose(turned.logLikelihood, model.logLikelihood, tolerance))
    }
    try expectEquivariance(item, rows, model, tolerance)
  }

  /// Rescaling a column changes the log-likelihood by what the cells with values bring, and no label.
  private func expectEquivariance(
    _ item: Combination, _ rows: Matrix, _ model: Model, _ tolerance: Double
  ) throws {
    let isScalable = ["full", "tied", "diagonal", "factors:1:UUU"].contains(item.covariance)
    let scales = isScalable ? [3.0, 0.2, 40] : [7.0, 7, 7]
    let moved = rows.mapped { value, j in scales[j] * value + 5 }
    let other = try Self.model(item, moved)
    let shift = (0..<3).reduce(0.0) { sum, j in
      sum
        + Double((0..<rows.rows).count { !rows[$0, j].isNaN }) * logarithm(scales[j])
    }
    #expect(
      abs(other.logLikelihood + shift - model.logLikelihood)
        <= 10 * tolerance * abs(model.logLikelihood))
    #expect(
      try other.predict(MatrixSource(moved)) == model.predict(MatrixSource(rows)))
  }
}
