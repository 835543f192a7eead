/// The errors that the numbers of each row were measured with: their variances, or covariances, in
/// the units of the data.
public struct MeasurementErrors: Sendable {
  /// Number of columns d.
  public let dimension: Int
  /// Whether they are covariances, packed by rows of the lower triangle; else variances.
  let isFull: Bool
  /// Of every record, by ``Block/rowID(_:)``.
  let values: [Double]
  /// Where each column's stand in these; the order of the columns asked for.
  let columns: [Int]
  /// How many numbers a record has.
  private let width: Int

  fileprivate init(dimension: Int, isFull: Bool, values: [Double]) {
    (self.dimension, self.isFull, self.values) = (dimension, isFull, values)
    columns = Array(0..<dimension)
    width = isFull ? dimension * (dimension + 1) / 2 : dimension
  }

  private init(_ base: MeasurementErrors, columns: [Int]) {
    (isFull, values, width) = (base.isFull, base.values, base.width)
    (self.columns, dimension) = (columns, columns.count)
  }

  /// Those of some of the columns, in the order given.
  func selecting(_ chosen: [Int]) -> MeasurementErrors {
    MeasurementErrors(self, columns: chosen.map { columns[$0] })
  }

  /// Whether all are 0. O(N·d).
  var areZero: Bool {
    columns.allSatisfy { i in
      let place = isFull ? i * (i + 1) / 2 + i : i
      return stride(from: place, to: values.count, by: width).allSatisfy { values[$0] == 0 }
    }
  }

  /// How many lane rows they are.
  var laneRows: Int { isFull ? dimension * (dimension + 1) / 2 : dimension }

  /// Writes those of the rows of a block, in units of `scales`, one of each column.
  func write(_ block: borrowing Block, in scales: [Double], to lanes: inout LaneMatrix) {
    precondition(lanes.rows == laneRows && scales.count == dimension)
    var row = 0
    for a in 0..<dimension {
      for b in isFull ? 0...a : a...a {
        let (i, j) = (max(columns[a], columns[b]), min(columns[a], columns[b]))
        let place = isFull ? i * (i + 1) / 2 + j : i
        let scale = 1 / (scales[a] * scales[b])
        var own = lanes[row: row]
        for r in 0..<block.rows { own[r] = values[block.rowID(r) * width + place] * scale }
        row += 1
      }
    }
    lanes.clearPadding(from: block.rows)
  }

  /// A number that differs where they do.
  var fingerprint: UInt64 {
    var hash: UInt64 = isFull ? 0x9E37_79B9_7F4A_7C15 : 0xD1B5_4A32_D192_ED03
    for value in values { hash = (hash ^ value.bitPattern) &* 0x0000_0100_0000_01B3 }
    return hash
  }
}

/// Rows that were measured with known errors; what is fitted to them is of the values without these.
public struct MeasuredSource: DataSource {
  let base: any DataSource
  /// The errors.
  public let errors: MeasurementErrors?

  /// Rows whose columns have independent errors.
  ///
  /// - Parameter deviations: The standard deviation of each number's error, N × d.
  /// - Throws: `invalid-option` where the shape does not fit, `invalid-data` naming row and column of what is
  ///   negative or not finite.
  public init(_ base: any DataSource, deviations: Matrix) throws {
    let (n, d) = (base.rows, base.columns)
    guard deviations.rows == n, deviations.columns == d else {
      throw EmulsionError(
        .invalidOption,
        "errors: they are \(deviations.rows) × \(deviations.columns), but the data have \(n.counted("row")) of \(d.counted("column"))"
      )
    }
    for i in 0..<n {
      for j in 0..<d where !(deviations[i, j] >= 0 && deviations[i, j] < 1e150) {
        throw EmulsionError(
          .invalidData,
          "errors: \(base.location(ofRow: i)), column \(quoted(base.columnNames[j])): a standard deviation must "
            + "be a number ≥ 0, not \(deviations[i, j].brief)")
      }
    }
    self.base = base
    errors = MeasurementErrors(
      dimension: d, isFull: false, values: deviations.values.map { $0 * $0 })
  }

  /// Rows whose errors have a covariance each.
  ///
  /// - Throws: `invalid-option` where the shapes don't fit, `invalid-data` naming the row whose matrix is no covariance.
  public init(_ base: any DataSource, covariances: [Matrix]) throws {
    let (n, d) = (base.rows, base.columns)
    guard covariances.count == n, covariances.allSatisfy({ $0.rows == d && $0.columns == d }) else {
      throw EmulsionError(
        .invalidOption,
        "errors: \(n.counted("row")) of \(d.counted("column")) need \(n.counted("covariance")), \(d) × \(d) each"
      )
    }
    var values: [Double] = []
    values.reserveCapacity(n * d * (d + 1) / 2)
    for (i, matrix) in covariances.enumerated() {
      let least = LinearAlgebra.eigenvalues(matrix)?.first ?? -.infinity
      let size = matrix.values.map(abs).max() ?? 0
      let isSymmetric = (0..<d).allSatisfy { a in
        (0..<a).allSatisfy { abs(matrix[a, $0] - matrix[$0, a]) <= 1e-10 * size }
      }
      guard isSymmetric, size.isFinite, least >= -1e-10 * size else {
        throw EmulsionError(
          .invalidData, "errors: the matrix of \(base.location(ofRow: i)) is no covariance")
      }
      for a in 0..<d { for b in 0...a { values.append(matrix[a, b]) } }
    }
    self.base = base
    errors = MeasurementErrors(dimension: d, isFull: true, values: values)
  }

  /// Number of rows.
  public var rows: Int { base.rows }
  /// Those of the rows as they are.
  public var recordCount: Int { base.recordCount }
  /// That of the rows as they are.
  public var rowsPerBlock: Int { base.rowsPerBlock }
  /// Names of the columns.
  public var columnNames: [String] { base.columnNames }
  /// The texts that columns of codes stand for.
  public var columnLevels: ColumnLevels { base.columnLevels }
  /// Which cells have no value.
  public var missing: MissingCells? { base.missing }

  /// Where a row stands.
  public func location(ofRow row: Int) -> String { base.location(ofRow: row) }
  /// Reads the rows as they are.
  public func read(_ range: Range<Int>, into buffer: inout BlockBuffer) throws {
    try base.read(range, into: &buffer)
  }
}
