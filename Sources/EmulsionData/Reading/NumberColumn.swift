import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// The numbers of a column, which several threads put in their places, in any order.
final class NumberColumn: Sendable {
  private let values: Mutex<[Double]?>

  /// Makes room for `capacity` numbers, more where these do not suffice.
  init(capacity: Int) {
    let room = NumberColumn.room(capacity)
    room.withUnsafeBytes { preferLargePages($0.baseAddress, $0.count) }
    values = Mutex(room)
  }

  /// Puts numbers in their places from `row` on.
  func put(_ numbers: UnsafeBufferPointer<Double>, at row: Int) {
    values.withLock { values in
      guard let capacity = values?.count else { return }
      let end = row + numbers.count
      if end > capacity {
        let old = values ?? []
        values = NumberColumn.room(max(end, 2 * capacity), old)
      }
      values?.withUnsafeMutableBufferPointer {
        _ = UnsafeMutableBufferPointer(rebasing: $0[row..<end]).update(fromContentsOf: numbers)
      }
    }
  }

  /// Gives the memory back; what comes for the column is not kept any more.
  func drop() { values.withLock { $0 = nil } }

  /// Takes the first `count` numbers, which must have been put in their places.
  func take(_ count: Int) -> [Double] {
    values.withLock { values in
      var taken = values ?? []
      values = nil  // so that there is one owner
      taken.removeLast(taken.count - count)
      return taken
    }
  }

  /// Numbers that begin with `old` and else are whatever the memory holds: to clear it would cost as much
  /// as to write the numbers that come.
  private static func room(_ capacity: Int, _ old: [Double] = []) -> [Double] {
    [Double](unsafeUninitializedCapacity: capacity) { buffer, count in
      _ = buffer.initialize(fromContentsOf: old)
      count = capacity
    }
  }
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
