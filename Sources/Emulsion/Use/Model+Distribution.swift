extension Model {
  /// P(X ≤ x) of a model of one column at each of some points; in several columns take a
  /// ``marginal(_:)``.
  ///
  /// To a few hundred ulps of the smaller tail. O(K) a point.
  ///
  /// - Throws: `invalid-option` for models of several columns and families that have no distribution
  ///   function, `invalid-data` where a point is not a number.
  public func cdf(
    _ points: [Double], threads: Int? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> [Double] {
    let distribution = try distribution(for: "cdf")
    if let i = points.firstIndex(where: \.isNaN) {
      throw EmulsionError(.invalidData, "cdf: point \(i + 1) is not a number")
    }
    return try mapping(points, execution(threads, isCancelled)) { distribution.tails(at: $0).lower }
  }

  /// The least x with P(X ≤ x) ≥ p of a model of one column for each of some p; the ends of the support
  /// for 0 and 1.
  ///
  /// By root finding in the smaller tail, to a few ulps of what the distribution function tells. O(K) a
  /// step, of which there are some twenty.
  ///
  /// - Throws: `invalid-option` for models of several columns, families that have no distribution function,
  ///   and a p outside of [0, 1].
  public func quantile(
    _ probabilities: [Double], threads: Int? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> [Double] {
    let distribution = try distribution(for: "quantile")
    if let i = probabilities.firstIndex(where: { !($0 >= 0 && $0 <= 1) }) {
      throw EmulsionError(
        .invalidOption,
        "quantile: probabilities are from 0 to 1, but number \(i + 1) is "
          + probabilities[i].formatted(significant: 15))
    }
    return try mapping(probabilities, execution(threads, isCancelled), distribution.quantile)
  }

  /// A number made of each of some, on threads where they are many.
  private func mapping(
    _ numbers: [Double], _ execution: Execution, _ transform: @escaping @Sendable (Double) -> Double
  ) throws -> [Double] {
    let width = 1024
    let count = (numbers.count + width - 1) / width
    return try execution.map(count, concurrency: mixture.passShape.maximumConcurrency) { chunk in
      numbers[chunk * width..<min(numbers.count, (chunk + 1) * width)].map(transform)
    }.flatMap { $0 }
  }

  private func distribution(for function: String) throws -> MixtureDistribution {
    guard dimension == 1 else {
      throw EmulsionError(
        .invalidOption,
        "\(function): the model describes \(dimension.counted("column")) "
          + "(\(columnNames.joined(separator: ", "))); take one of them by marginal")
    }
    guard levels.isEmpty else {
      throw EmulsionError(
        .invalidOption,
        "\(function): the column \(quoted(columnNames[0])) is of texts, which have no order of size"
      )
    }
    guard let parts = mixture.distributions else {
      throw EmulsionError(
        .invalidOption, "\(function): the family \(quoted(family)) has no distribution function")
    }
    return MixtureDistribution(parts: parts, weights: weights + (noise.map { [$0.weight] } ?? []))
  }
}
