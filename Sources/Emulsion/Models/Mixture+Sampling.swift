import CVectorMath

extension Mixture {
  /// Draws components by their weights, and rows of these.
  func sample(_ count: Int, seed: UInt64, _ execution: Execution) throws -> (
    rows: Matrix, labels: [Int]
  ) {
    let d = dimension
    let sampler = try family.properties.sampler(parameters.components)
    let draws = CategoryDraws(weights: weights + (noise.map { [$0.weight] } ?? []), seed: seed)
    var labels: [Int] = []
    let values = try ParallelArray<Double>.array(count * d) { values in
      labels = try ParallelArray<Int>.array(count) { labels in
        try execution.forEachBlock(
          count, shape: family.traits.passShape, makeWorker: { () }
        ) { _, range, _ in
          try labels.write(range) { labels in
            draws.draw(from: range.lowerBound, into: &labels)
            let noisy = takeNoise(from: &labels)
            try draw(labels.span, noisy, from: range.lowerBound, by: sampler, seed, into: values)
            for i in noisy { labels[i] = Noise.label }
          }
        }
      }
    }
    return (Matrix(rows: count, columns: d, values: values), labels)
  }

  /// The rows that are noise, which become rows of the first component until they are drawn.
  private func takeNoise(from labels: inout MutableSpan<Int>) -> [Int] {
    guard noise != nil else { return [] }
    let rows = labels.indices.filter { labels[$0] == weights.count }
    for i in rows { labels[i] = 0 }
    return rows
  }

  private func draw(
    _ labels: Span<Int>, _ noisy: [Int], from first: Int, by sampler: any BlockSampler,
    _ seed: UInt64, into values: ParallelArray<Double>
  ) throws {
    let d = dimension
    try values.write(first * d..<(first + labels.count) * d) {
      try sampler.draw(from: first, labels: labels, seed: seed, into: &$0)
      drawNoise(noisy, from: first, seed, into: &$0)
    }
  }

  private func drawNoise(
    _ rows: [Int], from first: Int, _ seed: UInt64, into values: inout MutableSpan<Double>
  ) {
    guard let noise else { return }
    let d = dimension
    for i in rows {
      var random = CounterRandom(seed: seed, purpose: .noise, row: first + i)
      let row = family.traits.sampleNoise(noise.region, using: &random)
      for j in 0..<d { values[i * d + j] = row[j] }
    }
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
