/// Representative rows by how densely they lie: what starts beside noise are drawn from.
///
/// Rows far from all others are likely to be noise, and centres drawn among them are lost. Distances
/// to near rows tell (Byers & Raftery 1998 take those to the k-th nearest neighbour for it).
struct DenseRows: Sendable {
  private let rows: RepresentativeRows
  /// Squared distance of each row to its neighbours that make up a given share of all weight.
  private let distances: [Double]

  /// Rows that are looked at, rows that distances are measured to, and the share of these that are
  /// neighbours.
  private static let (most, references, share) = (4000, 1000, 0.01)
  private static let fewestNeighbours = 6.0

  /// Measures distances. O(4·10⁶·d) at most.
  init(_ sample: RepresentativeRows, _ execution: Execution) throws {
    rows = sample.rows.rows > Self.most ? sample.thinned(to: Self.most) : sample
    let near = rows.rows.rows > Self.references ? rows.thinned(to: Self.references) : rows
    let count = Double(near.rows.rows)
    let share = max(Self.share, min(0.5, Self.fewestNeighbours / count))
    let wanted = share * near.weights.reduce(0, +)
    let (own, pieces) = (rows, 64)
    distances = try execution.map(pieces) { piece in
      let all = own.rows.rows
      return (all * piece / pieces..<all * (piece + 1) / pieces).map { i in
        var nearest = Neighbours(weight: wanted)
        let row = own.rows.row(i)
        for j in 0..<near.rows.rows {
          nearest.add(own.squaredDistance(row, near.rows.row(j)), near.weights[j])
        }
        return nearest.farthest
      }
    }.flatMap { $0 }
  }

  /// The rows that lie most densely, about a given share of their weight.
  func densest(_ share: Double) -> RepresentativeRows {
    let order = distances.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }
    var rest = share * rows.weights.reduce(0, +)
    let chosen = order.prefix { i in
      defer { rest -= rows.weights[i] }
      return rest > 0
    }
    return rows.keeping(chosen.sorted())
  }
}

/// The nearest rows of those added that weigh as much as wanted.
private struct Neighbours {
  private let wanted: Double
  private var list: [(distance: Double, weight: Double)] = []
  private var total = 0.0

  init(weight: Double) { wanted = weight }

  var farthest: Double { list.last?.distance ?? 0 }

  mutating func add(_ distance: Double, _ weight: Double) {
    guard total < wanted || distance < farthest else { return }
    var place = list.count
    while place > 0 && list[place - 1].distance > distance { place -= 1 }
    list.insert((distance, weight), at: place)
    total += weight
    while let last = list.last, total - last.weight >= wanted {
      total -= last.weight
      list.removeLast()
    }
  }
}
