/// Numbers in memory, row after row, as a data source; used in place, in single precision too.
public struct ArraySource<Element: StoredNumber>: DataSource {
  /// Number of rows.
  public let rows: Int
  /// Names of the columns.
  public let columnNames: [String]
  /// Row weights, real and ≥ 0, or `nil` where every row counts once.
  public let weights: [Double]?
  let values: [Element]
  let width: Int
  let positions: [Int]
  private let locate: (@Sendable (Int) -> String)?

  /// Makes a source from the rows in `values`.
  ///
  /// - Parameters:
  ///   - values: `rows × width` numbers, row after row.
  ///   - rows: Number of rows.
  ///   - width: Numbers in a row.
  ///   - selecting: The positions in a row, from 0, of the numbers to use; all if `nil`.
  ///   - columnNames: One name a column in use; `x1`, `x2`, … by position by default.
  ///   - weights: One weight a row, or `nil`.
  ///   - locate: Names a row (from 0) for error texts.
  public init(
    values: [Element], rows: Int, width: Int, selecting: [Int]? = nil,
    columnNames: [String]? = nil, weights: [Double]? = nil,
    locate: (@Sendable (Int) -> String)? = nil
  ) {
    let positions = selecting ?? Array(0..<width)
    precondition(values.count == rows * width, "shape")
    precondition(positions.allSatisfy { $0 >= 0 && $0 < width }, "position out of range")
    precondition(columnNames.map { $0.count == positions.count } ?? true, "one name a column")
    precondition(weights.map { $0.count == rows } ?? true, "one weight a row")
    self.values = values
    self.rows = rows
    self.width = width
    self.positions = positions
    self.columnNames = columnNames ?? positions.map { "x\($0 + 1)" }
    self.weights = weights
    self.locate = locate
  }

  /// Where row `row` stands, by the closure given at the start.
  public func location(ofRow row: Int) -> String { locate?(row) ?? "row \(row + 1)" }

  /// Transposes rows `range` into the buffer's lanes.
  public func read(_ range: Range<Int>, into buffer: inout BlockBuffer) {
    buffer.begin(range)
    let cells = values.span.extracting(range.lowerBound * width..<range.upperBound * width)
    Element.fill(&buffer, columns: 0, with: positions, ofRows: cells, width: width)
    if let weights { buffer.setWeights(weights.span.extracting(range)) }
  }
}

/// A matrix in memory as a data source.
public typealias MatrixSource = ArraySource<Double>

extension ArraySource<Double> {
  /// Makes a source from a matrix, which is not copied.
  ///
  /// - Parameters:
  ///   - matrix: The data, `n × d`.
  ///   - selecting: Which of its columns to use, from 0; all if `nil`.
  ///   - columnNames: One name a column in use; `x1`, `x2`, … by position by default.
  ///   - weights: One weight a row, or `nil`.
  ///   - locate: Names a row (from 0) for error texts.
  public init(
    _ matrix: Matrix, selecting: [Int]? = nil, columnNames: [String]? = nil,
    weights: [Double]? = nil, locate: (@Sendable (Int) -> String)? = nil
  ) {
    self.init(
      values: matrix.values, rows: matrix.rows, width: matrix.columns, selecting: selecting,
      columnNames: columnNames, weights: weights, locate: locate)
  }

  /// The columns in use; the numbers are copied only where some are left out.
  public var matrix: Matrix {
    let whole = Matrix(rows: rows, columns: width, values: values)
    return positions.elementsEqual(0..<width) ? whole : whole.selecting(positions)
  }
}

extension Matrix {
  /// Some of the columns, from 0, in the order given.
  ///
  /// - Complexity: O(rows × positions).
  public func selecting(_ positions: [Int]) -> Matrix {
    var result = Matrix(rows: rows, columns: positions.count)
    for i in 0..<rows {
      for (j, position) in positions.enumerated() { result[i, j] = self[i, position] }
    }
    return result
  }

  /// Reads all rows of `data`.
  ///
  /// - Parameters:
  ///   - data: Any data source.
  ///   - columns: Which of its columns, from 0; all if `nil`.
  /// - Throws: What reading them throws.
  public init(reading data: any DataSource, columns: [Int]? = nil) throws {
    let columns = columns ?? Array(0..<data.columns)
    let count = data.rows * columns.count
    let values = try [Double](unsafeUninitializedCapacity: count) { values, initialized in
      var buffer = BlockBuffer(columns: data.columns, capacity: Chunks.rowsPerBlock(of: data.rows))
      var row = 0
      while row < data.rows {
        let range = row..<min(data.rows, row + Chunks.rowsPerBlock)
        try data.read(range, into: &buffer)
        let block = buffer.block
        for (j, column) in columns.enumerated() {
          let lanes = block.column(column)
          for i in lanes.indices { values[(row + i) * columns.count + j] = lanes[i] }
        }
        row = range.upperBound
        initialized = row * columns.count
      }
    }
    self.init(rows: data.rows, columns: columns.count, values: values)
  }
}
