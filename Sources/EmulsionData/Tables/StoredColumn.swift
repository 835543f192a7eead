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

  /// Bytes of memory for the values.
  var memorySize: Int {
    switch self {
    case .held(.numbers(let values)): values.count * MemoryLayout<Double>.stride
    case .held(.text(let values)): values.reduce(0) { $0 + ($1?.memorySize ?? String.inlineSize) }
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

extension String {
  /// What a short text takes.
  fileprivate static let inlineSize = MemoryLayout<String?>.stride

  /// Bytes of memory, roughly: short texts need none beside their place.
  fileprivate var memorySize: Int {
    String.inlineSize + (utf8.count > 15 ? utf8.count + 32 : 0)
  }
}
