/// Rows so far from all components that log-densities leave the doubles, or that these can't tell
/// components apart any more: their posterior is the limit along the way out.
///
/// The row is drawn towards the centre of the mixture, by powers of two, to where one component first
/// stands out from the others beyond rounding. Differences of log-densities grow along a ray as their
/// leading term does, t² for unlike covariances, t for means alone: what decides where it can first be
/// told, decides farther out.
extension Mixture {
  /// Log-densities below this have less than 1e-3 nats of their own.
  static var leastExact: Double { -1e12 }
  /// What differs by less than this share of a log-density may be rounding.
  private static var resolution: Double { 1e-9 }
  /// How much nearer a row comes with each step.
  private static var step: Double { 0x1p-8 }
  /// Steps from the largest double to below the smallest.
  private static var mostSteps: Int { 270 }

  /// Whether rows can be far: those in groups are drawn nowhere one by one, and beside noise, which is
  /// everywhere, none is far from all.
  var hasFarRows: Bool { noise == nil && groupColumn == nil }

  /// The posteriors of some of the rows, row after row.
  ///
  /// - Throws: `invalid-data` naming a row that has no density under any component, however near.
  func farPosteriors(of rows: [Int], in data: any DataSource, _ execution: Execution) throws
    -> [Double]
  {
    let k = parameters.components.count
    let values = try data.matrix(of: rows)
    let (centre, nearby) = surroundings
    let supports = (0..<dimension).map(family.traits.support)
    // Numbers stay where there are only whole ones, in columns where they are near, and where they are covariates.
    let covariates = concomitant?.columns ?? []
    let isDiscrete = supports.enumerated().map { $1.isDiscrete || covariates.contains($0) }
    var result = [Double].zeros(rows.count * k)
    var open = Array(rows.indices)
    var nearness = 1.0
    for _ in 0..<Self.mostSteps where !open.isEmpty {
      var drawn = Matrix(rows: open.count, columns: dimension)
      for (place, row) in open.enumerated() {
        for j in 0..<dimension {
          let near = nearness * values[row, j] + (1 - nearness) * centre[j]
          let isFar = !isDiscrete[j] && !(abs(values[row, j] - centre[j]) <= nearby[j])
          let moves = isFar && supports[j].contains(near)
          drawn[place, j] = moves ? near : values[row, j]
        }
      }
      let joint: [Double] = try execution.evaluate(
        family.prepare(parameters.components), over: MatrixSource(drawn),
        logWeights: family.logWeights(parameters.weights), transform: JointDensities(),
        shape: family.traits.passShape, width: k
      ) { evaluator, out in
        evaluator.joint.lanes.writeRows(count: evaluator.buffer.rows, into: &out)
      }
      var rest: [Int] = []
      for (place, row) in open.enumerated() {
        if let posterior = Self.resolved(joint[place * k..<(place + 1) * k]) {
          result.replaceSubrange(row * k..<(row + 1) * k, with: posterior)
        } else {
          rest.append(row)
        }
      }
      open = rest
      nearness *= Self.step
    }
    if let row = open.first {
      throw EmulsionError(
        .invalidData,
        "\(data.location(ofRow: rows[row])) has no density under any component, so that it belongs to "
          + "none")
    }
    return result
  }

  /// The mean of the mixture, and how far from it a number of each column is still near; 0 and nowhere where
  /// a component has no moments.
  private var surroundings: (centre: [Double], nearby: [Double]) {
    let none = [Double].zeros(dimension)
    let moments = parameters.components.compactMap { family.properties.moments(of: $0) }
    guard moments.count == parameters.components.count,
      moments.allSatisfy({ $0.mean.allSatisfy(\.isFinite) })
    else { return (none, none) }
    var (centre, nearby) = (none, none)
    for (own, weight) in zip(moments, parameters.weights) {
      for j in centre.indices { centre[j] += weight * own.mean[j] }
    }
    for own in moments {
      for j in nearby.indices {
        let size = abs(own.mean[j] - centre[j]) + own.covariance[j, j].squareRoot()
        nearby[j] = max(nearby[j], 1e4 * size)
      }
    }
    return (centre, nearby)
  }

  /// The posterior of one row from ln πₖ + ln p(x|k), where these can tell it.
  private static func resolved(_ joint: ArraySlice<Double>) -> [Double]? {
    guard let top = joint.max(), top > -.infinity, !joint.contains(where: \.isNaN) else {
      return nil
    }
    let shares = joint.map { exponential($0 - top) }
    let others = joint.filter { $0 < top }.max() ?? (joint.count > 1 ? top : -.infinity)
    let isTied = joint.count(where: { $0 == top }) > 1
    guard top > leastExact / 1e3 || (!isTied && top - others > resolution * abs(top)) else {
      return nil
    }
    let sum = shares.reduce(0, +)
    return shares.map { $0 / sum }
  }
}

extension DataSource {
  /// Some of the rows.
  fileprivate func matrix(of rows: [Int]) throws -> Matrix {
    var buffer = BlockBuffer(columns: columns, capacity: 1)
    var values: [Double] = []
    for row in rows {
      try read(row..<row + 1, into: &buffer)
      for j in 0..<columns { values.append(buffer.block.column(j)[0]) }
    }
    return Matrix(rows: rows.count, columns: columns, values: values)
  }
}
