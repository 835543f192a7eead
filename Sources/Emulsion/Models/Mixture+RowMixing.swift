extension Mixture {
  /// The same mixture with the mixing probabilities that its components include as weights: where they differ from row
  /// to row the mean over rows, or over groups; as it is where they include none. O(N·K·q).
  func averagingWeights(over data: any DataSource, _ execution: Execution) throws -> Mixture {
    var result = parameters
    if let shares = family.properties.shares(of: parameters.components) {
      result.weights = shares
      return Mixture(family: family, parameters: result)
    }
    guard let rowMixing = family.properties.rowMixing(of: parameters.components) else {
      return self
    }
    let (k, group) = (parameters.weights.count, family.traits.groupColumn)
    let capacity = max(Chunks.rowsPerBlock(of: data.rows), data.rowsPerBlock)
    let chunks = Chunks(rows: data.rows, rowsPerBlock: capacity)
    let columns = data.columns
    let found = try execution.reduce(
      chunks.count, makeWorker: { BlockBuffer(columns: columns, capacity: capacity) },
      merge: { (sums: inout [Double], others) in
        for k in sums.indices { sums[k] += others[k] }
      }
    ) { buffer, chunk -> [Double] in
      var sums = [Double].zeros(k)
      var lanes = LaneMatrix(rows: k, lanes: capacity)
      try chunks.forEachBlock(of: chunk) { range in
        try data.read(range, into: &buffer)
        guard buffer.coverWeightlessRows() else { return }
        rowMixing.writeLogWeights(buffer.block, into: &lanes)
        for k in sums.indices {
          let own = lanes.lanes(k, range.count)
          for i in own.indices where buffer.beginsGroup(i, group) {
            sums[k] += (buffer.weight(ofRow: i) ?? 1) * exponential(own[i])
          }
        }
      }
      return sums
    }
    guard let sums = found else { return self }
    let total = sums.reduce(0, +)
    guard total > 0 else { return self }
    result.weights = sums.map { $0 / total }
    return Mixture(family: family, parameters: result)
  }

  /// The mixing probabilities of one row; `nil` where all rows have the same.
  func weights(ofRow row: [Double]) -> [Double]? {
    guard let rowMixing = family.properties.rowMixing(of: parameters.components) else {
      return nil
    }
    var buffer = BlockBuffer(columns: row.count, capacity: 1)
    buffer.begin(0..<1)
    for (j, value) in row.enumerated() { buffer.withColumn(j) { $0[0] = value } }
    var lanes = LaneMatrix(rows: parameters.weights.count, lanes: 1)
    rowMixing.writeLogWeights(buffer.block, into: &lanes)
    return (0..<parameters.weights.count).map { exponential(lanes.lanes($0, 1)[0]) }
  }
}

extension Model {
  /// The mixture of what the family describes, for rows of given covariates.
  ///
  /// - Parameter given: A value for every covariate, by column.
  /// - Throws: `invalid-option` where one is missing or the column is no covariate.
  func conditional(onCovariates given: [String: Double], _ concomitant: Concomitant) throws -> Model
  {
    let names = concomitant.columns.map { columnNames[$0] }
    guard Set(given.keys) == Set(names) else {
      throw EmulsionError(
        .invalidOption,
        "given: of a model with concomitant the covariates are given, all of them: "
          + names.map(quoted).joined(separator: ", "))
    }
    for (j, name) in zip(concomitant.columns, names) {
      let (value, support) = (given[name] ?? .nan, mixture.support(ofColumn: j))
      guard value.isFinite, support.contains(value) else {
        throw EmulsionError(
          .invalidData,
          "given: \(value.formatted(significant: 15)) is no value of \(quoted(name)), which takes "
            + (value.isFinite ? support.description : "finite numbers"))
      }
    }
    let model = try marginal(describedColumns.map { columnNames[$0] })
    guard let shares = mixture.weights(ofRow: columnNames.map { given[$0] ?? 0 }) else {
      return model
    }
    let rest = noise.map { $0.weight } ?? 0
    return Model(
      mixture: model.mixture.weighted(
        by: shares.map { $0 * (1 - rest) } + (noise == nil ? [] : [rest])),
      catalogue: catalogue, family: model.family, covariance: model.covariance,
      columnNames: model.columnNames, levels: model.levels, report: model.report,
      manifest: manifest)
  }
}
