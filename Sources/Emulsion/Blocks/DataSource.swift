/// Rows of numbers that a fit can read, block by block and from several threads at once.
public protocol DataSource: Sendable {
  /// Number of rows.
  var rows: Int { get }
  /// Names of the columns; their count is the dimension.
  var columnNames: [String] { get }
  /// Fills `buffer` with rows `range`: calls `begin`, writes every column, sets weights if any.
  func read(_ range: Range<Int>, into buffer: inout BlockBuffer) throws
  /// Where row `row` (from 0) stands, for error texts: `row 4`, or `iris.csv, line 5`.
  func location(ofRow row: Int) -> String
}

extension DataSource {
  /// Number of columns.
  public var columns: Int { columnNames.count }

  /// Where row `row` (from 0) stands: its position from 1.
  public func location(ofRow row: Int) -> String { "row \(row + 1)" }
}

/// A matrix in memory as a data source.
public struct MatrixSource: DataSource {
  /// The data, `n × d`.
  public let matrix: Matrix
  /// Row weights, real and ≥ 0, or `nil` where every row counts once.
  public let weights: [Double]?
  /// Names of the columns.
  public let columnNames: [String]
  private let locate: (@Sendable (Int) -> String)?

  /// Makes a source from a matrix.
  ///
  /// - Parameters:
  ///   - matrix: The data, `n × d`, row-major.
  ///   - columnNames: One name a column; `x1`, `x2`, … by default.
  ///   - weights: One weight a row, or `nil`.
  ///   - locate: Names a row (from 0) for error texts.
  public init(
    _ matrix: Matrix, columnNames: [String]? = nil, weights: [Double]? = nil,
    locate: (@Sendable (Int) -> String)? = nil
  ) {
    self.matrix = matrix
    self.columnNames = columnNames ?? (0..<matrix.columns).map { "x\($0 + 1)" }
    self.weights = weights
    self.locate = locate
    precondition(self.columnNames.count == matrix.columns, "one name a column")
    precondition(weights.map { $0.count == matrix.rows } ?? true, "one weight a row")
  }

  /// Number of rows.
  public var rows: Int { matrix.rows }

  /// Where row `row` stands, by the closure given at the start.
  public func location(ofRow row: Int) -> String { locate?(row) ?? "row \(row + 1)" }

  /// Transposes rows `range` into the buffer's lanes.
  public func read(_ range: Range<Int>, into buffer: inout BlockBuffer) {
    buffer.begin(range)
    let columns = matrix.columns
    buffer.lanes.transpose(matrix.values, from: range.lowerBound, rows: range.count, columns)
    if let weights { buffer.setWeights(weights.span.extracting(range)) }
  }
}
