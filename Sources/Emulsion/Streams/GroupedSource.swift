/// Rows in an order in which those that share a group lie side by side in one block.
///
/// Rows of weight 0 are left out, since nothing may be in a group's density that does not count.
/// Where a group does not fit into what is left of a block, the block is filled up with rows that
/// weigh nothing: 1e-300, which no sum feels, and which are a group of their own.
struct GroupedSource: RearrangedSource {
  let base: any DataSource
  private let matrix: Matrix
  private let weights: [Double]?
  /// The column of group numbers.
  private let column: Int
  /// The row of the data at every place; fillers repeat one that follows.
  let order: [Int]
  private let isFiller: [Bool]
  /// A number that is no group's.
  private let fillerGroup: Double

  var errors: MeasurementErrors? { base.errors }

  /// A power of 2 that no group exceeds, so that blocks of other sizes hold whole ones of these.
  let rowsPerBlock: Int

  private static let fillerWeight = 1e-300

  /// - Parameter countsAll: Whether all rows count alike, whatever they weigh.
  init(_ base: any DataSource, column: Int, countsAll: Bool = false) throws {
    self.base = base
    self.column = column
    let content = try Self.content(of: base)
    matrix = content.0
    weights = countsAll ? nil : content.1
    let groups = matrix.column(column)
    let least = groups.filter(\.isFinite).min() ?? 0
    fillerGroup = least - max(1, abs(least))
    var members: [Double: [Int]] = [:]
    // Weights that are no weights stay, to be told by the checks of the data.
    for (row, group) in groups.enumerated() where weights?[row] != 0 {
      guard group.isFinite else { throw base.notFinite(group, row: row, column: column) }
      members[group, default: []].append(row)
    }
    let largest = members.values.lazy.map(\.count).max() ?? 1
    var size = Chunks.rowsPerBlock
    while size < largest { size *= 2 }
    rowsPerBlock = size
    var (order, isFiller): ([Int], [Bool]) = ([], [])
    for group in groups {
      guard let rows = members.removeValue(forKey: group) else { continue }
      while order.count % size != 0 && order.count % size + rows.count > size {
        order.append(rows[0])
        isFiller.append(true)
      }
      order += rows
      isFiller += rows.map { _ in false }
    }
    (self.order, self.isFiller) = (order, isFiller)
  }

  private static func content(of data: any DataSource) throws -> (Matrix, [Double]?) {
    if let source = data as? MatrixSource { return (source.matrix, source.weights) }
    var matrix = Matrix(rows: data.rows, columns: data.columns)
    var weights: [Double] = []
    var buffer = BlockBuffer(columns: data.columns, capacity: Chunks.rowsPerBlock(of: data.rows))
    var first = 0
    while first < data.rows {
      let range = first..<min(data.rows, first + Chunks.rowsPerBlock)
      try data.read(range, into: &buffer)
      for j in 0..<data.columns {
        let values = buffer.block.column(j)
        for i in values.indices { matrix[first + i, j] = values[i] }
      }
      if buffer.hasWeights {
        for i in range.indices { weights.append(buffer.weights()[i - first]) }
      }
      first = range.upperBound
    }
    return (matrix, weights.count == data.rows ? weights : nil)
  }

  var rows: Int { order.count }
  var recordCount: Int { base.rows }
  var columnNames: [String] { base.columnNames }
  var columnLevels: ColumnLevels { base.columnLevels }

  func location(ofRow row: Int) -> String { base.location(ofRow: row) }

  func read(_ range: Range<Int>, into buffer: inout BlockBuffer) {
    let places = Array(order[range])
    buffer.begin(places.span)
    for j in 0..<matrix.columns {
      buffer.withColumn(j) { lanes in
        for i in places.indices {
          let isGroup = j == column && isFiller[range.lowerBound + i]
          lanes[i] = isGroup ? fillerGroup : matrix[places[i], j]
        }
      }
    }
    guard weights != nil || isFiller[range].contains(true) else { return }
    let values = places.indices.map { i in
      isFiller[range.lowerBound + i] ? Self.fillerWeight : weights?[places[i]] ?? 1
    }
    buffer.setWeights(values.span)
  }
}

extension DataSource {
  /// The data with the rows of each group side by side; as they are where there are no groups.
  func grouped(by column: Int?) throws -> any DataSource {
    guard let column else { return self }
    return try GroupedSource(self, column: column)
  }
}
