extension Model {
  /// The covariates that mixing probabilities depend on; none where all rows have the same.
  package var covariateNames: [String] { (concomitant?.columns ?? []).map { columnNames[$0] } }

  /// Draws a row and its component (from 0, or ``Noise/label``) for each of given rows, whose covariates say which
  /// components are likely, and stand in what is drawn.
  ///
  /// Row i is a function of `seed`, i and its covariates alone.
  ///
  /// - Parameters:
  ///   - data: Rows with the covariates, by name; of matrices the covariates alone, or all columns of the model.
  ///   - count: How many rows; all of the data once where `nil`, and the data again from their first row where there are
  ///     fewer.
  ///   - seed: Of the random numbers.
  /// - Throws: `invalid-option` for models without covariates, and families that can't be drawn from; `invalid-data`
  ///   where covariates are missing or have values that they may not have.
  public func sample(
    forRowsOf data: any DataSource, count: Int? = nil, seed: UInt64,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> (rows: Matrix, labels: [Int]) {
    guard let concomitant else {
      throw EmulsionError(
        .invalidOption,
        "sample: data are the covariates of models with concomitant, which this one has not; leave them out"
      )
    }
    let given = try covariates(of: data, concomitant)
    let count = count ?? given.rows
    guard count >= 0, given.rows > 0 || count == 0 else {
      throw EmulsionError(
        .invalidOption,
        count < 0
          ? "sample: the number of rows must be ≥ 0, not \(count)" : "sample: data have no rows")
    }
    var rows = Matrix(rows: count, columns: dimension)
    var labels = [Int](repeating: 0, count: count)
    let share = 1 - (noise?.weight ?? 0)
    for i in 0..<count {
      if i % 1024 == 0 && isCancelled() { throw EmulsionError(.cancelled, "sample: interrupted") }
      var row = [Double].zeros(dimension)
      for (a, j) in concomitant.columns.enumerated() { row[j] = given[i % given.rows, a] }
      let shares = (mixture.weights(ofRow: row) ?? weights.map { $0 / share }).map { $0 * share }
      var random = CounterRandom(seed: seed, purpose: .sampleLabels, row: i)
      var k = random.place(among: shares)
      // Without noise the probabilities sum to 1 but for rounding.
      if noise == nil { k = min(k, components - 1) }
      var source: CounterRandom? = CounterRandom(seed: seed, purpose: .sampling, row: i)
      let drawn =
        k < components
        ? try mixture.completed(k, row, observed: concomitant.columns, drawing: &source)
        : source.flatMap { start -> [Double]? in
          var own = start
          return noise?.region.sample(using: &own)
        }
      guard let drawn else {
        throw EmulsionError(
          .invalidOption, "sample: the family \(quoted(family)) can't be drawn from")
      }
      for j in 0..<dimension { rows[i, j] = concomitant.columns.contains(j) ? row[j] : drawn[j] }
      labels[i] = k < components ? k : Noise.label
    }
    return (rows, labels)
  }

  private func covariates(of data: any DataSource, _ concomitant: Concomitant) throws -> Matrix {
    let (names, given) = (covariateNames, data.columnNames)
    let isUnnamed = given == given.indices.map { "x\($0 + 1)" }
    let positions: [Int]
    if names.allSatisfy(given.contains) {
      positions = try given.positions(of: names)
    } else if isUnnamed && [names.count, dimension].contains(given.count) {
      positions = given.count == dimension ? concomitant.columns : Array(names.indices)
    } else {
      throw EmulsionError(
        .invalidData,
        "sample: mixing probabilities depend on "
          + names.map(quoted).joined(separator: ", ") + ", but the data have "
          + given.map(quoted).joined(separator: ", "))
    }
    let chosen = ColumnSelection(base: data, positions: positions, columnNames: names)
    try checkLevels(of: chosen)
    let matrix = try Matrix(reading: chosen)
    for i in 0..<matrix.rows {
      for (a, j) in concomitant.columns.enumerated() {
        let value = matrix[i, a]
        guard !value.isFinite || !mixture.support(ofColumn: j).contains(value) else { continue }
        throw EmulsionError(
          .invalidData,
          "sample: \(data.location(ofRow: i)), column \(quoted(names[a])): "
            + "\(value.formatted(significant: 15)) is no value of this covariate")
      }
    }
    return matrix
  }
}
