/// Samples of many rows, each with all rows of the smaller ones: races run over one after the other.
package struct GrowingSamples: Sendable {
  let data: any DataSource
  let summary: DataSummary
  /// How many rows they have, about; ascending.
  package let sizes: [Int]

  /// Each has so many times the rows of the last.
  private static var growth: Int { 4 }
  /// The most numbers that a sample may be: 32 MiB.
  private static var mostNumbers: Int { 1 << 22 }
  /// Rows a parameter: with fewer, what is fitted to a sample says little of the whole.
  private static var rowsPerParameter: Int { 5 }

  /// - Parameter parameters: The free parameters of the mixture.
  package init(_ data: any DataSource, _ summary: DataSummary, parameters: Int) {
    (self.data, self.summary) = (data, summary)
    let most = min(summary.weightedRows / 3, Self.mostNumbers / max(1, data.columns))
    let least = max(RepresentativeRows.limit, Self.rowsPerParameter * parameters)
    sizes = Array(
      sequence(first: min(least, most)) { size in
        size * Self.growth <= most ? size * Self.growth : nil
      })
  }

  /// The sample of about so many rows. One pass.
  package func sample(_ size: Int, _ execution: Execution) throws -> MatrixSource {
    let choice = RowChoice(data, summary, most: size)
    var chosen = try choice.rows(byContent: true, execution)
    if !(size / 4...size * 4).contains(chosen.weights.count) {
      chosen = try choice.rows(byContent: false, execution)
    }
    return MatrixSource(
      Matrix(rows: chosen.weights.count, columns: data.columns, values: chosen.values),
      columnNames: data.columnNames,
      weights: chosen.weights.contains { $0 != 1 } ? chosen.weights : nil)
  }
}
