/// A column as a table keeps it: in memory, or in a file.
enum StoredColumn: Sendable {
  case held(Column)
  case mapped(MappedColumn)

  /// Number of values.
  var count: Int {
    switch self {
    case .held(let column): column.count
    case .mapped(let column): column.count
    }
  }

  /// Whether the values are numbers.
  var isNumeric: Bool {
    switch self {
    case .held(let column): column.isNumeric
    case .mapped: true
    }
  }

  /// Bytes of memory for the values, texts apart.
  var memorySize: Int {
    switch self {
    case .held(let column): column.count * MemoryLayout<Double>.stride
    case .mapped: 0
    }
  }

  /// All values.
  ///
  /// - Throws: `io` where the file they are in is no longer what it was.
  func column() throws -> Column {
    switch self {
    case .held(let column): column
    case .mapped(let column): .numbers(try column.numbers(at: 0..<column.count))
    }
  }

  /// The values at `positions`, in that order.
  func gathered(at positions: [Int]) throws -> Column {
    switch self {
    case .held(let column): column.gathered(at: positions)
    case .mapped(let column): .numbers(try column.numbers(at: positions))
    }
  }

  /// The first `count` values, which stay where they are.
  func prefix(_ count: Int) -> StoredColumn {
    switch self {
    case .held(let column): return .held(column.prefix(count))
    case .mapped(var column):
      column.count = count
      return .mapped(column)
    }
  }
}
