extension Model {
  /// P(X ≤ x) of a model of one column at each of some points; in several columns take a
  /// ``marginal(_:)``.
  ///
  /// To a few hundred ulps of the smaller tail. O(K) a point.
  ///
  /// - Throws: `invalid-option` for models of several columns and families that have no distribution
  ///   function, `invalid-data` where a point is not a number.
  public func cdf(_ points: [Double]) throws -> [Double] {
    let distribution = try distribution(for: "cdf")
    return try points.enumerated().map { i, x in
      guard !x.isNaN else {
        throw EmulsionError(.invalidData, "cdf: point \(i + 1) is not a number")
      }
      return distribution.tails(at: x).lower
    }
  }

  /// The least x with P(X ≤ x) ≥ p of a model of one column for each of some p; the ends of the support
  /// for 0 and 1.
  ///
  /// By root finding in the smaller tail, to a few ulps of what the distribution function tells. O(K) a
  /// step, of which there are some twenty.
  ///
  /// - Throws: `invalid-option` for models of several columns, families that have no distribution function,
  ///   and a p outside of [0, 1].
  public func quantile(_ probabilities: [Double]) throws -> [Double] {
    let distribution = try distribution(for: "quantile")
    return try probabilities.enumerated().map { i, p in
      guard p >= 0, p <= 1 else {
        throw EmulsionError(
          .invalidOption,
          "quantile: probabilities are from 0 to 1, but number \(i + 1) is "
            + p.formatted(significant: 15))
      }
      return distribution.quantile(p)
    }
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
