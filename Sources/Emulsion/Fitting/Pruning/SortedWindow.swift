/// A stretch of the data whose rows are sorted by the component they most belong to, and within one
/// by how deep they lie in it, cut into blocks with a ball around each.
///
/// Sorting within windows rather than across the data keeps positions short (2 or 3 bytes a row) and
/// reads close together.
struct SortedWindow: Sendable {
  /// The most rows of a window: positions within it have 24 bits.
  static let largest = 1 << 24

  let rows: Range<Int>
  /// The bits of each row's position within the window: the low 16, and those above where there are
  /// any.
  private var low: [UInt16] = []
  private var high: [UInt8] = []
  /// Where blocks begin, in sorted order, and where the last one ends.
  private var borders: [Int32] = [0]
  /// One ball a block: d coordinates of the centre, and the radius in the order's units.
  private(set) var centres: [Double] = []
  private(set) var radii: [Double] = []

  /// Cuts sorted entries into blocks that hold rows of one component each. Rows without an entry,
  /// which don't count, are in no block.
  init(_ rows: Range<Int>, entries: [SortingEntry]) {
    self.rows = rows
    low = entries.map { UInt16(truncatingIfNeeded: $0.position) }
    if rows.count > 1 << 16 { high = entries.map { UInt8($0.position >> 16) } }
    var first = 0
    while first < entries.count {
      let label = entries[first].label
      let end = entries[first...].firstIndex { $0.label != label } ?? entries.count
      let tail = stragglers(of: entries[first..<end])
      cut(first..<tail)
      cut(tail..<end)
      first = end
    }
  }

  /// Where the rows of a component begin that lie much farther out than nearly all others: in blocks
  /// of their own they don't widen the balls of these.
  private func stragglers(of run: ArraySlice<SortingEntry>) -> Int {
    let bound = run[run.startIndex + run.count * 7 / 8].depth * 3 / 2 + 8
    return run.firstIndex { $0.depth > bound } ?? run.endIndex
  }

  /// Blocks of about equal size.
  private mutating func cut(_ run: Range<Int>) {
    let count = (run.count + Chunks.rowsPerBlock - 1) / Chunks.rowsPerBlock
    for block in 1..<(count + 1) {
      let end = (run.count * block / count + 7) & ~7
      borders.append(Int32(run.lowerBound + min(run.count, end)))
    }
  }

  /// Number of rows in blocks.
  var entries: Int { low.count }
  var blocks: Int { borders.count - 1 }

  mutating func append(centre: [Double], radius: Double) {
    centres += centre
    radii.append(radius)
  }

  func rows(inBlock block: Int) -> Int { Int(borders[block + 1] - borders[block]) }

  /// Where the rows of some blocks stand among them, from the first.
  func range(ofBlock block: Int, from first: Int) -> Range<Int> {
    Int(borders[block] - borders[first])..<Int(borders[block + 1] - borders[first])
  }

  /// The rows of some blocks, as positions in the data.
  func positions(ofBlocks blocks: Range<Int>) -> [Int] {
    let (first, end) = (Int(borders[blocks.lowerBound]), Int(borders[blocks.upperBound]))
    let origin = rows.lowerBound
    return Array(unsafeUninitializedCapacity: end - first) { positions, count in
      let lowBits = low.span.extracting(first..<end)
      for i in lowBits.indices { positions[i] = origin + Int(lowBits[unchecked: i]) }
      count = end - first
      guard !high.isEmpty else { return }
      let highBits = high.span.extracting(first..<end)
      for i in highBits.indices { positions[i] += Int(highBits[unchecked: i]) << 16 }
    }
  }
}

/// What a row is sorted by: component, then depth, packed so that entries sort as numbers.
struct SortingEntry: Sendable, Comparable, Codable {
  private let bits: UInt64

  /// - Parameters:
  ///   - label: The component, below 2³².
  ///   - depth: q of the row under it, in sixteenths, at most 255.
  ///   - position: The row's position in its window, below 2²⁴.
  init(label: Int, depth: Int, position: Int) {
    bits = UInt64(label) << 32 | UInt64(depth) << 24 | UInt64(position)
  }

  var label: Int { Int(bits >> 32) }
  var depth: Int { Int(bits >> 24 & 0xFF) }
  var position: Int { Int(bits & 0xFF_FFFF) }

  static func < (a: SortingEntry, b: SortingEntry) -> Bool { a.bits < b.bits }
}
