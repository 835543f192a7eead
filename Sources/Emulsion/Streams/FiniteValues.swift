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
        throw data.notFinite(in: block, column: j)
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
  /// The error that names the first value of a block's column that is not finite.
  func notFinite(in block: borrowing Block, column: Int) -> EmulsionError {
    let values = block.column(column)
    for i in values.indices where !values[i].isFinite {
      return notFinite(values[i], row: block.rowID(i), column: column)
    }
    return EmulsionError(.invalidData, "a value is not finite")
  }

  /// The error that a value is not finite.
  func notFinite(_ value: Double, row: Int, column: Int) -> EmulsionError {
    let what = value.isNaN ? "a missing value (NaN)" : value < 0 ? "-infinity" : "infinity"
    let advice =
      value.isNaN
      ? "leave such rows out with missing = \"drop\" (--missing-rows drop) or by t:drop_missing(), "
        + "or fit with missing = \"likelihood\""
      : "leave such rows out, for example with t:filter"
    return EmulsionError(
      .invalidData,
      "\(location(ofRow: row)), column \(quoted(columnNames[column])): \(what); \(advice)")
  }

  /// The error that a row's weight can't be used.
  func unusableWeight(_ weight: Double, row: Int) -> EmulsionError {
    EmulsionError(
      .invalidData,
      "the weight of \(location(ofRow: row)) is \(weight.formatted(significant: 6)); "
        + "weights must be finite and ≥ 0")
  }
}
