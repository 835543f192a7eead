/// A start from known classes: every row belongs to the nearest class mean, or to the nearest of the rows that are drawn
/// for classes of which none is known, far from these and each other (Arthur & Vassilvitskii 2007).
struct LabelledStart: Initializer {
  let labels: KnownLabels
  /// Whether all classes are known, so that nothing is drawn.
  let isDeterministic: Bool

  init(_ labels: KnownLabels, components: Int) {
    (self.labels, isDeterministic) = (labels, labels.classes.count == components)
  }

  var name: String { "labels" }

  func start(_ context: StartContext) throws -> Start {
    let points = context.sample.points
    var centres = try classMeans(context)
    var random = context.random
    while centres.count < context.components {
      let masses = (0..<points.rows.rows).map { i in
        let row = points.rows.row(i)
        return points.weights[i] * (centres.map { points.squaredDistance(row, $0[...]) }.min() ?? 1)
      }
      let weights = masses.contains { $0 > 0 } ? masses : points.weights
      centres.append(Array(points.rows.row(random.index(weights: weights))))
    }
    return context.start(
      nearest: Matrix(
        rows: centres.count, columns: centres.first?.count ?? 0, values: centres.flatMap { $0 }))
  }

  /// The mean of the rows of each class, as points of the sample. One pass over the data.
  private func classMeans(_ context: StartContext) throws -> [[Double]] {
    let levels = context.sample.levels
    let offsets = levels.reduce(into: [0]) { $0.append(($0.last ?? 0) + max(1, $1.count)) }
    let (width, columns) = (offsets.last ?? 0, context.data.columns)
    var sums = labels.classes.map { _ in [Double].zeros(width) }
    var totals = labels.classes.map { _ in 0.0 }
    let size = PassShape().holding(context.data).rowsPerBlock
    var buffer = BlockBuffer(columns: columns, capacity: size)
    for first in stride(from: 0, to: context.data.rows, by: size) {
      try context.data.read(first..<min(context.data.rows, first + size), into: &buffer)
      for i in 0..<buffer.rows {
        let k = labels.rows[buffer.block.rowID(i)]
        let weight = buffer.weight(ofRow: i) ?? 1
        guard k >= 0, weight > 0 else { continue }
        totals[k] += weight
        for j in 0..<columns {
          let value = buffer.block.column(j)[i]
          guard !levels[j].isEmpty else {
            // A running mean, so that offsets cost no digit.
            sums[k][offsets[j]] += (value - sums[k][offsets[j]]) * weight / totals[k]
            continue
          }
          for (place, level) in levels[j].enumerated() {
            let own = value == level ? 1.0 : 0
            sums[k][offsets[j] + place] += (own - sums[k][offsets[j] + place]) * weight / totals[k]
          }
        }
      }
    }
    for (k, total) in totals.enumerated() where total == 0 {
      throw EmulsionError(
        .invalidData, "labels: all rows of class \(quoted(labels.classes[k])) have weight 0")
    }
    return sums
  }
}
