/// The lines that rows of a text stand on: a count while they follow each other, else a list.
struct LineNumbers: Sendable {
  private(set) var first = 1
  private(set) var count = 0
  private(set) var list: [Int]?

  /// Adds the line of one more row.
  @inline(__always)
  mutating func append(_ line: Int) {
    if list == nil {
      if count == 0 { first = line }
      if line == first + count {
        count += 1
        return
      }
    }
    extend([line])
  }

  /// Adds the lines of further rows, which are counted from another line.
  mutating func append(_ other: LineNumbers, offset: Int) {
    if let lines = other.list {
      for line in lines { append(line + offset) }
      return
    }
    guard other.count > 0 else { return }
    let start = other.first + offset
    if count == 0 { first = start }
    if list == nil && start == first + count {
      count += other.count
    } else {
      extend(start..<start + other.count)
    }
  }

  private mutating func extend(_ lines: some Collection<Int>) {
    var all = list ?? Array(first..<first + count)
    list = nil  // so that there is one owner
    all.append(contentsOf: lines)
    count = all.count
    list = all
  }
}
