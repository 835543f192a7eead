import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// Room for columns of numbers that one thread fills and others read.
final class NumberCells: Sendable {
  let capacity: Int
  nonisolated(unsafe) private let cells: UnsafeMutablePointer<Double>

  /// Makes room for `capacity` numbers in each of `columns` columns.
  init(columns: Int, capacity: Int) {
    self.capacity = capacity
    cells = .allocate(capacity: max(1, columns * capacity))
  }

  deinit { cells.deallocate() }

  @inline(__always)
  func set(_ value: Double, _ column: Int, _ row: Int) { cells[column &* capacity &+ row] = value }

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

/// Asks for large pages of memory, if the system has such, for `count` bytes that are about to be written:
/// handing them out one small page at a time takes as long as a third of reading a text.
func preferLargePages(_ start: UnsafeRawPointer?, _ count: Int) {
  #if canImport(Glibc)
    let page = 1 << 21
    guard let start, count >= 2 * page else { return }
    let first = (Int(bitPattern: start) + page - 1) & ~(page - 1)
    let end = (Int(bitPattern: start) + count) & ~(page - 1)
    guard first < end else { return }
    madvise(UnsafeMutableRawPointer(bitPattern: first), end - first, MADV_HUGEPAGE)
  #endif
}
