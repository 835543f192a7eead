extension Model {
  /// Rows with their missing cells (NaN) filled: by their means given the cells that have values, or by draws
  /// from their distribution given these.
  ///
  /// A mean is Σₖ P(k|xₒ) E(xₘ|xₒ, k), of Gaussians μₘ + Σₘₒ Σₒₒ⁻¹ (xₒ − μₒ). A draw takes a component by these
  /// probabilities and draws of it, given what the row has. Noise is even in its box. Row i of draws is a function
  /// of `seed` and i alone.
  ///
  /// - Throws: `invalid-option` for models that were not fitted with missing = "likelihood", or
  ///   whose components have no means where these are asked for; `invalid-data` where the columns don't fit.
  /// - Complexity: O(N·K·d³) at worst, for rows with missing cells.
  public func imputed(
    _ data: any DataSource, draws: Bool = false, seed: UInt64 = 0, threads: Int? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> Matrix {
    guard missing != nil else {
      throw EmulsionError(
        .invalidOption, "impute: it needs a model that was fitted with missing = \"likelihood\"")
    }
    let posterior = try posterior(data, threads: threads, isCancelled: isCancelled)
    var rows = try Matrix(reading: columns(of: data))
    for i in 0..<rows.rows {
      let others = (0..<dimension).filter { rows[i, $0].isNaN }
      if others.isEmpty { continue }
      if isCancelled() { throw EmulsionError(.cancelled, "impute: interrupted") }
      let observed = (0..<dimension).filter { !rows[i, $0].isNaN }
      let row = Array(rows.row(i))
      var filled = [Double].zeros(others.count)
      func add(_ k: Int, share: Double, _ random: inout CounterRandom?) throws {
        let own =
          try k < components
          ? mixture.completed(k, row, observed: observed, drawing: &random)
          : noise?.region.completed(drawing: &random)
        for (a, j) in others.enumerated() {
          guard let value = own?[j], !value.isNaN else { throw noCompletion(j, drawing: draws) }
          filled[a] += share * value
        }
      }
      if draws {
        var random = CounterRandom(seed: seed, purpose: .imputation, row: i)
        let k = min(posterior.columns - 1, random.place(among: posterior.row(i)))
        var source: CounterRandom? = random
        try add(k, share: 1, &source)
      } else {
        var none: CounterRandom?
        for k in 0..<posterior.columns where posterior[i, k] > 0 {
          try add(k, share: posterior[i, k], &none)
        }
      }
      for (a, j) in others.enumerated() { rows[i, j] = filled[a] }
    }
    return rows
  }

  private func noCompletion(_ column: Int, drawing: Bool) -> EmulsionError {
    EmulsionError(
      .invalidOption,
      "impute: "
        + (drawing
          ? "the family \(quoted(family)) has no distribution of \(quoted(columnNames[column])) given other columns"
          : "\(quoted(columnNames[column])) has no mean given other columns; use draw = true"))
  }
}

extension UniformRegion {
  /// The middle of every range, or a draw; NaN in the middle of what is no range.
  fileprivate func completed(drawing random: inout CounterRandom?) -> [Double] {
    if var source = random {
      defer { random = source }
      return sample(using: &source)
    }
    return ranges.map { range in
      switch range {
      case .interval(let lower, let upper), .whole(let lower, let upper):
        lower + 0.5 * (upper - lower)
      case .levels, nil: .nan
      }
    }
  }
}
