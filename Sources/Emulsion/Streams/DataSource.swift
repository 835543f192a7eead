/// Rows of numbers that a fit can read, block by block and from several threads at once.
public protocol DataSource: Sendable {
  /// Number of rows.
  var rows: Int { get }
  /// Number of rows that ``Block/rowID(_:)`` may tell: `rows`, unless some are told twice.
  var recordCount: Int { get }
  /// Rows from each multiple of this number to the next belong into one block, such as those of groups.
  var rowsPerBlock: Int { get }
  /// Names of the columns; their count is the dimension.
  var columnNames: [String] { get }
  /// The texts that columns of codes stand for.
  var columnLevels: ColumnLevels { get }
  /// Which cells have no value: what is read in these is to be ignored. `nil` where all have.
  var missing: MissingCells? { get }
  /// The errors that the numbers of each row were measured with; `nil` where they are exact.
  var errors: MeasurementErrors? { get }
  /// Fills `buffer` with rows `range`: calls `begin`, writes every column, sets weights if any.
  func read(_ range: Range<Int>, into buffer: inout BlockBuffer) throws
  /// Where row `row` (from 0) stands, for error texts: `row 4`, or `iris.csv, line 5`.
  func location(ofRow row: Int) -> String
}

extension DataSource {
  /// Number of columns.
  public var columns: Int { columnNames.count }

  /// 1: any rows may make a block.
  public var rowsPerBlock: Int { 1 }

  /// None.
  public var missing: MissingCells? { nil }

  /// They are exact.
  public var errors: MeasurementErrors? { nil }

  /// None: all columns are of numbers.
  public var columnLevels: ColumnLevels { .none }

  /// All rows.
  public var recordCount: Int { rows }

  /// Where row `row` (from 0) stands: its position from 1.
  public func location(ofRow row: Int) -> String { "row \(row + 1)" }
}

extension DataSource {
  /// The weights of all rows; `nil` where each counts once.
  ///
  /// - Throws: `cancelled` where the execution is.
  package func rowWeights(_ execution: Execution? = nil) throws -> [Double]? {
    try weights(execution, elsewhere: nil)
  }

  /// The weight of every row, 1 where the data have none; fillers between groups weigh next to nothing.
  ///
  /// - Throws: `cancelled` where the execution is.
  func shares(_ execution: Execution) throws -> [Double] {
    try weights(execution, elsewhere: 1) ?? []
  }

  /// - Parameter unit: What rows weigh of blocks without weights; where `nil`, such blocks mean that there are none.
  private func weights(_ execution: Execution?, elsewhere unit: Double?) throws -> [Double]? {
    var list: [Double] = []
    var buffer = BlockBuffer(columns: columns, capacity: Chunks.rowsPerBlock(of: rows))
    for first in stride(from: 0, to: rows, by: buffer.capacity) {
      try execution?.checkCancellation()
      try read(first..<min(rows, first + buffer.capacity), into: &buffer)
      if buffer.hasWeights {
        let weights = buffer.weights()
        for i in weights.indices { list.append(weights[i]) }
      } else {
        guard let unit else { return nil }
        list += Array(repeating: unit, count: buffer.rows)
      }
    }
    return list
  }
}
