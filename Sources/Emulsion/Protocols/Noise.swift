/// A component of constant density, for rows that belong to none of the others (Banfield & Raftery
/// 1993).
///
/// p(x) = (1 − π₀) Σₖ πₖ p(x|k) + π₀/V: the mixture of the components is itself one of the two parts
/// of a mixture, so that neither families nor their weights, which sum to 1 within their part, need
/// know of the other.
public struct Noise: Sendable, Hashable, Codable {
  /// The label of rows that are noise, where components count from 0.
  public static let label = -1
  /// What share of the rows it begins with, unless the start says so: more than are noise in most
  /// data, and few enough to leave every component its own.
  static let initialWeight = 0.1

  /// π₀, its share of the rows.
  public var weight: Double
  /// Where it lies.
  public let region: UniformRegion

  /// What it is in some of the columns, of the same share.
  package func selecting(_ columns: [Int]) -> Noise {
    Noise(weight: weight, region: UniformRegion(columns.map { region.ranges[$0] }))
  }

  /// Whether it can be that of a model of so many columns.
  func fits(_ dimension: Int) -> Bool {
    (0...1).contains(weight) && region.logDensity.isFinite && region.ranges.count == dimension
      && region.ranges.allSatisfy { !($0?.logVolume.isNaN ?? false) }
      && region.turned?.fits(dimension) ?? true
  }

  /// The same noise with another share of the rows.
  func weighing(_ weight: Double) -> Noise { Noise(weight: weight, region: region) }
}

/// How much of the rows is noise; rows of a group count once.
struct NoiseCount: Sendable, Codable {
  /// Σ w γ.
  var noise = 0.0
  /// Σ w.
  var total = 0.0

  /// γ, as a share of all rows.
  var share: Double { min(1, noise / total) }

  mutating func merge(_ other: NoiseCount) {
    noise += other.noise
    total += other.total
  }

  mutating func scale(by factor: Double) {
    noise *= factor
    total *= factor
  }
}
