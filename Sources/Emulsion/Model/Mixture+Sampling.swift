import CVectorMath

extension Mixture {
  /// Draws components by their weights, and rows of these.
  func sample(_ count: Int, seed: UInt64, _ execution: Execution) throws -> (
    rows: Matrix, labels: [Int]
  ) {
    let d = dimension
    let sampler = try family.sampler(parameters.components)
    let draws = CategoryDraws(weights: weights, seed: seed)
    var labels: [Int] = []
    let values = try Places<Double>.array(count * d) { values in
      labels = try Places<Int>.array(count) { labels in
        try execution.forEachBlock(
          count, shape: family.passShape, makeWorker: { () }
        ) { _, range, _ in
          try labels.write(range) { labels in
            draws.draw(from: range.lowerBound, into: &labels)
            let drawn = labels.span
            try values.write(range.lowerBound * d..<range.upperBound * d) {
              try sampler.draw(from: range.lowerBound, labels: drawn, seed: seed, into: &$0)
            }
          }
        }
      }
    }
    return (Matrix(rows: count, columns: d, values: values), labels)
  }
}

/// Components drawn with probability proportional to their weights.
private struct CategoryDraws: Sendable {
  /// Σ of the weights up to each component, over their sum; from the last weight above 0 on, +∞.
  private let cumulative: [Double]
  private let key: UInt64

  init(weights: [Double], seed: UInt64) {
    let total = weights.reduce(0, +)
    let last = weights.lastIndex { $0 > 0 } ?? 0
    var sum = 0.0
    cumulative = weights.enumerated().map { k, weight in
      sum += weight
      return k < last ? sum / total : .infinity
    }
    key = CounterRandom.key(seed: seed, purpose: .sampleLabels)
  }

  /// Draws rows from position `first` on.
  func draw(from first: Int, into labels: inout MutableSpan<Int>) {
    labels.withUnsafeMutableBufferPointer { labels in
      let count = labels.count
      labels.withMemoryRebound(to: Int64.self) { labels in
        guard let start = labels.baseAddress else { return }
        vm_categories(key, UInt64(first), count, cumulative, cumulative.count, start)
      }
    }
  }
}
