import Emulsion

extension FamilyTrial {
  /// Peaks, steepness and drifts against log-densities of rows drawn, where the family knows them.
  func boundProblems() throws -> [String] {
    guard let bounds = try family.prepare(components).bounds(in: nil) else {
      throw NotChecked("the family knows none")
    }
    let rows = try draw(240)
    let before = try distances(of: rows, under: components, bounds)
    return try peakProblems(rows, bounds)
      + steepnessProblems(rows, before, bounds) + driftProblems(rows, before, bounds)
  }

  /// √(2(peakₖ − ln p(x|k))), n × K.
  private func distances(
    of rows: Matrix, under components: [Family.Component], _ bounds: DensityBounds
  ) throws -> [[Double]] {
    try logDensities(of: rows, under: components).map { densities in
      zip(bounds.peaks, densities).map { max(0, 2 * ($0 - $1)).squareRoot() }
    }
  }

  private func peakProblems(_ rows: Matrix, _ bounds: DensityBounds) throws -> [String] {
    let densities = try logDensities(of: rows, under: components)
    for (i, row) in densities.enumerated() {
      for (k, value) in row.enumerated() where value > bounds.peaks[k] + 1e-9 * (1 + abs(value)) {
        return [
          "row \(i + 1) has the log-density \(value) under component \(k + 1), above its peak "
            + "\(bounds.peaks[k])"
        ]
      }
    }
    return []
  }

  private func steepnessProblems(_ rows: Matrix, _ q: [[Double]], _ bounds: DensityBounds)
    -> [String]
  {
    for i in 0..<rows.rows {
      for other in i + 1..<max(i + 1, min(rows.rows, i + 9)) {
        let length = (0..<rows.columns).reduce(0.0) { sum, j in
          let t = (rows[i, j] - rows[other, j]) / bounds.units[j]
          return sum + t * t
        }.squareRoot()
        for k in components.indices {
          let most = bounds.steepness[k] * length
          if abs(q[i][k] - q[other][k]) > most * (1 + 1e-9) + 1e-6 {
            return [
              "rows \(i + 1) and \(other + 1) lie \(q[i][k]) and \(q[other][k]) from component "
                + "\(k + 1), which differ by more than its steepness allows, \(most)"
            ]
          }
        }
      }
    }
    return []
  }

  private func driftProblems(_ rows: Matrix, _ before: [[Double]], _ bounds: DensityBounds) throws
    -> [String]
  {
    let moved = try maximised(rows, responsibilities(rows.rows, seed: 5), from: components)
    guard let drift = family.properties.drift(from: components, to: moved),
      let after = try family.prepare(moved).bounds(in: nil)
    else { return [] }
    let now = try distances(of: rows, under: moved, after)
    for i in before.indices {
      for k in components.indices {
        let least = drift[k].least * before[i][k] - drift[k].shift
        let most = drift[k].greatest * before[i][k] + drift[k].shift
        if now[i][k] < least * (1 - 1e-9) - 1e-6 || now[i][k] > most * (1 + 1e-9) + 1e-6 {
          return [
            "row \(i + 1) lies \(now[i][k]) from component \(k + 1) after an M step, "
              + "\(before[i][k]) before; its drift allows \(least) to \(most)"
          ]
        }
      }
    }
    return []
  }
}
