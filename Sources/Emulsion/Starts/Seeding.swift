import CVectorMath

/// Greedy k-means++ seeding: centres are rows, each drawn with probability proportional to weight ×
/// squared distance from the centres so far, the best of 2 + ⌊ln K⌋ draws (Arthur & Vassilvitskii
/// 2007, section 5).
struct Seeding {
  let sample: RepresentativeRows
  var random: CounterRandom
  let execution: Execution

  /// K rows of the sample. O(n·d·K·ln K).
  mutating func centres(_ k: Int) throws -> Matrix {
    var distances = SeedingDistances(sample)
    var chosen = [random.index(weights: sample.weights)]
    distances.add(chosen[0])
    let trials = 2 + Int(naturalLog(Double(k)))
    while chosen.count < k {
      try execution.checkCancellation()
      let masses = distances.masses()
      // Where all rows are centres already, further ones repeat rows.
      let isSpent = !(masses.reduce(0, +) > 0)
      let candidates = (0..<trials).map { _ in
        isSpent
          ? random.index(weights: sample.weights) : distances.draw(masses, random.uniform())
      }
      let potentials = distances.potentials(of: candidates)
      let best = potentials.indices.min { potentials[$0] < potentials[$1] } ?? 0
      chosen.append(candidates[best])
      distances.add(candidates[best])
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

  private func rows(_ indices: [Int]) -> Matrix {
    Matrix(
      rows: indices.count, columns: sample.rows.columns,
      values: indices.flatMap { Array(sample.rows.row($0)) })
  }
}

/// The squared distance of every row of a sample from the nearest of the centres so far.
struct SeedingDistances: ~Copyable {
  /// Rows that masses are summed over.
  private static let blockRows = 256

  let count: Int
  let columns: Int
  /// The rows as lanes, in the sample's units, about its first row.
  private(set) var rows: LaneMatrix
  private(set) var weights: LaneMatrix
  private(set) var distances: LaneMatrix

  init(_ sample: RepresentativeRows) {
    let (n, d) = (sample.rows.rows, sample.rows.columns)
    (count, columns) = (n, d)
    rows = LaneMatrix(rows: d, lanes: n)
    weights = LaneMatrix(rows: 1, lanes: n)
    distances = LaneMatrix(rows: 1, lanes: n)
    rows.transpose(sample.rows.values, from: 0, rows: n, d)
    for j in 0..<d {
      let lane = rows.base + j * rows.stride
      vm_standardise(lane, sample.rows[0, j], 1 / sample.units[j], 0, lane, n)
    }
    for i in 0..<n {
      weights.base[i] = sample.weights[i]
      distances.base[i] = .greatestFiniteMagnitude
    }
  }

  /// Σ weight × distance over each 256 rows.
  func masses() -> [Double] {
    stride(from: 0, to: count, by: Self.blockRows).map { first in
      vm_dot(
        weights.base + first, distances.base + first, min(Self.blockRows, count - first))
    }
  }

  /// The row at the share `u` in [0, 1) of all mass.
  func draw(_ masses: [Double], _ u: Double) -> Int {
    var remaining = u * masses.reduce(0, +)
    var block = 0
    while block < masses.count - 1 && remaining >= masses[block] {
      remaining -= masses[block]
      block += 1
    }
    let range = block * Self.blockRows..<min(count, (block + 1) * Self.blockRows)
    var last = range.lowerBound
    for i in range {
      let mass = weights.base[i] * distances.base[i]
      guard mass > 0 else { continue }
      last = i
      remaining -= mass
      if remaining < 0 { break }
    }
    return last
  }

  /// Σ weight × distance, were each of the candidates a centre as well.
  func potentials(of candidates: [Int]) -> [Double] {
    var potentials = [Double].zeros(candidates.count)
    vm_seeding_potentials(
      rows.base, rows.stride, count, columns, candidates.flatMap { point($0) }, candidates.count,
      distances.base, weights.base, &potentials)
    return potentials
  }

  /// Makes row `i` a centre.
  mutating func add(_ i: Int) {
    vm_seeding_update(rows.base, rows.stride, count, columns, point(i), distances.base)
  }

  func point(_ i: Int) -> [Double] {
    (0..<columns).map { rows.base[$0 * rows.stride + i] }
  }
}
