/// How much the data are in favour of components by themselves, against each with its nearest other one as one.
///
/// A component that is little more than chance may look far from the others by its own standard errors. What tells is
/// how well the data do without it: EM goes on from where the two are pooled.
struct Distinctness: Sendable {
  let mixture: any AnyMixture
  /// What it was fitted to, rows that share a component side by side.
  let data: any DataSource
  let options: FitOptions

  /// Of each component by how much BIC is better than with it and the component that shares most of its rows as one; ∞
  /// where the rows of the two don't stay together, or that can't be fitted: with one component alone, and where
  /// components have restrictions or weights of their own. O(K) fits.
  ///
  /// - Parameters:
  ///   - posterior: Of the rows.
  ///   - own: The same, weighted.
  func gains(_ posterior: Matrix, _ own: Partition, concurrency: Int, _ execution: Execution)
    throws -> [Double]
  {
    let k = own.components
    var result = [Double](repeating: .infinity, count: k)
    guard k > 1, options.labels == nil, options.algorithm.maximizesLikelihood,
      mixture.mixing?.fits(k - 1) ?? true, mixture.schema.rolesByComponent.isEmpty
    else { return result }
    let agreement = own.agreement(with: posterior)
    let pairs = Set(
      (0..<k).compactMap { i in
        (0..<k).filter { $0 != i }.max { agreement[i, $0] < agreement[i, $1] }
          .map { [min(i, $0), max(i, $0)] }
      }
    ).sorted { $0.lexicographicallyPrecedes($1) }
    let score = try mixture.score(data, execution)
    let inner = execution.serial
    let gains = try execution.map(pairs.count, concurrency: concurrency) { place in
      let pooled = Pooling(posterior, pairs[place][0], pairs[place][1], components: k)
      guard let fitted = try merged(pooled) else { return Double.infinity }
      let there = try fitted.mixture.posterior(data, inner)
      let shared = own.agreement(with: there, components: k - 1)
      let isOne = pairs[place].allSatisfy { i in
        (0..<k - 1).allSatisfy { shared[i, $0] <= shared[i, pooled.place] }
      }
      guard isOne else { return .infinity }
      let saved = Double(mixture.freeParameters - fitted.mixture.freeParameters)
      return 2 * (score.logLikelihood - fitted.logLikelihood)
        - saved * naturalLog(score.totalWeight)
    }
    for (pair, gain) in zip(pairs, gains) {
      for i in pair { result[i] = min(result[i], gain) }
    }
    return result
  }

  private func merged(_ pooled: Pooling) throws -> (
    mixture: any AnyMixture, logLikelihood: Double
  )? {
    var fit = options
    fit.components = pooled.posterior.columns
    do {
      return try mixture.refitted(
        to: data, fit, from: .responsibilities(pooled.rule(on: data))
      ) { _ in false }
    } catch let error as EmulsionError where error.code != .cancelled {
      return nil
    }
  }
}

/// Posteriors with two components as one, in the place of the first of them.
private struct Pooling {
  /// Of the rows as they lie in the data; N × (K − 1).
  let posterior: Matrix
  /// The place of that one.
  let place: Int

  init(_ posterior: Matrix, _ first: Int, _ second: Int, components k: Int) {
    place = first
    let kept = (0..<k).filter { $0 != second }
    var result = Matrix(rows: posterior.rows, columns: kept.count)
    for n in 0..<posterior.rows {
      for (q, k) in kept.enumerated() {
        result[n, q] = posterior[n, k] + (k == first ? posterior[n, second] : 0)
      }
    }
    self.posterior = result
  }

  /// The rule that gives every row these.
  func rule(on data: any DataSource) -> any PosteriorTransform {
    guard let data = data as? any RearrangedSource else { return KnownPosterior(of: posterior) }
    return KnownPosterior(
      of: Matrix(
        rows: data.recordCount, columns: posterior.columns,
        values: data.restored(posterior.values, width: posterior.columns)))
  }
}
