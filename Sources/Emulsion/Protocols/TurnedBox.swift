/// The smallest box about some rows along their principal components.
public struct TurnedBox: Sendable, Hashable, Codable {
  /// Where coordinates are measured from, in the units of the data.
  let origin: [Double]
  /// The unit of all coordinates.
  let unit: Double
  /// The axes, one a row.
  let axes: Matrix
  /// The smallest coordinate along each axis.
  let lowest: [Double]
  /// The largest one.
  let highest: [Double]

  /// ln of the volume, in the units of the data.
  var logVolume: Double {
    zip(lowest, highest).reduce(Double(origin.count) * naturalLog(unit)) {
      $0 + naturalLog($1.1 - $1.0)
    }
  }

  /// A length along an axis below this share of the longest is rounding.
  private static let flat = 1e-12

  /// Two passes over the data: their covariance, then their extremes along its axes. O(N·d²).
  ///
  /// - Throws: `degenerate` where the rows lie in a hyperplane.
  init(about context: FamilyContext) throws {
    let (summary, d) = (context.summary, context.data.columns)
    let (origin, unit) = (summary.means, summary.standardDeviations.max() ?? 1)
    let sums = try context.sums(count: ScatterForm.full.count(d)) { block, weights, sums in
      var index = 0
      for a in 0..<d {
        let first = block.column(a)
        for b in a..<d {
          let second = block.column(b)
          var sum = 0.0
          for i in weights.indices {
            sum += weights[i] * ((first[i] - origin[a]) / unit) * ((second[i] - origin[b]) / unit)
          }
          sums[index] += sum
          index += 1
        }
      }
    }
    let axes = PrincipalAxes(Scatter(.full, dimension: d, values: sums)).axes
    var lowest = [Double](repeating: .infinity, count: d)
    var highest = [Double](repeating: -.infinity, count: d)
    try context.forEachBlock { block in
      for q in 0..<d {
        for i in 0..<block.rows {
          var along = 0.0
          for j in 0..<d { along += axes[q, j] * ((block.column(j)[i] - origin[j]) / unit) }
          lowest[q] = min(lowest[q], along)
          highest[q] = max(highest[q], along)
        }
      }
    }
    let lengths = zip(lowest, highest).map { $1 - $0 }
    guard let least = lengths.min(), let most = lengths.max(), least > Self.flat * most else {
      throw EmulsionError(
        .degenerate,
        "noise: some columns depend linearly on others, or their scales are too far apart, so that along "
          + "principal components the data fill no volume; use region = \"box\", or a density")
    }
    (self.origin, self.unit, self.axes) = (origin, unit, axes)
    (self.lowest, self.highest) = (lowest, highest)
  }

  /// Whether it can be one of so many columns.
  func fits(_ d: Int) -> Bool {
    origin.count == d && axes.rows == d && axes.columns == d && lowest.count == d
      && highest.count == d && logVolume.isFinite
      && (origin + axes.values).allSatisfy(\.isFinite)
  }

  /// Draws a row.
  func sample(using random: inout CounterRandom) -> [Double] {
    let along = zip(lowest, highest).map { $0 + random.uniform() * ($1 - $0) }
    return origin.indices.map { j in
      origin[j] + unit * along.indices.reduce(0) { $0 + axes[$1, j] * along[$1] }
    }
  }
}
