import CVectorMath

/// Which components matter in each of some blocks.
struct ActiveComponents: ~Copyable {
  /// A component is left out where its largest possible joint lies so many nats below the smallest that another
  /// one can have: all of K together are then less than e⁻³⁷ of the density, below half a unit in its last place.
  private static func margin(_ components: Int) -> Double {
    37 + Elementary.log(Double(components))
  }

  private var list: [Int32] = []
  private var counts: [Int32] = []
  private var components = 0
  private var blocks = 0
  /// ln πₖ + peakₖ.
  private var peaks: [Double] = []
  /// Bounds of the blocks' distances, where they are kept.
  private var known: BlockDistances?
  private var ranges: (least: [Double], largest: [Double]) = ([], [])

  /// Finds them from the joint at the balls' centres, which it overwrites by upper bounds.
  ///
  /// - Parameters:
  ///   - earlier: What an earlier pass knew of these blocks.
  ///   - drift: How far the components have moved since.
  mutating func find(
    _ joint: inout Joint, radii: Span<Double>, _ bounds: DensityBounds, logWeights: [Double],
    floor: inout LaneMatrix, earlier: BlockDistances?, _ drift: [DensityDrift]
  ) {
    let (n, k) = (radii.count, logWeights.count)
    precondition(joint.isComplete && joint.components == k && floor.stride >= n)
    precondition(bounds.peaks.count == k)
    (components, blocks) = (k, n)
    if list.count < n * k { list = Array(repeating: 0, count: n * k) }
    if counts.count < n { counts = Array(repeating: 0, count: n) }
    peaks = zip(bounds.peaks, logWeights).map { $0 + $1 }
    let (base, stride) = (joint.lanes.base, joint.lanes.stride)
    radii.withUnsafeBufferPointer { radii in
      guard let first = radii.baseAddress else { return }
      vm_ball_bounds(base, stride, n, k, peaks, bounds.steepness, first, floor.base)
    }
    known = earlier
    if var distances = known.take() {
      precondition(drift.count == k && distances.least.count == n * k)
      var lowest = floor[row: 0]
      raise(&lowest, distances, by: drift)
      vm_apply_distances(
        base, stride, n, k, peaks, drift.map(\.least), drift.map(\.shift), &distances.least)
      known = distances
    }
    vm_list_above(base, stride, n, k, floor.base, Self.margin(k), &list, &counts)
  }

  /// Raises the least joint of each block's best component to the bound of its farthest row.
  private func raise(
    _ floor: inout MutableSpan<Double>, _ known: BlockDistances, by drift: [DensityDrift]
  ) {
    for block in 0..<blocks where known.nearest[block] >= 0 {
      let k = Int(known.nearest[block])
      let distance = drift[k].greatest * known.farthest[block] + drift[k].shift
      // ∞·0 is no distance either.
      guard distance < .infinity else { continue }
      floor[block] = max(floor[block], peaks[k] - distance * distance / 2)
    }
  }

  /// Learns the distances of a block's rows from their joint log-densities, and says how many
  /// components would matter if nothing moved.
  mutating func measure(_ joint: borrowing Joint, rows: Int, block: Int) -> Int {
    guard known != nil else { return joint.components }
    let active = joint.active
    if ranges.least.count < components {
      ranges.least = Array(repeating: 0, count: components)
      ranges.largest = ranges.least
    }
    vm_row_ranges(
      joint.lanes.base, joint.lanes.stride, rows, active.count, &ranges.least, &ranges.largest)
    var best = 0
    for row in active.indices where ranges.least[row] > ranges.least[best] { best = row }
    let floor = ranges.least[best]
    known?.nearest[block] = Int32(active[best])
    let farthest = distance(floor, from: active[best])
    known?.farthest[block] = farthest
    let margin = Self.margin(components)
    var needed = 0
    for (row, k) in active.enumerated() {
      let largest = ranges.largest[row]
      if largest + margin >= floor { needed += 1 }
      let least = Float(min(1e30, distance(largest, from: k))).nextDown
      known?.least[k * blocks + block] = max(0, least)
    }
    return needed
  }

  private func distance(_ joint: Double, from k: Int) -> Double {
    let depth = peaks[k] - joint
    return depth > 0 ? (2 * depth).squareRoot() : 0
  }

  /// The bounds as they are now.
  mutating func takeKnown() -> BlockDistances? { known.take() }

  /// Number of components that matter in a block; 0 where nothing is known of it.
  func count(_ block: Int) -> Int { Int(counts[block]) }

  /// The components that matter in a block.
  @_lifetime(borrow self)
  func components(_ block: Int) -> Span<Int32> {
    list.span.extracting(block * components..<block * components + count(block))
  }
}

extension BlockEvaluator {
  /// Finds the components that matter in blocks of a window.
  mutating func findActive(
    in window: SortedWindow, _ blocks: Range<Int>, _ bounds: DensityBounds, _ logWeights: [Double],
    _ earlier: BlockDistances?, _ drift: [DensityDrift]
  ) throws {
    joint.activateAll()
    fillCentres(of: window, blocks)
    try addJoint(logWeights)
    let radii = window.radii.span.extracting(blocks)
    active.find(
      &joint, radii: radii, bounds, logWeights: logWeights, floor: &logDensity, earlier: earlier,
      drift)
  }

  /// Takes the centres of balls for rows.
  private mutating func fillCentres(of window: SortedWindow, _ blocks: Range<Int>) {
    let columns = buffer.columns
    buffer.begin(0..<blocks.count)
    buffer.lanes.transpose(window.centres, from: blocks.lowerBound, rows: blocks.count, columns)
  }

  /// Makes the components active that matter in the block at `place` of those looked at.
  mutating func activate(_ place: Int) {
    Self.activate(active, place, &joint)
    self.place = place
  }

  /// How many components would matter in the block at hand if none moved; learns distances from the
  /// joint log-densities.
  mutating func measure() -> Int {
    guard let place else { return joint.components }
    return Self.measure(&active, joint, rows: buffer.rows, place)
  }

  private static func measure(
    _ active: inout ActiveComponents, _ joint: borrowing Joint, rows: Int, _ place: Int
  ) -> Int { active.measure(joint, rows: rows, block: place) }

  private static func activate(
    _ active: borrowing ActiveComponents, _ place: Int, _ joint: inout Joint
  ) {
    if active.count(place) == 0 {
      joint.activateAll()
    } else {
      joint.activate(active.components(place))
    }
  }
}
