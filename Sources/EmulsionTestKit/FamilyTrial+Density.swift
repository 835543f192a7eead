import Emulsion

extension FamilyTrial {
  /// ∫p or Σp over a grid that covers the support; of three columns and more by drawn rows.
  func densityProblems() throws -> [String] {
    guard family.traits.dimension <= 2 else { return try drawnDensityProblems() }
    return try components.indices.compactMap { k in
      let sample = try draw(400, from: k)
      let grids = (0..<family.traits.dimension).map { j in
        Grid(
          support: family.traits.support(ofColumn: j), drawn: (0..<400).map { sample[$0, j] },
          isAlone: family.traits.dimension == 1)
      }
      let total = try sum(grids, component: k)
      let tolerance =
        grids.allSatisfy(\.isDiscrete) ? 1e-6 : family.traits.dimension == 1 ? 1e-3 : 1e-2
      return abs(total - 1) <= tolerance
        ? nil : "the density of component \(k + 1) sums to \(total), not to 1"
    }
  }

  private func sum(_ grids: [Grid], component k: Int) throws -> Double {
    var total = 0.0
    for outer in grids[0].points.indices {
      let first = grids[0].points[outer]
      let others = grids.count == 1 ? [(0, 1)] : grids[1].points.map { ($0.value, $0.weight) }
      if grids.count == 1 && outer > 0 { break }
      let values =
        grids.count == 1
        ? grids[0].points.map(\.value) : others.flatMap { [first.value, $0.0] }
      let weights =
        grids.count == 1 ? grids[0].points.map(\.weight) : others.map { first.weight * $0.1 }
      let rows = Matrix(rows: weights.count, columns: grids.count, values: values)
      let densities = try logDensities(of: rows, under: [components[k]])
      for (density, weight) in zip(densities, weights) {
        total += Elementary.exp(density[0]) * weight
      }
    }
    return total
  }

  /// One by one against blocks of 256.
  func batchProblems() throws -> [String] {
    let rows = try draw(300)
    if let problem = try settingProblem(rows) { return [problem] }
    let together = try logDensities(of: rows, under: components)
    let apart = try logDensities(of: rows, under: components, blocks: 1)
    for i in together.indices {
      for k in components.indices where !areClose(together[i][k], apart[i][k], 1e-10) {
        return [
          "row \(i + 1) has the log-density \(together[i][k]) under component \(k + 1) in a block, "
            + "but \(apart[i][k]) alone"
        ]
      }
    }
    return []
  }
}

extension FamilyTrial {
  /// Whether log-densities are put in place of what is in the lanes, where they are to be added: the driver begins
  /// with ln πₖ.
  private func settingProblem(_ rows: Matrix) throws -> String? {
    let worker = try family.prepare(components).makeWorker(lanes: 256)
    let source = MatrixSource(rows)
    var buffer = BlockBuffer(columns: rows.columns, capacity: 256)
    let count = min(256, rows.rows)
    source.read(0..<count, into: &buffer)
    var empty = Joint(components: components.count, lanes: 256)
    var filled = Joint(components: components.count, lanes: 256)
    for k in components.indices {
      var lanes = filled[component: k]
      for i in lanes.indices { lanes[i] = -1024 * Double(k + 1) }
    }
    try worker.addLogDensities(of: buffer.block, to: &empty)
    try worker.addLogDensities(of: buffer.block, to: &filled)
    for k in components.indices {
      for i in 0..<count {
        let (alone, added) = (empty.lanes(k, count)[i], filled.lanes(k, count)[i])
        let term = added + 1024 * Double(k + 1)
        guard alone.isFinite, !areClose(term, alone, 1e-9), abs(term - alone) > 1e-9 else {
          continue
        }
        return
          "log-densities must be added to the lanes, which hold ln π already, not put in its place"
      }
    }
    return nil
  }
}

/// Points of one column with their weights in an integral or sum.
private struct Grid {
  var points: [(value: Double, weight: Double)] = []
  let isDiscrete: Bool

  init(support: Support, drawn: [Double], isAlone: Bool) {
    isDiscrete = support.isDiscrete
    let mean = drawn.reduce(0, +) / Double(drawn.count)
    let deviation =
      (drawn.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(drawn.count)).squareRoot()
    if isDiscrete {
      let reach = (40 * deviation + 60).rounded()
      let limit = isAlone ? 100_000.0 : 300
      let (low, high) = (max(mean.rounded() - reach, -limit), min(mean.rounded() + reach, limit))
      let whole = stride(from: low, through: high, by: 1).filter { support.contains($0) }
      points = Set(whole + drawn).map { ($0, 1) }.sorted { $0.value < $1.value }
      return
    }
    let steps = isAlone ? 1 << 16 : 1 << 9
    let centre = drawn.sorted()[drawn.count / 2]
    for step in 0..<steps {
      let u = 2 * (Double(step) + 0.5) / Double(steps) - 1
      let point: (Double, Double)
      if support.contains(-1.5) {
        // x = c + s·sinh t
        let (t, dt) = Self.stretch(u, isAlone ? 25 : 6, steps)
        let (up, down) = (Elementary.exp(t), Elementary.exp(-t))
        point = (centre + deviation * (up - down) / 2, deviation * (up + down) / 2 * dt)
      } else if support.contains(1.5) {
        // x = c·eᵗ
        let (t, dt) = Self.stretch(u, isAlone ? 60 : 15, steps)
        point = (centre * Elementary.exp(t), centre * Elementary.exp(t) * dt)
      } else {
        // x = 1/(1 + e⁻ᵗ)
        let (t, dt) = Self.stretch(u, isAlone ? 36 : 15, steps)
        let x = 1 / (1 + Elementary.exp(-t))
        point = (x, x / (1 + Elementary.exp(t)) * dt)
      }
      if support.contains(point.0) { points.append((point.0, point.1)) }
    }
  }

  private static func stretch(_ u: Double, _ reach: Double, _ steps: Int) -> (Double, Double) {
    (reach * u, 2 * reach / Double(steps))
  }
}
