/// Rows that are drawn with replacement, or weighted at random; those of a group together.
///
/// Weights that are whole numbers are numbers of rows; others stay with their row.
struct Resampling: Sendable {
  private let matrix: Matrix
  private let columnNames: [String]
  private let weights: [Double]
  /// The unit of each row, and how often each counts.
  private let unit: [Int]
  private let counts: [Double]
  private let countsRows: Bool
  private let isWeighted: Bool
  /// How many units are drawn.
  private let draws: Int
  /// Whether each unit is as likely as any other.
  private let drawsAlike: Bool
  /// Σ over units up to each.
  private let cumulative: [Double]

  init(
    _ matrix: Matrix, _ weights: [Double], groups: Int?, columnNames: [String], isWeighted: Bool
  ) {
    self.matrix = matrix
    self.columnNames = columnNames
    self.isWeighted = isWeighted
    self.weights = weights
    if let groups {
      var places: [Double: Int] = [:]
      unit = (0..<matrix.rows).map { row in
        let group = matrix[row, groups]
        let place = places[group] ?? places.count
        places[group] = place
        return place
      }
      counts = Array(repeating: 1, count: places.count)
      countsRows = false
    } else {
      unit = Array(0..<matrix.rows)
      let total = weights.reduce(0, +)
      countsRows = weights.allSatisfy { $0 == $0.rounded() } && total < 1e7
      counts = countsRows ? weights : weights.map { $0 > 0 ? 1 : 0 }
    }
    var sum = 0.0
    cumulative = counts.map {
      sum += $0
      return sum
    }
    draws = Int(sum)
    drawsAlike = counts.allSatisfy { $0 == 1 }
  }

  /// How many rows a sample of the same size has.
  var drawCount: Int { max(1, Int(min(1e9, weights.reduce(0, +).rounded()))) }

  /// Rows that are drawn from a model without the cells that the data lack, row by row.
  func missingAsThere(_ drawn: Matrix) -> Matrix {
    guard matrix.values.contains(where: \.isNaN) else { return drawn }
    var result = drawn
    let models = (0..<matrix.rows).flatMap { n in
      Array(repeating: n, count: countsRows ? Int(weights[n]) : weights[n] > 0 ? 1 : 0)
    }
    guard !models.isEmpty else { return drawn }
    for i in 0..<drawn.rows {
      let model = models[i % models.count]
      for j in 0..<drawn.columns where matrix[model, j].isNaN { result[i, j] = .nan }
    }
    return result
  }

  /// The rows with weights of one replicate.
  ///
  /// - Parameter keepsAll: Whether rows that were not drawn keep their places, with a weight of 0.
  func draw(using random: inout CounterRandom, keepsAll: Bool) -> MatrixSource {
    var factors = [Double].zeros(counts.count)
    if isWeighted {
      for u in counts.indices where counts[u] > 0 { factors[u] = random.gamma(shape: counts[u]) }
      let scale = (cumulative.last ?? 1) / factors.reduce(0, +)
      for u in factors.indices { factors[u] *= scale }
    } else {
      let total = cumulative.last ?? 0
      for _ in 0..<draws {
        let place = random.uniform() * total
        if drawsAlike {
          factors[min(Int(place), factors.count - 1)] += 1
          continue
        }
        var (low, high) = (0, cumulative.count - 1)
        while low < high {
          let middle = (low + high) / 2
          if cumulative[middle] > place { high = middle } else { low = middle + 1 }
        }
        factors[low] += 1
      }
    }
    let drawn =
      drawsAlike && countsRows
      ? factors
      : unit.indices.map {
        countsRows ? factors[unit[$0]] : factors[unit[$0]] * weights[$0]
      }
    guard !keepsAll && !isWeighted else {
      return MatrixSource(matrix, columnNames: columnNames, weights: drawn)
    }
    // A third of the rows are not drawn, and cost nothing.
    let (d, all) = (matrix.columns, matrix.values.span)
    var (values, counted): ([Double], [Double]) = ([], [])
    values.reserveCapacity(drawn.count * d)
    counted.reserveCapacity(drawn.count)
    for (n, weight) in drawn.enumerated() where weight > 0 {
      for j in n * d..<n * d + d { values.append(all[j]) }
      counted.append(weight)
    }
    return MatrixSource(
      Matrix(rows: counted.count, columns: d, values: values), columnNames: columnNames,
      weights: counted)
  }
}
