/// Starts of a search over many fits that are drawn for none: Ward's clusters of the rows, measured in
/// standard deviations and in whitened coordinates.
///
/// Clusters that are long and parallel show in whitened coordinates alone (Scrucca & Raftery 2015). The
/// trees are made once for all numbers of components.
struct HierarchicalStarts: Sendable {
  private let trees: [any ClusterTree]

  /// How many starts there are.
  var count: Int { trees.count }

  private static let mostRows = 500

  /// Clusters at most 500 of the rows. O(m²·d) for m rows.
  init(_ sample: RepresentativeRows, _ execution: Execution) throws {
    let plain = try WardTree(sample, mostRows: Self.mostRows, execution)
    let map = sample.rows.columns > 1 ? WhiteningMap(sample) : nil
    let white = try map.map { map in
      WhitenedTree(
        map: map,
        tree: try WardTree(map.whitened(sample), mostRows: Self.mostRows, execution))
    }
    trees = [MeasuredTree(units: sample.units, tree: plain)] + (white.map { [$0] } ?? [])
  }

  /// Start `index`: every row with its nearest cluster.
  func start(_ index: Int, components: Int) -> Start {
    .responsibilities(trees[index].rule(components))
  }
}

/// Hierarchical clusters that rows can be assigned to.
private protocol ClusterTree: Sendable {
  func rule(_ components: Int) -> any PosteriorTransform
}

private struct MeasuredTree: ClusterTree {
  let units: [Double]
  let tree: WardTree

  func rule(_ components: Int) -> any PosteriorTransform {
    NearestCentre(centres: tree.centres(components), units: units)
  }
}

private struct WhitenedTree: ClusterTree {
  let map: WhiteningMap
  let tree: WardTree

  func rule(_ components: Int) -> any PosteriorTransform {
    NearestWhitenedCentre(map: map, centres: tree.centres(components))
  }
}

/// y = L⁻¹(x − x̄)/s with the correlation matrix R = LLᵀ of a sample and its standard deviations s.
private struct WhiteningMap: Sendable {
  private let origin: [Double]
  private let units: [Double]
  /// L⁻¹, d × d.
  private let inverse: [Double]

  /// O(m·d² + d³); `nil` where columns are collinear.
  init?(_ sample: RepresentativeRows) {
    let (n, d) = (sample.rows.rows, sample.rows.columns)
    let total = sample.weights.reduce(0, +)
    var origin = [Double].zeros(d)
    for i in 0..<n {
      for j in 0..<d { origin[j] += sample.weights[i] / total * sample.rows[i, j] }
    }
    var scatter = [Double].zeros(d * d)
    for i in 0..<n {
      for a in 0..<d {
        let t = sample.weights[i] / total * (sample.rows[i, a] - origin[a]) / sample.units[a]
        for b in 0...a {
          scatter[a * d + b] += t * (sample.rows[i, b] - origin[b]) / sample.units[b]
        }
      }
    }
    let deviations = (0..<d).map { scatter[$0 * d + $0].squareRoot() }
    guard deviations.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    for a in 0..<d { for b in 0...a { scatter[a * d + b] /= deviations[a] * deviations[b] } }
    for a in 0..<d { for b in 0..<a { scatter[b * d + a] = scatter[a * d + b] } }
    guard LinearAlgebra.factorise(&scatter, order: d),
      (0..<d).allSatisfy({ scatter[$0 * d + $0] > 1e-6 })
    else { return nil }
    LinearAlgebra.invertLower(&scatter, order: d)
    (self.origin, inverse) = (origin, scatter)
    units = zip(sample.units, deviations).map { $0 * $1 }
  }

  func whitened(_ sample: RepresentativeRows) -> RepresentativeRows {
    let (n, d) = (sample.rows.rows, sample.rows.columns)
    var rows = Matrix(rows: n, columns: d)
    var point = [Double].zeros(d)
    for i in 0..<n {
      for j in 0..<d { point[j] = sample.rows[i, j] }
      map(&point)
      for j in 0..<d { rows[i, j] = point[j] }
    }
    return sample.replacing(rows)
  }

  /// Whitens a point in place.
  func map(_ point: inout [Double]) {
    let d = point.count
    for j in 0..<d { point[j] = (point[j] - origin[j]) / units[j] }
    for a in stride(from: d - 1, through: 0, by: -1) {
      var sum = 0.0
      for b in 0...a { sum += inverse[a * d + b] * point[b] }
      point[a] = sum
    }
  }
}

/// All weight on the component whose centre is nearest in whitened coordinates.
private struct NearestWhitenedCentre: PosteriorTransform {
  let map: WhiteningMap
  /// K × d.
  let centres: Matrix

  func transform(
    _ joint: inout Joint, block: borrowing Block, logDensity: inout MutableSpan<Double>
  ) {
    let (k, d) = (centres.rows, centres.columns)
    var point = [Double].zeros(d)
    var labels = [Int](repeating: 0, count: block.rows)
    for i in 0..<block.rows {
      for j in 0..<d { point[j] = block.column(j)[i] }
      map.map(&point)
      var least = Double.infinity
      for q in 0..<k {
        var sum = 0.0
        for j in 0..<d {
          let t = point[j] - centres[q, j]
          sum += t * t
        }
        if sum < least { (least, labels[i]) = (sum, q) }
      }
    }
    for q in 0..<k {
      var lanes = joint[component: q]
      for i in 0..<block.rows { lanes[i] = labels[i] == q ? 1 : 0 }
    }
    for i in 0..<block.rows { logDensity[i] = 0 }
  }
}
