/// Where the numbers of one column lie that belong to no component: evenly between two limits.
public enum UniformRange: Sendable, Hashable, Codable {
  /// All numbers between them.
  case interval(Double, Double)
  /// The whole numbers from one to the other, each of the same probability.
  case whole(Double, Double)
  /// Some numbers, each of the same probability.
  case levels([Double])

  /// The range from `lower` to `upper`, of whole numbers where a family describes these alone.
  public init(from lower: Double, to upper: Double, in support: Support) {
    self = support.isDiscrete ? .whole(lower, upper) : .interval(lower, upper)
  }

  /// ln of the length, or of how many numbers there are; −∞ for an interval without length.
  public var logVolume: Double {
    switch self {
    case .interval(let lower, let upper): naturalLog(upper - lower)
    case .whole(let lower, let upper): naturalLog(upper - lower + 1)
    case .levels(let list): naturalLog(Double(list.count))
    }
  }

  /// Draws a number.
  public func sample(using random: inout CounterRandom) -> Double {
    let share = random.uniform()
    switch self {
    case .interval(let lower, let upper):
      return min(upper, lower + share * (upper - lower))
    case .whole(let lower, let upper):
      return min(upper, lower + (share * (upper - lower + 1)).rounded(.down))
    case .levels(let list):
      return list[min(list.count - 1, Int(share * Double(list.count)))]
    }
  }
}

/// Where rows lie that belong to no component, and their constant density.
///
/// The smallest box about the data, column by column, so that rescaling a column changes the density
/// by exactly one over the factor (Banfield & Raftery 1993, section 3; Fraley & Raftery 2002,
/// section 3.1). It is constant everywhere: rows beyond the box have the same density.
public struct UniformRegion: Sendable, Hashable, Codable {
  /// ln of the density, nats.
  public let logDensity: Double
  /// The range of each column; `nil` for those without a density of their own, such as predictors.
  public let ranges: [UniformRange?]
  /// The box along other axes that it is, in place of one along the columns.
  public let turned: TurnedBox?

  /// The product of the columns' ranges.
  public init(_ ranges: [UniformRange?]) {
    self.init(ranges, logDensity: -ranges.reduce(0) { $0 + ($1?.logVolume ?? 0) })
  }

  /// A region that is not a product of ranges, of the given density.
  public init(_ ranges: [UniformRange?], logDensity: Double, turned: TurnedBox? = nil) {
    self.ranges = ranges
    self.logDensity = logDensity
    self.turned = turned
  }

  /// Both at once, such as the regions of two families of a product.
  func times(_ other: UniformRegion) -> UniformRegion {
    UniformRegion(
      zip(ranges, other.ranges).map { $0 ?? $1 }, logDensity: logDensity + other.logDensity)
  }

  /// The region of the columns `free`, and the log-density of the others.
  func split(keeping free: [Int]) -> (region: UniformRegion, logDensity: Double) {
    let region = UniformRegion(free.map { ranges[$0] })
    return (region, logDensity - region.logDensity)
  }

  /// ln of the density in some of the columns; what is no product of ranges must be asked for all of them.
  func logDensity(in columns: [Int]) -> Double {
    columns.count == ranges.count
      ? logDensity : -columns.reduce(0) { $0 + (ranges[$1]?.logVolume ?? 0) }
  }

  /// Draws a row; 0 in columns without a range.
  public func sample(using random: inout CounterRandom) -> [Double] {
    ranges.map { $0?.sample(using: &random) ?? 0 }
  }

  /// Throws `degenerate` where a column has no length.
  func requireVolume(_ names: [String]) throws {
    for (range, name) in zip(ranges, names) {
      guard let range, !range.logVolume.isFinite else { continue }
      throw EmulsionError(
        .degenerate,
        "noise: column \(quoted(name)) is constant, so that the data fill no volume that noise could "
          + "be spread over; leave the column out, or noise")
    }
    guard logDensity.isFinite else {
      throw EmulsionError(.degenerate, "noise: its density is not a finite number")
    }
  }
}
