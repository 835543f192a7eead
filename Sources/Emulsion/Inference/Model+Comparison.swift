/// Weights and agreement of several models of the same data, side by side.
public struct ModelComparison: Sendable {
  /// exp(−½ΔBIC) of each, scaled to sum to 1: approximate posterior probabilities of the models, all alike before
  /// (Kass & Raftery 1995).
  public let weights: [Double]
  /// Adjusted Rand index of the partitions by each pair.
  public let agreement: Matrix
}

extension [Model] {
  /// Compares models that were fitted to `data`.
  ///
  /// - Parameters:
  ///   - data: The rows of each.
  ///   - isForced: Whether models of different data are compared.
  /// - Throws: `invalid-data` where the models' data differ.
  public func compared(
    on data: [any DataSource], isForced: Bool = false,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> ModelComparison {
    guard let first, data.count == count else {
      throw EmulsionError(.invalidOption, "compare: give at least one model")
    }
    let other = indices.first {
      self[$0].manifest.dataFingerprint != first.manifest.dataFingerprint
        || self[$0].columnNames != first.columnNames
    }
    if let other, !isForced {
      throw EmulsionError(
        .invalidData,
        "compare: models 1 and \(other + 1) were fitted to different data or columns, so that their criteria can't be "
          + "compared; force = true goes on")
    }
    let labels = try indices.map { i in
      try self[i].predict(data[i], isCancelled: isCancelled).map { ClassLabel.number(Double($0)) }
    }
    if let other = labels.indices.first(where: { labels[$0].count != labels[0].count }) {
      throw EmulsionError(
        .invalidData,
        "compare: model 1 has \(labels[0].count.counted("row")), but model \(other + 1) \(labels[other].count)"
      )
    }
    var agreement = Matrix(rows: count, columns: count, repeating: 1)
    for i in indices {
      for j in 0..<i {
        agreement[i, j] = try CrossTabulation(labels[i], labels[j]).adjustedRand
        agreement[j, i] = agreement[i, j]
      }
    }
    let least = map(\.bic).filter(\.isFinite).min() ?? 0
    let shares = map { exponential(-($0.bic - least) / 2) }
    let total = shares.reduce(0) { $0 + ($1.isFinite ? $1 : 0) }
    return ModelComparison(
      weights: shares.map { total > 0 && $0.isFinite ? $0 / total : .nan }, agreement: agreement)
  }
}
