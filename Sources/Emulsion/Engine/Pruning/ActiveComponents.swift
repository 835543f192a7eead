import CVectorMath

/// Which components matter in each of some blocks.
struct ActiveComponents: ~Copyable {
  /// A component is left out where its largest possible joint lies this many nats below the smallest
  /// that another one can have: e⁻⁵⁰ is far below the rounding of a double, whatever K.
  static let margin = 50.0

  private var list: [Int32] = []
  private var counts: [Int32] = []
  private var components = 0

  /// Finds them from the joint at the balls' centres, which it overwrites by upper bounds.
  mutating func find(
    _ joint: inout Joint, radii: Span<Double>, _ bounds: DensityBounds, logWeights: [Double],
    floor: inout LaneMatrix
  ) {
    let (n, k) = (radii.count, logWeights.count)
    precondition(joint.isComplete && joint.components == k && floor.stride >= n)
    precondition(bounds.peaks.count == k)
    components = k
    if list.count < n * k { list = Array(repeating: 0, count: n * k) }
    if counts.count < n { counts = Array(repeating: 0, count: n) }
    let peaks = zip(bounds.peaks, logWeights).map { $0 + $1 }
    let (base, stride) = (joint.lanes.base, joint.lanes.stride)
    radii.withUnsafeBufferPointer { radii in
      guard let first = radii.baseAddress else { return }
      vm_ball_bounds(base, stride, n, k, peaks, bounds.steepness, first, floor.base)
      vm_list_above(base, stride, n, k, floor.base, Self.margin, &list, &counts)
    }
  }

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
    in window: SortedWindow, _ blocks: Range<Int>, _ bounds: DensityBounds, _ logWeights: [Double]
  ) throws {
    joint.activateAll()
    fillCentres(of: window, blocks)
    try addJoint(logWeights)
    let radii = window.radii.span.extracting(blocks)
    active.find(&joint, radii: radii, bounds, logWeights: logWeights, floor: &logDensity)
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
  }

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
