/// Rows of data as a picture shows them: some columns of all, and some rows whole.
package struct ShownRows: Sendable {
  /// Number of rows of the data.
  package let total: Int
  /// How many of them have a cell in the model's columns that is no finite number.
  package let incomplete: Int
  /// The columns asked for, of all other rows that have a weight above 0.
  package let columns: [[Double]]
  /// The weights of those; `nil` where rows have none.
  package let weights: [Double]?
  /// Evenly spaced ones of those rows, or all where they are few, in all of the model's columns.
  package let drawn: MatrixSource

  /// How many rows ``columns`` have.
  package var count: Int { columns.first?.count ?? drawn.rows }
}

extension Model {
  /// Whether the numbers of column `j` are codes, of which only sameness counts.
  package func holdsCodes(inColumn j: Int) -> Bool { mixture.holdsCodes(inColumn: j) }

  /// Where the response of regressions stands; `nil` for other families.
  package var responseColumn: Int? { (try? mixture.responder())??.response }

  /// Reads what a picture shows, in one pass.
  ///
  /// - Parameters:
  ///   - data: Rows with the model's columns; those with a cell that is not finite are left out.
  ///   - positions: The columns to read whole, by their place in the model.
  ///   - most: How many rows to draw at most.
  /// - Throws: `invalid-data` where the columns don't fit.
  package func shownRows(of data: any DataSource, columns positions: [Int], most: Int) throws
    -> ShownRows
  {
    let source = try columns(of: data)
    let (total, d) = (source.rows, dimension)
    var columns = [[Double]](repeating: [], count: positions.count)
    var (weights, drawn, drawnWeights) = ([Double](), [Double](), [Double]())
    var (incomplete, drawnRows, isWeighted) = (0, 0, false)
    let lanes = max(Chunks.rowsPerBlock, source.rowsPerBlock)
    var buffer = BlockBuffer(columns: d, capacity: lanes)
    for start in stride(from: 0, to: total, by: lanes) {
      try source.read(start..<min(total, start + lanes), into: &buffer)
      let block = buffer.block
      if buffer.hasWeights { isWeighted = true }
      for i in 0..<block.rows {
        let weight = buffer.weight(ofRow: i) ?? 1
        guard weight > 0 else { continue }
        guard (0..<d).allSatisfy({ block.column($0)[i].isFinite }) else {
          incomplete += 1
          continue
        }
        for (place, j) in positions.enumerated() { columns[place].append(block.column(j)[i]) }
        weights.append(weight)
        let row = start + i
        guard total <= most || row * most % total < most else { continue }
        for j in 0..<d { drawn.append(block.column(j)[i]) }
        drawnWeights.append(weight)
        drawnRows += 1
      }
    }
    return ShownRows(
      total: total, incomplete: incomplete, columns: columns, weights: isWeighted ? weights : nil,
      drawn: MatrixSource(
        Matrix(rows: drawnRows, columns: d, values: drawn), columnNames: columnNames,
        weights: isWeighted ? drawnWeights : nil))
  }
}

extension Mixture {
  func holdsCodes(inColumn j: Int) -> Bool { family.traits.holdsCodes(inColumn: j) }
}
