import Synchronization

/// Room for columns of numbers that one thread fills and others read.
final class NumberCells: Sendable {
  /// Numbers from one column to the next: an odd number of cache lines, so that columns don't share sets of the
  /// cache.
  let capacity: Int
  nonisolated(unsafe) private let cells: UnsafeMutablePointer<Double>

  /// Makes room for `capacity` numbers in each of `columns` columns.
  init(columns: Int, capacity: Int) {
    self.capacity = ((capacity + 7) / 8 | 1) * 8
    cells = .allocate(capacity: max(1, columns * self.capacity))
  }

  deinit { cells.deallocate() }

  @inline(__always)
  func set(_ value: Double, _ column: Int, _ row: Int) { place(column, row).pointee = value }

  /// Where the number of a column in a row goes; that of the next column lies `capacity` places behind.
  @inline(__always)
  func place(_ column: Int, _ row: Int) -> UnsafeMutablePointer<Double> {
    cells + (column &* capacity &+ row)
  }

  /// The first `count` numbers of a column.
  func column(_ column: Int, _ count: Int) -> UnsafeBufferPointer<Double> {
    UnsafeBufferPointer(start: cells + column * capacity, count: count)
  }
}

/// Cells for all pieces of a size, used again and again: memory that was written to before costs less.
final class NumberCellPool: Sendable {
  private let columns: Int
  private let capacity: Int
  private let spare = Mutex<[NumberCells]>([])

  init(columns: Int, capacity: Int) {
    self.columns = columns
    self.capacity = capacity
  }

  func take() -> NumberCells {
    spare.withLock { $0.popLast() } ?? NumberCells(columns: columns, capacity: capacity)
  }

  func giveBack(_ cells: NumberCells) { spare.withLock { $0.append(cells) } }
}
