/// Posteriors of rows under a fit, and what each row counts.
struct Partition: Sendable {
  /// K.
  let components: Int
  private let weights: [Double]
  /// Weight × posterior of the rows, for each component.
  private let weighted: [[Double]]
  /// Σ w γ² of each component.
  private let squares: [Double]

  init(_ posterior: Matrix, weights: [Double], components: Int) {
    (self.components, self.weights) = (components, weights)
    let columns = (0..<components).map { posterior.column($0) }
    weighted = columns.map { zip(weights, $0).map(*) }
    squares = zip(weighted, columns).map { zip($0, $1).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  /// Cosines between the posteriors of each component here and of each there, on the same rows. O(N·K²).
  ///
  /// - Parameter count: How many components there are there; as many as here where `nil`.
  func agreement(with other: Matrix, components count: Int? = nil) -> Matrix {
    let (k, n) = (components, weights.count)
    var theirs = LaneMatrix(rows: other.columns, lanes: n)
    theirs.transpose(other.values, from: 0, rows: n, other.columns)
    var result = Matrix(rows: k, columns: count ?? k)
    for j in 0..<result.columns {
      let lanes = theirs.lanes(j, n)
      var square = 0.0
      for i in lanes.indices { square += weights[i] * lanes[i] * lanes[i] }
      for i in 0..<k {
        let (size, mine) = ((squares[i] * square).squareRoot(), weighted[i])
        result[i, j] = size > 0 ? Lanes.weightedSum(lanes, mine.span) / size : 0
      }
    }
    return result
  }
}

/// Which component of a fit is which of another's, by how their posteriors agree on the same rows.
struct ComponentMatch {
  /// The place in the second fit of each component of the first.
  let order: [Int]
  /// Whether each and its match are nearer to each other than to any other.
  let certain: [Bool]

  /// Whether components have other places in the second fit.
  var isMoved: Bool { order != Array(order.indices) }

  init(_ first: Partition, _ second: Matrix) {
    let k = first.components
    let agreement = first.agreement(with: second)
    let order = Assignment.least(agreement.scaled(by: -1)).map { $0 ?? 0 }
    self.order = order
    certain = (0..<k).map { i in
      let best = agreement[i, order[i]]
      return (0..<k).allSatisfy {
        ($0 == order[i] || agreement[i, $0] < best) && ($0 == i || agreement[$0, order[i]] < best)
      }
    }
  }
}
