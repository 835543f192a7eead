import Emulsion

/// A multinomial mixture of rows with large totals n, where n ln n and Σ x ln p would cancel: ln p(x) is the sum of
/// x(ln(np/x) − (np/x − 1)) and of saddle points, ln(xˣ e⁻ˣ/x!), of all counts, less that of n (Loader 2000).
struct LargeCounts: PreparedMixture {
  let components: [MultinomialComponent]

  func makeWorker(lanes: Int) -> any BlockWorker<FeatureSums> {
    LargeCountsWorker(components)
  }
}

private final class LargeCountsWorker: BlockWorker {
  private let components: [MultinomialComponent]
  private let columns: Int
  private var sums: FeatureSums

  init(_ components: [MultinomialComponent]) {
    self.components = components
    columns = components.first?.probabilities.count ?? 0
    sums = FeatureSums(components: components.count, features: columns)
  }

  func addLogDensities(of block: borrowing Block, to joint: inout Joint) {
    let rows = block.rows
    var totals = [Double](repeating: 0, count: rows)
    var shared = totals
    for j in 0..<columns {
      let values = block.column(j)
      for i in 0..<rows {
        totals[i] += values[i]
        shared[i] += SpecialFunctions.saddlePoint(values[i])
      }
    }
    for i in 0..<rows { shared[i] -= SpecialFunctions.saddlePoint(totals[i]) }
    for (k, component) in components.enumerated() {
      var lanes = joint[component: k]
      for i in 0..<rows { lanes[i] += shared[i] }
      for (j, p) in component.probabilities.enumerated() {
        let values = block.column(j)
        for i in 0..<rows {
          lanes[i] += SpecialFunctions.negativeDeviance(values[i], expected: totals[i] * p)
        }
      }
    }
  }

  func accumulate(_ block: borrowing Block, responsibilities: borrowing Joint) {
    for k in components.indices {
      let weights = responsibilities.lanes(k, block.rows)
      for j in 0..<columns {
        sums.values[k * columns + j] += Lanes.dot(weights, block.column(j))
      }
    }
  }

  func takeStatistics() -> FeatureSums {
    defer { sums = FeatureSums(components: components.count, features: columns) }
    return sums
  }
}
