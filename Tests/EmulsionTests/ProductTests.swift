import Emulsion
import Testing

/// The two products of an EM pass against sums written out, for all remainders of their tiles.
@Suite struct ProductTests {
  private static func fill(_ matrix: inout LaneMatrix, _ random: inout CounterRandom) {
    for i in 0..<matrix.rows {
      var row = matrix[row: i]
      for lane in row.indices { row[lane] = random.normal() }
    }
  }

  @Test(arguments: 1...13, [1, 2, 3, 4, 5, 96, 98, 130])
  func productsOfAnyShape(components k: Int, features f: Int) {
    for rows in [1, 7, 8, 30] {
      var random = CounterRandom(seed: UInt64(k * f))
      var features = LaneMatrix(rows: f, lanes: rows)
      var joint = LaneMatrix(rows: k, lanes: rows)
      Self.fill(&features, &random)
      Self.fill(&joint, &random)
      let matrix = (0..<k * f).map { _ in random.normal() }
      let before = (0..<k).map { q in (0..<rows).map { joint.lanes(q, rows)[$0] } }
      joint.add(matrix, times: features, count: rows)
      for q in 0..<k {
        for i in 0..<rows {
          var sum = before[q][i]
          var size = abs(sum)
          for t in 0..<f {
            let term = matrix[q * f + t] * features.lanes(t, rows)[i]
            sum += term
            size += abs(term)
          }
          #expect(abs(joint.lanes(q, rows)[i] - sum) <= 1e-14 * size)
        }
      }
      var sums = [Double](repeating: 1, count: k * f)
      joint.addProducts(with: &features, count: rows, to: &sums)
      for q in 0..<k {
        for t in 0..<f {
          var (sum, size) = (1.0, 1.0)
          for i in 0..<rows {
            let term = joint.lanes(q, rows)[i] * features.lanes(t, rows)[i]
            sum += term
            size += abs(term)
          }
          #expect(abs(sums[q * f + t] - sum) <= 1e-14 * size)
        }
      }
    }
  }
}
