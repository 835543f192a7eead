/// Which cells of data have no value: the columns in which each row has one.
public struct MissingCells: Sendable {
  /// The columns, ascending, with values: one list for each set of columns that occurs.
  public let patterns: [[Int]]
  /// Number of rows without a value in some column.
  public let rows: Int
  /// Number of cells without a value.
  public let cells: Int
  /// The pattern of every record, by ``Block/rowID(_:)``; −1 for records that are no rows of the data.
  let patternOfRecord: [Int32]

  /// Those of some of the columns, in the order given.
  func selecting(_ columns: [Int]) -> MissingCells {
    let own = patterns.map { pattern in columns.indices.filter { pattern.contains(columns[$0]) } }
    return MissingCells(
      patterns: own, rows: rows, cells: cells, patternOfRecord: patternOfRecord)
  }

  /// Whether a record has no value in any column.
  func isEmpty(record: Int) -> Bool {
    let pattern = Int(patternOfRecord[record])
    return pattern < 0 || patterns[pattern].isEmpty
  }

  /// The pattern of the block's row `i`.
  func pattern(of block: borrowing Block, row i: Int) -> Int {
    Int(patternOfRecord[block.rowID(i)])
  }
}

/// Data of which some cells have no value: rows of one pattern side by side, with a value of the column in
/// place of each that is missing, so that whatever looks at columns one by one meets values they may have.
///
/// What evaluates rows by ``MissingCells`` never looks at these.
struct IncompleteSource: RearrangedSource {
  let base: any DataSource
  private let matrix: Matrix
  private let weights: [Double]?
  /// The row of the data at every place.
  let order: [Int]
  private let cells: MissingCells

  /// Reads the data; `nil` where all cells have values.
  ///
  /// - Parameter fitting: Whether the data are fitted to: then rows without any value are left out, and each
  ///   column must have values.
  /// - Throws: `invalid-data` naming a column that has none.
  init?(_ base: any DataSource, fitting: Bool) throws {
    var matrix = try Matrix(reading: base)
    guard matrix.values.contains(where: \.isNaN) else { return nil }
    self.base = base
    weights = try base.rowWeights()
    let observed = (0..<base.rows).map { i in
      (0..<base.columns).filter { !matrix[i, $0].isNaN }
    }
    for j in 0..<base.columns {
      let column = (0..<base.rows).filter { !matrix[$0, j].isNaN }
      let values = column.map { matrix[$0, j] }
      guard !values.isEmpty || !fitting else {
        throw EmulsionError(
          .invalidData,
          "column \(quoted(base.columnNames[j])) has no value in any row; leave it out")
      }
      let filler = Self.typical(values.filter(\.isFinite))
      for i in 0..<base.rows where matrix[i, j].isNaN { matrix[i, j] = filler }
    }
    self.matrix = matrix
    // Complete rows come first, and others by their columns.
    let patterns = Set(observed).sorted {
      $0.count == $1.count ? $0.lexicographicallyPrecedes($1) : $0.count > $1.count
    }.filter { !$0.isEmpty || !fitting }
    let places = Dictionary(uniqueKeysWithValues: zip(patterns, patterns.indices))
    let pattern = observed.map { places[$0] ?? -1 }
    order = pattern.indices.filter { pattern[$0] >= 0 }.sorted {
      (pattern[$0], $0) < (pattern[$1], $1)
    }
    let missing = observed.map { base.columns - $0.count }
    cells = MissingCells(
      patterns: patterns, rows: missing.count { $0 > 0 }, cells: missing.reduce(0, +),
      patternOfRecord: pattern.map(Int32.init))
  }

  /// The value that is nearest to the mean.
  private static func typical(_ values: [Double]) -> Double {
    let scale = 1 / Double(max(1, values.count))
    let mean = values.sorted().reduce(0) { $0 + $1 * scale }
    return values.min { (abs($0 - mean), $0) < (abs($1 - mean), $1) } ?? 0
  }

  var rows: Int { order.count }
  var recordCount: Int { base.recordCount }
  var columnNames: [String] { base.columnNames }
  var columnLevels: ColumnLevels { base.columnLevels }
  var missing: MissingCells? { cells }
  var errors: MeasurementErrors? { base.errors }

  func location(ofRow row: Int) -> String { base.location(ofRow: row) }

  func read(_ range: Range<Int>, into buffer: inout BlockBuffer) {
    let places = Array(order[range])
    buffer.begin(places.span)
    for j in 0..<matrix.columns {
      buffer.withColumn(j) { lanes in
        for i in lanes.indices { lanes[i] = matrix[places[i], j] }
      }
    }
    guard let weights else { return }
    let own = places.map { weights[$0] }
    buffer.setWeights(own.span)
  }
}

extension DataSource {
  /// The rows that a fit sees: those without any value are left out where cells are missing.
  var fitted: any DataSource {
    get throws {
      guard let incomplete = self as? IncompleteSource else { return self }
      return try IncompleteSource(incomplete.base, fitting: true) ?? self
    }
  }

  /// The rows with their missing cells as NaN, in the order of the data.
  var unarranged: any DataSource { (self as? IncompleteSource)?.base ?? self }
}

/// Data whose rows are in an order of their own.
protocol RearrangedSource: DataSource {
  /// The data in their order.
  var base: any DataSource { get }
  /// The row of the data at every place, at the last of these where it is repeated.
  var order: [Int] { get }
}

extension RearrangedSource {
  /// Results in the order of these rows, put into the order of the data: `width` elements a row.
  func restored<Element>(_ values: [Element], width: Int = 1) -> [Element] {
    var places = [Int](repeating: 0, count: base.rows)
    for (place, row) in order.enumerated() { places[row] = place }
    return places.flatMap { values[$0 * width..<($0 + 1) * width] }
  }
}
