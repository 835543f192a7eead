/// An average over drawn rows, and how sure it is.
public struct MonteCarloEstimate: Sendable, Hashable {
  /// The average.
  public let value: Double
  /// The standard deviation of the average.
  public let standardError: Double
}

extension Model {
  /// The Kullback–Leibler divergence ∫ p ln(p/q) of another model's density q from this one's p, nats: what
  /// a row of this one is expected to lose in log-likelihood when the other is taken for it.
  ///
  /// By Monte Carlo: the mean of ln p − ln q over rows drawn from p. Infinite where one of these is impossible
  /// under q. O(samples·K·d²).
  ///
  /// - Parameters:
  ///   - other: A model of the same columns, in any order.
  ///   - samples: How many rows are drawn, at least 2.
  ///   - seed: The key of the random numbers.
  ///   - threads: The most threads.
  ///   - isCancelled: Asked now and then; what was begun ends with `cancelled` where it says so.
  /// - Throws: `invalid-option` for models of other columns and families that can't be drawn from.
  public func divergence(
    from other: Model, samples: Int = 100_000, seed: UInt64 = 0, threads: Int? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> MonteCarloEstimate {
    guard samples >= 2 else {
      throw EmulsionError(.invalidOption, "divergence: samples = \(samples): must be at least 2")
    }
    guard columnNames.sorted() == other.columnNames.sorted() else {
      throw EmulsionError(
        .invalidOption,
        "divergence: the models describe different columns: \(columnNames.joined(separator: ", ")), and "
          + other.columnNames.joined(separator: ", "))
    }
    let rows = try sample(samples, seed: seed, threads: threads, isCancelled: isCancelled).rows
    let execution = execution(threads, isCancelled)
    let own = try mixture.logDensity(
      MatrixSource(rows, columnNames: columnNames), execution)
    let order = try columnNames.positions(of: other.columnNames)
    let supports = other.columnNames.indices.map { other.mixture.support(ofColumn: $0) }
    let arranged = rows.selecting(order)
    let isPossible = (0..<samples).allSatisfy { i in
      zip(supports, arranged.row(i)).allSatisfy { $0.contains($1) }
    }
    guard isPossible else { return MonteCarloEstimate(value: .infinity, standardError: .nan) }
    let theirs = try other.mixture.logDensity(
      MatrixSource(arranged, columnNames: other.columnNames), execution)
    let losses = zip(own, theirs).map { $0 - $1 }
    let n = Double(samples)
    let mean = losses.reduce(0, +) / n
    guard mean.isFinite else { return MonteCarloEstimate(value: .infinity, standardError: .nan) }
    let squares = losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return MonteCarloEstimate(
      value: mean, standardError: (squares / (n - 1) / n).squareRoot())
  }
}
