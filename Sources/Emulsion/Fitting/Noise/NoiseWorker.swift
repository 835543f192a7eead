/// One thread's share of the noise in a pass: it comes after the components' responsibilities, and
/// takes its own part of them.
final class NoiseWorker {
  /// The probabilities that a row belongs to a component, and that it is noise.
  private var shares: LaneMatrix
  private let noise: Noise
  private let runs: GroupRuns
  private var sums: LaneMatrix

  /// Which cells have no value.
  private let missing: MissingCells?
  /// ln of the constant density in the columns of each pattern.
  private let logDensities: [Double]

  init(_ noise: Noise, _ shape: PassShape, lanes: Int) {
    self.noise = noise
    missing = shape.missing
    logDensities = (missing?.patterns ?? []).map { noise.region.logDensity(in: $0) }
    runs = GroupRuns(column: shape.groupColumn)
    shares = LaneMatrix(rows: 2, lanes: lanes)
    sums = LaneMatrix(rows: 2, lanes: 8)
  }

  /// Makes responsibilities and log-densities under the components those of components and noise.
  ///
  /// A row with missing cells has the density that noise has in its other columns.
  /// Rows of a group are noise together or not at all; the first of them has the log-density of all,
  /// the others 0. What the rule knows to belong to a component is no noise.
  func include(
    _ block: borrowing Block, _ rule: any PosteriorTransform, _ joint: inout Joint,
    _ density: inout LaneMatrix
  ) {
    let rows = block.rows
    shares.fill(
      [naturalLog(1 - noise.weight), naturalLog(noise.weight) + noise.region.logDensity],
      count: rows)
    runs.addSums(of: density.lanes(0, rows), over: block, to: &shares)
    runs.addConstant(noise.region.logDensity, over: block, to: &shares)
    if let missing {
      var own = shares[row: 1]
      for i in 0..<rows {
        let logDensity = logDensities[missing.pattern(of: block, row: i)]
        own[i] += logDensity - noise.region.logDensity
      }
    }
    if rule.knowsRows {
      var own = shares[row: 1]
      for i in 0..<rows where rule.isKnown(row: block.rowID(i)) { own[i] = -.infinity }
    }
    var lanes = density[row: 0]
    shares.normalise(count: rows, logDensity: &lanes, sums: &sums)
    runs.clearOthers(of: block, in: &lanes)
    joint.lanes.scaleRows(by: shares, count: rows)
  }

  /// The probability that row `i` of the block is noise.
  func probability(_ i: Int) -> Double { Self.noise(in: shares, i) }

  private static func noise(in shares: borrowing LaneMatrix, _ i: Int) -> Double {
    shares.lanes(1, shares.stride)[i]
  }

  /// How much of a block is noise; all of its rows count alike where `hasWeights` is false.
  func count(
    _ block: borrowing Block, _ weights: borrowing LaneMatrix, hasWeights: Bool
  ) -> NoiseCount {
    runs.count(shares, over: block, weights, hasWeights: hasWeights)
  }
}

/// Rows of a block that share a component: runs of the same group, or each row by itself.
private struct GroupRuns {
  /// The column of groups.
  let column: Int?

  private func next(after last: Range<Int>, of block: borrowing Block) -> Range<Int>? {
    let first = last.upperBound
    guard first < block.rows else { return nil }
    var end = first + 1
    if let column {
      let groups = block.column(column)
      while end < block.rows && groups[end] == groups[first] { end += 1 }
    }
    return first..<end
  }

  /// Adds the log-density of each group to the first row of `lanes`.
  func addSums(
    of density: Span<Double>, over block: borrowing Block, to lanes: inout LaneMatrix
  ) {
    var row = lanes[row: 0]
    var run = 0..<0
    while let next = next(after: run, of: block) {
      var sum = 0.0
      for i in next { sum += density[i] }
      for i in next { row[i] += sum }
      run = next
    }
  }

  /// Adds `value` to the second row of `lanes` for each further row of a group.
  func addConstant(_ value: Double, over block: borrowing Block, to lanes: inout LaneMatrix) {
    guard column != nil else { return }
    var row = lanes[row: 1]
    var run = 0..<0
    while let next = next(after: run, of: block) {
      for i in next { row[i] += Double(next.count - 1) * value }
      run = next
    }
  }

  /// Sets all but the first row of each group to 0.
  func clearOthers(of block: borrowing Block, in lanes: inout MutableSpan<Double>) {
    guard column != nil else { return }
    var run = 0..<0
    while let next = next(after: run, of: block) {
      for i in next.dropFirst() { lanes[i] = 0 }
      run = next
    }
  }

  func count(
    _ shares: borrowing LaneMatrix, over block: borrowing Block, _ weights: borrowing LaneMatrix,
    hasWeights: Bool
  ) -> NoiseCount {
    var count = NoiseCount()
    var run = 0..<0
    while let next = next(after: run, of: block) {
      let i = next.lowerBound
      let weight = hasWeights ? weights.lanes(0, block.rows)[i] : 1
      count.total += weight
      count.noise += weight * shares.lanes(1, block.rows)[i]
      run = next
    }
    return count
  }
}
