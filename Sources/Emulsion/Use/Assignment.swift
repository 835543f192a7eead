/// The best one-to-one assignment of rows to columns (Kuhn 1955; Munkres 1957), by shortest augmenting
/// paths with potentials (Jonker & Volgenant 1987).
package enum Assignment {
  /// The column of each row that makes the summed cost least; `nil` for rows that get none, where there
  /// are more rows than columns. O(m²n) for m the smaller and n the larger number.
  package static func least(_ costs: Matrix) -> [Int?] {
    guard costs.rows <= costs.columns else {
      var result = [Int?](repeating: nil, count: costs.rows)
      for (column, row) in least(costs.transposed()).enumerated() {
        if let row { result[row] = column }
      }
      return result
    }
    // Positions count from 1; column 0 is where the path of each new row begins.
    var rowOf = [Int](repeating: 0, count: costs.columns + 1)
    var (u, v) = ([Double].zeros(costs.rows + 1), rowOf.map { _ in 0.0 })
    for row in 1..<max(1, costs.rows + 1) {
      rowOf[0] = row
      var slack = v.map { _ in Double.infinity }
      var before = [Int](repeating: 0, count: v.count)
      var isReached = [Bool](repeating: false, count: v.count)
      var column = 0
      repeat {
        isReached[column] = true
        let (i, here) = (rowOf[column], column)
        var delta = Double.infinity
        for j in 1..<v.count where !isReached[j] {
          let reduced = costs[i - 1, j - 1] - u[i] - v[j]
          if reduced < slack[j] { (slack[j], before[j]) = (reduced, here) }
          if slack[j] < delta { (delta, column) = (slack[j], j) }
        }
        for j in v.indices {
          if isReached[j] {
            u[rowOf[j]] += delta
            v[j] -= delta
          } else {
            slack[j] -= delta
          }
        }
      } while rowOf[column] != 0
      while column != 0 {
        rowOf[column] = rowOf[before[column]]
        column = before[column]
      }
    }
    var result = [Int?](repeating: nil, count: costs.rows)
    for j in 1..<max(1, v.count) where rowOf[j] != 0 { result[rowOf[j] - 1] = j - 1 }
    return result
  }
}
