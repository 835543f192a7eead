import CVectorMath

/// Improves centres drawn from a sample by local search: a row, drawn with probability proportional
/// to weight × squared distance from its centre, takes the place of the centre whose loss costs least,
/// wherever that lowers the inertia (Lattanzi & Sohler 2019).
///
/// Two centres in one cluster and none in another, which Lloyd's algorithm never mends, are mended
/// this way.
struct SwapSearch: ~Copyable {
  private let sample: RepresentativeRows
  private var nearest: SeedingDistances
  /// Which centres are nearest and second nearest to each row.
  private var two: [vm_two_nearest]
  private var candidate: LaneMatrix
  /// Centres in the units of the data, and as rows are measured.
  private var centres: Matrix
  private var measured: [Double]

  init(_ centres: Matrix, sample: RepresentativeRows) {
    let n = sample.rows.rows
    self.sample = sample
    self.centres = centres
    nearest = SeedingDistances(sample)
    candidate = LaneMatrix(rows: 1, lanes: n)
    measured = (0..<centres.rows).flatMap { k in
      (0..<centres.columns).map { (centres[k, $0] - sample.rows[0, $0]) / sample.units[$0] }
    }
    // Rows without neighbours yet look at all centres.
    two = Array(repeating: vm_two_nearest(second: 0, nearest: 0, other: 0), count: n)
    nearest.update(&two, centres: measured, count: centres.rows, changed: 0, candidate: candidate)
  }

  /// The centres after 16 + 2K draws. O(n·d·K).
  static func improve(
    _ centres: Matrix, sample: RepresentativeRows, random: CounterRandom, execution: Execution
  ) throws -> Matrix {
    guard centres.rows > 1 else { return centres }
    var random = random
    var search = SwapSearch(centres, sample: sample)
    for _ in 0..<16 + 2 * centres.rows {
      try execution.checkCancellation()
      search.tryOne(random.uniform())
    }
    return search.centres
  }

  /// Draws the row at the share `u` of all inertia, and swaps it in where that gains.
  private mutating func tryOne(_ u: Double) {
    let masses = nearest.masses()
    guard masses.reduce(0, +) > 0 else { return }
    let row = nearest.draw(masses, u)
    let point = nearest.point(row)
    nearest.writeDistances(to: point, into: &candidate)
    let (gain, losses) = nearest.gain(two, candidate: candidate, centres: centres.rows)
    guard let worst = losses.indices.min(by: { losses[$0] < losses[$1] }), gain > losses[worst]
    else { return }
    let d = centres.columns
    for j in 0..<d {
      centres[worst, j] = sample.rows[row, j]
      measured[worst * d + j] = point[j]
    }
    nearest.update(
      &two, centres: measured, count: centres.rows, changed: worst, candidate: candidate)
  }
}

extension SeedingDistances {
  /// Writes the squared distance of every row from `point`.
  fileprivate func writeDistances(to point: [Double], into distances: inout LaneMatrix) {
    precondition(point.count == columns && distances.stride == rows.stride)
    vm_squared_distances(rows.base, rows.stride, count, columns, point, distances.base)
  }

  /// What a further centre gains, given each row's distance from it, and what the loss of each of the
  /// present ones then costs.
  fileprivate func gain(
    _ two: [vm_two_nearest], candidate: borrowing LaneMatrix, centres k: Int
  ) -> (gain: Double, losses: [Double]) {
    precondition(two.count == count && candidate.stride == rows.stride)
    var losses = [Double].zeros(k)
    let gain = vm_swap_gain(
      count, k, two, weights.base, distances.base, candidate.base, &losses)
    return (gain, losses)
  }

  /// Looks at centre `changed`, at the distances `candidate`, in place of the one before.
  fileprivate mutating func update(
    _ two: inout [vm_two_nearest], centres: [Double], count k: Int, changed: Int,
    candidate: borrowing LaneMatrix
  ) {
    precondition(two.count == count && centres.count == k * columns && changed < k)
    vm_two_nearest_update(
      rows.base, rows.stride, count, columns, centres, k, changed, candidate.base, &two,
      distances.base)
  }
}
