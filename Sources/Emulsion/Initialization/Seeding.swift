/// Greedy k-means++ seeding: centres are rows, each drawn with probability proportional to weight ×
/// squared distance from the centres so far, the best of 2 + ⌊ln K⌋ draws (Arthur & Vassilvitskii
/// 2007, section 5).
struct Seeding {
  let sample: RepresentativeRows
  var random: CounterRandom
  let execution: Execution

  /// K rows of the sample. O(n·d·K·ln K).
  mutating func centres(_ k: Int) throws -> Matrix {
    let n = sample.rows.rows
    var chosen = [random.index(weights: sample.weights)]
    var distances = (0..<n).map { distance($0, chosen[0]) }
    let trials = 2 + Int(naturalLog(Double(k)))
    while chosen.count < k {
      try execution.checkCancellation()
      let masses = zip(distances, sample.weights).map { $0 * $1 }
      // Where all rows are centres already, further ones repeat rows.
      let isSpent = !(masses.reduce(0, +) > 0)
      var best: (row: Int, distances: [Double], potential: Double)?
      for _ in 0..<trials {
        let row = random.index(weights: isSpent ? sample.weights : masses)
        let updated = (0..<n).map { min(distances[$0], distance($0, row)) }
        let potential = zip(updated, sample.weights).reduce(0) { $0 + $1.0 * $1.1 }
        if best.map({ potential < $0.potential }) ?? true { best = (row, updated, potential) }
      }
      guard let best else { break }
      chosen.append(best.row)
      distances = best.distances
    }
    return rows(chosen)
  }

  /// K rows drawn by weight, distinct as long as there are enough.
  mutating func randomRows(_ k: Int) -> Matrix {
    var weights = sample.weights
    var chosen: [Int] = []
    while chosen.count < k {
      let row = random.index(weights: weights.contains { $0 > 0 } ? weights : sample.weights)
      chosen.append(row)
      weights[row] = 0
    }
    return rows(chosen)
  }

  private func distance(_ a: Int, _ b: Int) -> Double {
    sample.squaredDistance(sample.rows.row(a), sample.rows.row(b))
  }

  private func rows(_ indices: [Int]) -> Matrix {
    Matrix(
      rows: indices.count, columns: sample.rows.columns,
      values: indices.flatMap { Array(sample.rows.row($0)) })
  }
}
