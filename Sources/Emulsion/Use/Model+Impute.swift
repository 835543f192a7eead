extension Model {
  /// Rows with their missing cells (NaN) filled: by their means given the cells that have values, or by draws
  /// from their distribution given these.
  ///
  /// A mean is Σₖ P(k|xₒ) (μₘ + Σₘₒ Σₒₒ⁻¹ (xₒ − μₒ)). A draw takes a component by these probabilities and a row of
  /// it, and moves the row's missing cells by Σₘₒ Σₒₒ⁻¹ times what its other cells lack to those at hand. Row i of
  /// draws is a function of `seed` and i alone.
  ///
  /// - Throws: `invalid-option` for models that were not fitted with missing = "likelihood", that have noise, or
  ///   whose components have no means where these are asked for; `invalid-data` where the columns don't fit.
  /// - Complexity: O(N·K·d³) at worst, for rows with missing cells.
  public func imputed(
    _ data: any DataSource, draws: Bool = false, seed: UInt64 = 0, threads: Int? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> Matrix {
    guard concomitant == nil else {
      throw EmulsionError(
        .invalidOption, "impute: it is not there yet for models with concomitant")
    }
    guard missing != nil, mixture.hasLinearConditionalMeans || mixture.moments(0) == nil,
      noise == nil
    else {
      throw EmulsionError(
        .invalidOption,
        "impute: it needs a model without noise fitted with missing = \"likelihood\"")
    }
    let posterior = try posterior(data, threads: threads, isCancelled: isCancelled)
    var rows = try Matrix(reading: columns(of: data))
    let moments = (0..<components).map { mixture.moments($0) }
    guard draws || moments.allSatisfy({ $0 != nil }) else {
      throw EmulsionError(
        .invalidOption,
        "impute: components of the family \(quoted(family)) have no means; use draw = true")
    }
    let covariances = moments.map { $0?.covariance.matrix }
    for i in 0..<rows.rows {
      let others = (0..<dimension).filter { rows[i, $0].isNaN }
      if others.isEmpty { continue }
      if isCancelled() { throw EmulsionError(.cancelled, "impute: interrupted") }
      let observed = (0..<dimension).filter { !rows[i, $0].isNaN }
      var filled = [Double].zeros(others.count)
      func add(_ k: Int, share: Double, around centre: [Double]) throws {
        var values = others.map { centre[$0] }
        if let covariance = covariances[k] {
          let lacks = observed.map { rows[i, $0] - centre[$0] }
          let moves = try covariance.regressed(others, on: observed, lacks)
          for (a, move) in moves.enumerated() { values[a] += move }
        }
        for a in filled.indices { filled[a] += share * values[a] }
      }
      if draws {
        var random = CounterRandom(seed: seed, purpose: .imputation, row: i)
        var (left, k) = (random.uniform(), 0)
        while k < components - 1 && left >= posterior[i, k] {
          left -= posterior[i, k]
          k += 1
        }
        try add(k, share: 1, around: mixture.draw(k, using: &random))
      } else {
        for k in 0..<components where posterior[i, k] > 0 {
          try add(k, share: posterior[i, k], around: moments[k]?.mean ?? [])
        }
      }
      for (a, j) in others.enumerated() { rows[i, j] = filled[a] }
    }
    return rows
  }
}

extension Matrix {
  /// Σₘₒ Σₒₒ⁻¹ v of a covariance. O(d³).
  fileprivate func regressed(_ others: [Int], on observed: [Int], _ vector: [Double]) throws
    -> [Double]
  {
    let m = observed.count
    // In units of the deviations, so that columns of any scale do.
    let deviations = (0..<rows).map { self[$0, $0].squareRoot() }
    var block = Matrix(rows: m, columns: m)
    for a in 0..<m {
      for b in 0..<m {
        let (i, j) = (observed[a], observed[b])
        block[a, b] = a == b ? 1 : self[i, j] / deviations[i] / deviations[j]
      }
    }
    if m == 0 { return others.map { _ in 0 } }
    guard let lower = LinearAlgebra.cholesky(block) else {
      throw EmulsionError(.degenerate, "impute: a covariance is not positive definite")
    }
    let half = lower.solvedLower(zip(vector, observed).map { $0 / deviations[$1] })
    return others.map { i in
      let own = lower.solvedLower(observed.map { self[i, $0] / deviations[$0] })
      return zip(own, half).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }
}
