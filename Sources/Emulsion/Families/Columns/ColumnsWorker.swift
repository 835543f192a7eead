/// The components of a factor, evaluated on its columns.
struct ColumnsMixture<Statistics: SufficientStatistics>: PreparedMixture {
  let base: any PreparedMixture<Statistics>
  let columns: ColumnPlaces
  /// Whether the base looks at which rows it is given.
  var keepsRecords = false

  func makeWorker(lanes: Int) -> any BlockWorker<Statistics> {
    guard !columns.isAll else { return base.makeWorker(lanes: lanes) }
    return ColumnsWorker(
      base.makeWorker(lanes: lanes), columns.positions, keepsRecords: keepsRecords,
      buffer: BlockBuffer(columns: columns.positions.count, capacity: lanes))
  }

  func makeWorker(lanes: Int, reusing worker: any BlockWorker<Statistics>)
    -> any BlockWorker<Statistics>
  {
    columns.isAll
      ? base.makeWorker(lanes: lanes, reusing: worker) : makeWorker(lanes: lanes)
  }

  /// In units of 0 in the columns of others, which don't matter.
  func bounds(in units: [Double]?) -> DensityBounds? {
    let own = units.map { units in columns.positions.map { units[$0] } }
    guard var bounds = base.bounds(in: own) else { return nil }
    bounds.units = columns.placed(bounds.units)
    return bounds
  }
}

private final class ColumnsWorker<Statistics: SufficientStatistics>: BlockWorker {
  private let base: any BlockWorker<Statistics>
  private let positions: [Int]
  private let keepsRecords: Bool
  private var buffer: BlockBuffer

  init(
    _ base: any BlockWorker<Statistics>, _ positions: [Int], keepsRecords: Bool,
    buffer: consuming BlockBuffer
  ) {
    self.keepsRecords = keepsRecords
    self.base = base
    self.positions = positions
    self.buffer = buffer
  }

  func addLogDensities(of block: borrowing Block, to joint: inout Joint) throws {
    if keepsRecords {
      let records = (0..<block.rows).map { block.rowID($0) }
      buffer.begin(records.span)
    } else {
      let first = block.rowID(0)
      buffer.begin(first..<first + block.rows)
    }
    for (j, position) in positions.enumerated() {
      let values = block.column(position)
      buffer.withColumn(j) { lanes in
        for i in values.indices { lanes[i] = values[i] }
      }
    }
    try Self.addLogDensities(buffer, base, &joint)
  }

  private static func addLogDensities(
    _ buffer: borrowing BlockBuffer, _ base: any BlockWorker<Statistics>, _ joint: inout Joint
  ) throws {
    try base.addLogDensities(of: buffer.block, to: &joint)
  }

  func accumulate(_ block: borrowing Block, responsibilities: borrowing Joint) throws {
    // The buffer still holds the block, which was evaluated right before.
    try Self.accumulate(buffer, base, responsibilities)
  }

  private static func accumulate(
    _ buffer: borrowing BlockBuffer, _ base: any BlockWorker<Statistics>,
    _ responsibilities: borrowing Joint
  ) throws {
    try base.accumulate(buffer.block, responsibilities: responsibilities)
  }

  func takeStatistics() -> Statistics { base.takeStatistics() }
}
