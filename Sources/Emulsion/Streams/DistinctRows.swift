/// The distinct rows of data, in lexicographic order, each weighing as much as its copies together.
///
/// For sums over rows they are the data: pixels, counts and answers repeat themselves, so that an
/// iteration over what is distinct is many times shorter.
package struct DistinctRows: DataSource {
  private let matrix: MatrixSource
  private let base: any DataSource
  /// Where each row is first found in the data.
  private let places: [Int]

  /// The most numbers that the rows may be: 32 MiB.
  private static var mostNumbers: Int { 1 << 22 }
  /// The share of the rows that may be distinct; with more it saves little.
  private static var largestShare: Double { 0.6 }

  /// The distinct rows of `data`; `nil` where most rows are, as a sample of them shows, or they would take much
  /// memory.
  ///
  /// - Complexity: O(N log N · d) where nothing repeats, one pass.
  package init?(_ data: any DataSource, sample: RepresentativeRows, _ execution: Execution) throws {
    let share = sample.distinctShare
    guard share <= Self.largestShare,
      share * Double(data.rows) * Double(data.columns) <= Double(Self.mostNumbers)
    else { return nil }
    let most = Self.mostNumbers
    let found = try execution.reduceBlocks(
      of: data, from: RowList(columns: data.columns), merge: { $0.merge($1, atMost: most) },
      finish: { $0.distinct() }
    ) { buffer, rows in rows.append(buffer) }
    guard !found.isTooLong else { return nil }
    let weights = found.weights.allSatisfy { $0 == 1 } ? nil : found.weights
    matrix = MatrixSource(
      Matrix(rows: found.places.count, columns: data.columns, values: found.values),
      columnNames: data.columnNames, weights: weights)
    (base, places) = (data, found.places)
  }

  package var rows: Int { places.count }
  package var columnNames: [String] { base.columnNames }
  package var columnLevels: ColumnLevels { base.columnLevels }

  package func read(_ range: Range<Int>, into buffer: inout BlockBuffer) throws {
    matrix.read(range, into: &buffer)
  }

  package func location(ofRow row: Int) -> String { base.location(ofRow: places[row]) }
}
