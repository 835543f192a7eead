import CVectorMath

extension BlockBuffer {
  /// Checks that all values are finite and all weights finite and ≥ 0.
  ///
  /// - Throws: `invalid-data` naming row and column of the first that is not.
  func requireFinite(of data: any DataSource) throws {
    let block = self.block
    for j in 0..<columns {
      let values = block.column(j)
      guard Lanes.allFinite(values) else {
        let rowIDs = values.indices.map { block.rowID($0) }
        throw data.notFinite(values, row: { rowIDs[$0] }, j)
      }
    }
    guard hasWeights else { return }
    let weights = self.weights()
    for i in weights.indices where !(weights[i] >= 0 && weights[i].isFinite) {
      throw data.unusableWeight(weights[i], row: block.rowID(i))
    }
  }
}

extension DataSource {
  /// The error that tells the first of `values` that is not finite; `row` says where each stands.
  func notFinite(_ values: Span<Double>, row: (Int) -> Int, _ column: Int) -> EmulsionError {
    for i in values.indices where !values[i].isFinite {
      let what =
        values[i].isNaN ? "a missing value (NaN)" : values[i] < 0 ? "-infinity" : "infinity"
      return EmulsionError(
        .invalidData,
        "\(location(ofRow: row(i))), column \(quoted(columnNames[column])): \(what);"
          + " drop or fill such rows first, for example with t:filter")
    }
    return EmulsionError(.invalidData, "a value is not finite")
  }

  /// The error that a row's weight can't be used.
  func unusableWeight(_ weight: Double, row: Int) -> EmulsionError {
    EmulsionError(
      .invalidData,
      "the weight of \(location(ofRow: row)) is \(weight.formatted(significant: 6)); "
        + "weights must be finite and ≥ 0")
  }
}
